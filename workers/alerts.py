"""Alerts, beside the sweep: one thread looks every 15 seconds, another sends what was raised.

They ask nothing of the queue or of the workers, whose trouble is what an alarm may be about. A
channel that hangs delays no look. Several of these processes raise and send each alert once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from triage import alert
from triage.channel import Channel
from triage.channels import channels
from triage.errors import BadInput, StoreUnavailable
from triage.ports import utcnow
from triage.rules import Rules
from triage.settings import Settings
from triage.store.database import Database

LOOK_EVERY = 15.0  # s
SEND_EVERY = 2.0  # s

log = structlog.get_logger()


def start(settings: Settings, rules: Rules, stopping: threading.Event) -> None:
    """Start both threads. A bad setting of a channel stops the sending, not the sweep."""
    database, found = Database(settings.database), ways(settings)
    sender = alert.Sender(database, found, alert.base_link(settings))

    def look() -> None:
        alert.look(database, rules.current().policy, utcnow(), sends=bool(found))

    _every(LOOK_EVERY, look, stopping)
    if found:
        _every(SEND_EVERY, lambda: sender.send_due(utcnow()), stopping)


def ways(settings: Settings) -> list[Channel]:
    """Return how alerts are sent; a bad setting leaves none."""
    try:
        return channels(settings)
    except BadInput as error:
        log.error("alerts_cannot_be_sent", error=str(error))  # noqa: TRY400 - its words say all
        return []


def _every(seconds: float, act: Callable[[], object], stopping: threading.Event) -> None:
    """Act every so many seconds in a thread which nothing but the end of the process ends."""

    def run() -> None:
        while not stopping.wait(seconds):
            try:
                act()
            except StoreUnavailable:
                log.warning("alerts_wait_for_database")
            except Exception:
                log.exception("alerts_failed")

    threading.Thread(target=run, name="alerts", daemon=True).start()
