"""Notes of colleagues to colleagues about a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from triage.domain.ticket import TicketId
from triage.store.tables import note, ticket


def add(
    connection: Connection, ticket_id: TicketId, text: str, by: str, now: datetime
) -> int | None:
    """Keep a note and return its number; None where there is no such ticket."""
    if connection.execute(select(ticket.c.id).where(ticket.c.id == ticket_id)).first() is None:
        return None
    new = insert(note).values(ticket_id=ticket_id, text=text, by=by, written_at=now)
    made: int = connection.execute(new.returning(note.c.id)).scalar_one()
    return made


def remove(connection: Connection, note_id: int, by: str) -> TicketId | None:
    """Remove a note that this person wrote; return its ticket, None where there is none."""
    mine = (note.c.id == note_id) & (note.c.by == by)
    found = connection.execute(delete(note).where(mine).returning(note.c.ticket_id)).scalar()
    return TicketId(found) if found else None


def of_ticket(connection: Connection, ticket_id: TicketId) -> Sequence[Any]:
    """Return the notes about a ticket, newest first."""
    mine = select(note).where(note.c.ticket_id == ticket_id)
    return connection.execute(mine.order_by(note.c.id.desc())).all()
