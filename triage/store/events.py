"""The feed: every change appends an event whose number only grows, in the order of commits.

On PostgreSQL numbers of a sequence become visible out of order; a reader that remembers the
highest would skip a late one. Appending under one advisory lock, as the last statement of its
transaction, makes the order of numbers the order of commits. SQLite has one writer anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select, text

from triage.domain.ticket import TicketId
from triage.store import outbox
from triage.store.tables import event

FEED_LOCK = 7_411  # any number that no other advisory lock of this database uses


class EventKind(StrEnum):
    """What changed on the desk."""

    WAITING = "waiting"  # a customer waits, nothing is decided yet
    DECIDED = "decided"
    ASSIGNED = "assigned"
    HANDED_BACK = "handed_back"  # its holder left; nobody holds it now
    ANSWERED = "answered"
    CLOSED = "closed"
    PROMISE_MISSED = "promise_missed"
    CORRECTED = "corrected"  # a person decided otherwise
    TAKEN_BACK = "taken_back"  # what scoring it again had changed
    SNOOZED = "snoozed"  # put off, or not any more
    NOTED = "noted"  # a colleague left a note
    DEAD = "dead"  # given up after too many attempts: an alarm


#: What changes how a ticket is to stand at its helpdesk.
TOLD = frozenset(
    {
        EventKind.DECIDED,
        EventKind.ASSIGNED,
        EventKind.HANDED_BACK,
        EventKind.CORRECTED,
        EventKind.TAKEN_BACK,
    }
)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One change, by its number."""

    seq: int
    ticket_id: TicketId
    kind: EventKind


def append(
    connection: Connection, kind: EventKind, tickets: Iterable[TicketId], now: datetime
) -> None:
    """Append one event a ticket. Call it last in a transaction: it holds the feed until commit."""
    if not (ids := list(tickets)):
        return
    if kind in TOLD:
        outbox.mark(connection, ids, now)
    rows = [{"ticket_id": it, "kind": kind, "at": now} for it in ids]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": FEED_LOCK})
    connection.execute(insert(event), rows)


def after(connection: Connection, seq: int, limit: int) -> list[FeedEvent]:
    """Return the events after `seq`, oldest first, at most `limit`."""
    query = select(event.c.seq, event.c.ticket_id, event.c.kind)
    rows = connection.execute(query.where(event.c.seq > seq).order_by(event.c.seq).limit(limit))
    return [FeedEvent(row.seq, TicketId(row.ticket_id), EventKind(row.kind)) for row in rows]


def latest(connection: Connection) -> int:
    """Return the number of the newest event, 0 where there is none."""
    return connection.execute(select(func.max(event.c.seq))).scalar() or 0
