"""Writing back, beside the sweep: each helpdesk has a thread of its own while there is something.

A helpdesk that is slow or away keeps no other waiting. Any number of these processes may run: a
helpdesk has one writer at a time, whose lease ends if its process does.
"""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from triage import alert
from triage.errors import StoreUnavailable, TriageError
from triage.outbound.caller import BRIEF
from triage.ports import utcnow
from triage.reach import Stopped, reached, waiter
from triage.rules import Rules
from triage.settings import Settings
from triage.store import outbox
from triage.store.database import Database
from triage.store.outbox import Due
from triage.write_back import WriteBack
from workers import alerts

LOOK_EVERY = 1.0  # s
AT_ONCE = 8  # helpdesks
REST = timedelta(seconds=30)  # after a helpdesk failed or refused

log = structlog.get_logger()


class Writers:
    """Writes to every helpdesk that is to be told something; one thread a helpdesk."""

    def __init__(self, settings: Settings, rules: Rules, stopping: threading.Event) -> None:
        self._settings = settings
        self._rules = rules
        self._sends = bool(alerts.ways(settings))
        self._wait = waiter(stopping)
        self._database = Database(settings.database)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="writing")
        self._busy: set[str] = set()
        self._rests: dict[str, datetime] = {}

    def look(self) -> None:
        """Begin with every helpdesk that is to be told something. Raises StoreUnavailable."""
        now = utcnow()
        with self._database.reading() as connection:
            names = outbox.waiting(connection, now)
        for name in names:
            if name not in self._busy and self._rests.get(name, now) <= now:
                self._busy.add(name)
                self._pool.submit(self._write, name)

    def _write(self, name: str) -> None:
        try:
            with reached(self._settings, self._database, name, BRIEF, self._wait) as desk:
                WriteBack(
                    database=self._database,
                    desk=desk,
                    clock=utcnow,
                    draw=random.random,  # a pause, no secret
                    given_up=self._given_up,
                ).run()
        except Stopped:
            pass
        except StoreUnavailable:
            log.warning("writing_waits_for_database")
        except TriageError as error:
            self._rests[name] = utcnow() + REST
            log.warning("helpdesk_not_told", source=name, why=str(error))
        except Exception:
            self._rests[name] = utcnow() + REST
            log.exception("writing_failed", source=name)
        finally:
            self._busy.discard(name)

    def _given_up(self, one: Due) -> None:
        policy = self._rules.current().policy
        alert.raise_untold(self._database, policy, one, utcnow(), sends=self._sends)


def start(settings: Settings, rules: Rules, stopping: threading.Event) -> None:
    """Start the thread, which nothing but the end of the process ends."""
    writers = Writers(settings, rules, stopping)

    def run() -> None:
        while not stopping.wait(LOOK_EVERY):
            try:
                writers.look()
            except StoreUnavailable:
                log.warning("writing_waits_for_database")
            except Exception:
                log.exception("writing_failed")

    threading.Thread(target=run, name="writing", daemon=True).start()
