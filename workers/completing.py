"""Thin events, beside the sweep: what deliveries left out is fetched, each helpdesk by itself.

A helpdesk that is slow or away keeps a thread of its own waiting and no other. Several of these
processes complete each event once, since it is claimed for a time.
"""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from triage.complete import Completer
from triage.errors import StoreUnavailable, TriageError
from triage.outbound.caller import BRIEF
from triage.ports import utcnow
from triage.reach import Stopped, reached, waiter
from triage.rules import Rules
from triage.settings import Settings
from triage.store import thin_events
from triage.store.database import Database

LOOK_EVERY = 1.0  # s
AT_ONCE = 4  # helpdesks
TOGETHER = 100  # events until whoever waits for a thread has a turn
UNREACHED = timedelta(minutes=2)  # until a helpdesk that could not even be asked is tried again

log = structlog.get_logger()


class Completing:
    """Completes what is due of every source that can be called; one thread a source."""

    def __init__(self, settings: Settings, rules: Rules, stopping: threading.Event) -> None:
        self._settings = settings
        self._rules = rules
        self._stopping = stopping
        self._database = Database(settings.database)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="completing")
        self._busy: set[str] = set()

    def look(self) -> None:
        """Begin with every source that has something due and nobody at it. May raise."""
        with self._database.reading() as connection:
            names = thin_events.due_sources(connection, utcnow())
        for name in names:
            if name not in self._busy:
                self._busy.add(name)
                self._pool.submit(self._complete, name)

    def _complete(self, name: str) -> None:
        try:
            self._complete_due(name)
        except Stopped:
            pass
        except StoreUnavailable:
            log.warning("completing_waits_for_database")
        except TriageError as error:  # not even reached: signing in failed, or the address
            self._put_off(name, str(error))
        except Exception:
            log.exception("completing_failed", source=name)
        finally:
            self._busy.discard(name)

    def _put_off(self, name: str, why: str) -> None:
        log.warning("thin_events_wait", source=name, why=why)
        now = utcnow()
        with contextlib.suppress(StoreUnavailable), self._database.writing() as connection:
            thin_events.put_off_all(connection, name, now, now + UNREACHED, why)

    def _complete_due(self, name: str) -> None:
        wait = waiter(self._stopping)
        with reached(self._settings, self._database, name, BRIEF, wait) as desk:
            completer = Completer(
                database=self._database,
                source_id=desk.source.source_id,
                vendor=desk.source.vendor,
                caller=desk.caller,
                policy=lambda: self._rules.current().policy,
                clock=utcnow,
            )
            completer.complete_due(TOGETHER)

    def close(self) -> None:
        """Wait for what is being completed, and let the database go."""
        self._pool.shutdown()
        self._database.close()


def start(settings: Settings, rules: Rules, stopping: threading.Event) -> threading.Thread:
    """Start and return the thread, which nothing but the end of the process ends."""
    completing = Completing(settings, rules, stopping)

    def run() -> None:
        while not stopping.wait(LOOK_EVERY):
            try:
                completing.look()
            except StoreUnavailable:
                log.warning("completing_waits_for_database")
            except Exception:
                log.exception("completing_failed")
        completing.close()

    thread = threading.Thread(target=run, name="completing", daemon=True)
    thread.start()
    return thread
