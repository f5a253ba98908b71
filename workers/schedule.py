"""The sweep, a process of its own: every second it repairs what got lost between two steps.

It does not go through the queue that it repairs: `python -m workers.schedule` looks at the database
and sends wake-ups. Any number of them may run; each of its steps is safe to run twice.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from functools import partial

import structlog

from triage import sweep
from triage.errors import StoreUnavailable
from triage.hints import announcer
from triage.lifeline import end_with_supervisor
from triage.logs import set_up_logs
from triage.ports import utcnow
from triage.queue import ask_for_run, celery_app
from triage.retain import Retention
from triage.rules import Rules, rules_or_end
from triage.settings import Settings, read_settings
from triage.store.database import Database
from triage.sweep_runs import sweep_runs
from workers import alerts, completing, mailboxes, reconciling, writing_back
from workers.health import beat

SWEEP_EVERY = 1.0  # s

log = structlog.get_logger()


def main() -> None:
    """Sweep until told to stop."""
    end_with_supervisor()
    settings = read_settings()
    set_up_logs(settings.log_format)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    rules = rules_or_end(settings)
    sweep_once = _sweeper(settings, rules)
    alerts.start(settings, rules, stopping)
    mailboxes.start(settings, rules, stopping)
    completing.start(settings, rules, stopping)
    reconciling.start(settings, rules, stopping)
    writing_back.start(settings, rules, stopping)
    while not stopping.wait(SWEEP_EVERY):
        beat(settings.data_folder, "sweep")
        try:
            sweep_once()
        except StoreUnavailable:
            log.warning("sweep_waits_for_database")


def _sweeper(settings: Settings, rules: Rules) -> Callable[[], None]:
    database, app = Database(settings.database), celery_app(settings.broker)
    announce = announcer(settings.redis_url)
    retention = Retention(database, settings.records)

    def once() -> None:
        sweep.sweep(database, app, rules.current().policy, announce, utcnow())
        sweep_runs(database, partial(ask_for_run, app), utcnow())
        retention.step(utcnow())

    return once


if __name__ == "__main__":
    main()
