"""Putting a ticket off: it leaves the page for a while. Nothing else changes.

Its deadline stays, it is assigned and counted as before, and it comes back by itself: at the
latest when it must be answered, when its customer writes, or when somebody in danger speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.domain.person import SYSTEM
from triage.domain.policy import Lane
from triage.domain.ticket import Status, TicketId
from triage.errors import BadInput, ChangedMeanwhile, UnknownTicket
from triage.store import audit, events, overrides
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.events import EventKind


@dataclass(frozen=True, slots=True)
class PutOff:
    """Until when a ticket is put off now, and the revision at which that was done."""

    until: datetime | None
    revision: int


def put_off(
    database: Database,
    ticket_id: TicketId,
    revision: int,
    until: datetime | None,
    now: datetime,
    by: str = SYSTEM,
) -> PutOff:
    """Put a ticket off until then, at most until it must be answered; None: not any more.

    Raises BadInput, UnknownTicket, ChangedMeanwhile.
    """
    with database.writing() as connection:
        row = overrides.lock(connection, ticket_id)
        if row is None:
            raise UnknownTicket(f"there is no ticket {ticket_id}")
        if row.revision != revision:
            raise ChangedMeanwhile(f"ticket {ticket_id} changed since you saw it; look at it again")
        if until is not None:
            _check(row, until, now)
            until = min(until, row.respond_by)
        overrides.put_off(connection, row, until)
        events.append(connection, EventKind.SNOOZED, [ticket_id], now)
        about = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "no longer"
        audit.note(connection, by, Action.PUT_OFF, ticket_id, about, now=now)
    return PutOff(until, revision)


def _check(row: object, until: datetime, now: datetime) -> None:
    status, lane, due = (getattr(row, name) for name in ("status", "lane", "respond_by"))
    if status != Status.WAITING:
        raise BadInput("nobody waits for an answer to this ticket")
    if lane == Lane.SAFEGUARD:
        raise BadInput("somebody may be in danger: this ticket cannot be put off")
    if due <= now:
        raise BadInput("this ticket is late: it cannot be put off")
    if until <= now:
        raise BadInput("until: expected a moment to come")
