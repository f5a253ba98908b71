"""Reconciliation, beside the sweep: what webhooks lost is read, each helpdesk by itself.

A helpdesk that is slow or away keeps a thread of its own waiting and no other. Any number of these
processes may run: a pull has one reader at a time.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog

from triage import reconcile
from triage.errors import StoreUnavailable, TriageError
from triage.ports import utcnow
from triage.reach import Stopped, waiter
from triage.rules import Rules
from triage.settings import Settings
from triage.store.database import Database
from triage.store.pulls import RECONCILE_EVERY

LOOK_EVERY = 5.0  # s
AT_ONCE = 4  # helpdesks

log = structlog.get_logger()


class Reconciling:
    """Reads what is due of every source that is connected; one thread a source."""

    def __init__(self, settings: Settings, rules: Rules, stopping: threading.Event) -> None:
        self._settings = settings
        self._rules = rules
        self._wait = waiter(stopping)
        self._database = Database(settings.database)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reconciling")
        self._busy: set[str] = set()
        self._rests: dict[str, datetime] = {}  # what failed before it could note that itself

    def look(self) -> None:
        """Begin with every source that is due and that nobody here reads. May raise."""
        for name in reconcile.due(self._database, utcnow()):
            if name not in self._busy and self._rests.get(name, utcnow()) <= utcnow():
                self._busy.add(name)
                self._pool.submit(self._read, name)

    def _read(self, name: str) -> None:
        try:
            found = reconcile.reconcile(
                self._database,
                self._settings,
                name,
                lambda: self._rules.current().policy,
                self._wait,
                utcnow,
            )
            if found and found["messages"]:
                log.info("helpdesk_reconciled", source=name, **found)
        except Stopped:
            pass
        except StoreUnavailable:
            log.warning("reconciling_waits_for_database")
        except TriageError as error:
            self._rests[name] = utcnow() + RECONCILE_EVERY
            log.warning("helpdesk_not_reconciled", source=name, why=str(error))
        except Exception:
            self._rests[name] = utcnow() + RECONCILE_EVERY
            log.exception("reconciling_failed", source=name)
        finally:
            self._busy.discard(name)


def start(settings: Settings, rules: Rules, stopping: threading.Event) -> None:
    """Start the thread, which nothing but the end of the process ends."""
    reconciling = Reconciling(settings, rules, stopping)

    def run() -> None:
        while not stopping.wait(LOOK_EVERY):
            try:
                reconciling.look()
            except StoreUnavailable:
                log.warning("reconciling_waits_for_database")
            except Exception:
                log.exception("reconciling_failed")

    threading.Thread(target=run, name="reconciling", daemon=True).start()
