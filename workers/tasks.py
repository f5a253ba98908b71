"""The tasks: each takes ids and delegates. Retrying is the sweep's business, not the queue's."""

from __future__ import annotations

from datetime import timedelta

from triage import apply_again, assign, decide, score_again, tone
from triage.domain.ticket import TicketId
from triage.queue import ASSIGN_WAITING, CHANGE_AGAIN, DECIDE_TICKETS, READ_DRAFT, SCORE_AGAIN
from workers.app import app
from workers.lifecycle import applying, bulk, deciding

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


@app.task(name=SCORE_AGAIN)  # type: ignore[untyped-decorator]  # celery has no types
def work_on_run(run_id: int) -> None:
    """Score chunks of a run again, beside what is live."""
    parts = bulk()
    score_again.work_on(parts, run_id, until=parts.clock() + DRAIN_FOR)


@app.task(name=CHANGE_AGAIN)  # type: ignore[untyped-decorator]  # celery has no types
def change_some(run_id: int) -> None:
    """Apply what a run found, or take it back: as much as is due now."""
    parts = applying()
    apply_again.step(parts, run_id, until=parts.clock() + DRAIN_FOR)
