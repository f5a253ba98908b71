"""Sending wake-ups: which tasks there are by name, and how a ticket's id gets to a worker.

The database is the truth; a message only says "look at these tickets", so losing one costs a
second. Sending happens after the commit, in a thread beside the request: a frozen broker costs
the sender nothing. Ids that come together go in one message.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from triage import broker
from triage.domain.ticket import TicketId
from triage.errors import TriageError

DECIDE_TICKETS = "triage.decide_tickets"
ASSIGN_WAITING = "triage.assign_waiting"
READ_DRAFT = "triage.read_draft"
SCORE_AGAIN = "triage.score_again"
CHANGE_AGAIN = "triage.change_again"
LIVE, BULK, OUTBOUND = "live", "bulk", "outbound"

MOST_WAITING = 50_000  # ids in memory; what does not fit is sent by the sweep
MOST_TOGETHER = 16  # ids in one message: about 130 ms of work
GATHER = 0.020  # s; two messages are at least so far apart, the first goes at once
PAUSE_AFTER_ERROR = 1.0  # s; the sweep sends what was dropped

log = structlog.get_logger()

BROKER_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
}


def celery_app(broker_url: str) -> Celery:
    """Return the Celery app, with the settings that were measured (docs/decisions/0002, 0003)."""
    broker.register()
    app = Celery("triage", broker=broker_url)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,  # attempts are counted in the database
        task_acks_on_failure_or_timeout=True,
        task_default_queue=LIVE,
        task_publish_retry=False,
        worker_prefetch_multiplier=2,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # ends a thread pool's worker
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_soft_shutdown_timeout=20,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=BROKER_OPTIONS if broker_url.startswith("redis") else {},
    )
    return app


def send(app: Celery, tickets: Sequence[TicketId], name: str = LIVE) -> None:
    """Send one wake-up for these tickets. Raises kombu's OperationalError."""
    app.send_task(DECIDE_TICKETS, args=[list(tickets)], queue=name)


def ask_for_run(app: Celery, name: str, run_id: int, times: int) -> None:
    """Ask so many threads to work on a run; the sweep asks again for those that do not come."""
    try:
        for _ in range(times):
            app.send_task(name, args=[run_id], queue=BULK)
    except (OperationalError, OSError, TriageError) as error:
        log.warning("broker_unavailable", error=type(error).__name__, run=run_id)


class Freed(Enum):
    """Somebody has become free: what waits for nobody in particular may go to them."""

    SOMEBODY = "somebody"


@dataclass(frozen=True, slots=True)
class DraftTold:
    """A draft of a reply, by its number, that somebody waits to have read."""

    number: int


Told = TicketId | Freed | DraftTold


class Publisher:
    """A thread that sends wake-ups for the tickets it is told of, and for who has become free.

    `tell`, `tell_free` and `tell_draft` never wait.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._told: queue.Queue[Told | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def tell(self, ticket_id: TicketId) -> None:
        """Have a worker look at this ticket soon; the sweep does it where this thread cannot."""
        try:
            self._told.put_nowait(ticket_id)
        except queue.Full:
            log.warning("wake_up_left_to_sweep", ticket_id=ticket_id)

    def tell_free(self) -> None:
        """Have what nobody holds given to whoever is free now, instead of at the next sweep."""
        with contextlib.suppress(queue.Full):
            self._told.put_nowait(Freed.SOMEBODY)

    def tell_draft(self, number: int) -> None:
        """Have a worker read a draft of a reply."""
        with contextlib.suppress(queue.Full):
            self._told.put_nowait(DraftTold(number))

    def close(self, timeout: float = 2.0) -> None:
        """Send what is waiting, for at most `timeout` seconds."""
        self._told.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (first := self._told.get()) is not None:
            told = [first, *self._more()]
            tickets = [it for it in told if not isinstance(it, Freed | DraftTold)]
            try:
                self._send(told, tickets)
                time.sleep(GATHER)
            except (OperationalError, OSError, TriageError) as error:
                log.warning("broker_unavailable", error=type(error).__name__, tickets=len(tickets))
                time.sleep(PAUSE_AFTER_ERROR)

    def _send(self, told: Sequence[Told], tickets: Sequence[TicketId]) -> None:
        for one in told:
            if isinstance(one, DraftTold):  # somebody waits for it
                self._app.send_task(READ_DRAFT, args=[one.number], queue=LIVE)
        if tickets:
            send(self._app, tickets)
        if Freed.SOMEBODY in told:
            self._app.send_task(ASSIGN_WAITING, queue=LIVE)

    def _more(self) -> list[Told]:
        more: list[Told] = []
        while len(more) < MOST_TOGETHER - 1 and not self._told.empty():
            if (told := self._told.get_nowait()) is None:
                self._told.put(None)
                break
            more.append(told)
        return more
