"""The tasks: each takes ids and delegates. Retrying is the sweep's business, not the queue's."""

from __future__ import annotations

from datetime import timedelta

from triage import assign, decide, tone
from triage.domain.ticket import TicketId
from triage.queue import ASSIGN_WAITING, DECIDE_TICKETS, READ_DRAFT
from workers.app import app
from workers.lifecycle import deciding

DRAIN_FOR = timedelta(seconds=2)  # then the thread looks at its messages again


@app.task(name=DECIDE_TICKETS)  # type: ignore[untyped-decorator]  # celery has no types
def decide_tickets(ticket_ids: list[int]) -> None:
    """Decide these tickets, then whatever else waits, so that a flood costs few messages."""
    parts = deciding()
    decide.decide_tickets([TicketId(ticket_id) for ticket_id in ticket_ids], parts)
    decide.decide_waiting(parts, until=parts.clock() + DRAIN_FOR)


@app.task(name=ASSIGN_WAITING)  # type: ignore[untyped-decorator]  # celery has no types
def assign_waiting() -> None:
    """Give what nobody holds to whoever has become free."""
    parts = deciding()
    if assign.assign_waiting(parts.database, parts.policy, parts.clock()):
        parts.announce()


@app.task(name=READ_DRAFT)  # type: ignore[untyped-decorator]  # celery has no types
def read_draft(number: int) -> None:
    """Read a draft of a reply for whoever waits for it."""
    parts = deciding()
    tone.read(parts.database, parts.model, number)
