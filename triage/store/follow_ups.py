"""Promises to customers: what the card said would follow, when it is due, whether it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from triage.domain.ticket import TicketId
from triage.store.tables import follow_up, source, ticket


def promise(
    connection: Connection, ticket_id: TicketId, text: str, due_at: datetime, made_at: datetime
) -> None:
    """Note what was promised to the customer of this ticket, when, and by when."""
    connection.execute(
        insert(follow_up).values(ticket_id=ticket_id, text=text, due_at=due_at, made_at=made_at)
    )


def keep(
    connection: Connection, ticket_id: TicketId, now: datetime, *, before: datetime | None = None
) -> None:
    """Note that what was promised to the customer of this ticket is kept: all, or what was promised
    `before` somebody wrote to them.
    """
    mine = (follow_up.c.ticket_id == ticket_id) & follow_up.c.kept_at.is_(None)
    if before is not None:
        mine &= follow_up.c.made_at < before
    connection.execute(update(follow_up).where(mine).values(kept_at=now))


def missed(connection: Connection, now: datetime) -> bool:
    """Return whether something was due that was not kept and is not noted yet."""
    return connection.execute(_overdue(now).limit(1)).first() is not None


def miss_due(connection: Connection, limit: int, now: datetime) -> list[TicketId]:
    """Note what was due and not kept; count it on its ticket and return the tickets."""
    found = {it.ticket_id for it in connection.execute(_overdue(now).limit(limit))}
    # tickets first, as whoever stores an answer locks them; one that is held now is late next time
    held = select(ticket.c.id).where(ticket.c.id.in_(found)).order_by(ticket.c.id)
    free = connection.execute(held.with_for_update(skip_locked=True)).scalars().all()
    theirs = update(follow_up).where(follow_up.c.ticket_id.in_(free), _is_overdue(now))
    broken = connection.execute(theirs.values(missed_at=now).returning(follow_up.c.ticket_id))
    missed = sorted(set(broken.scalars()))
    connection.execute(
        update(ticket)
        .where(ticket.c.id.in_(missed))
        .values(missed_promises=ticket.c.missed_promises + 1)
    )
    return [TicketId(it) for it in missed]


def open_ones(connection: Connection, limit: int) -> Sequence[Any]:
    """Return what is promised and not kept, earliest due first. Uses `ix_follow_up_open`."""
    shown = (ticket.c.external_id, ticket.c.subject, ticket.c.language)
    query = (
        select(follow_up, *shown, source.c.name.label("source"))
        .join(ticket, ticket.c.id == follow_up.c.ticket_id)
        .join(source, source.c.id == ticket.c.source_id)
        .where(follow_up.c.kept_at.is_(None))
        .order_by(follow_up.c.due_at)
    )
    return connection.execute(query.limit(limit)).all()


def count_broken(connection: Connection) -> int:
    """Return how many promises were missed and are not kept yet."""
    broken = follow_up.c.kept_at.is_(None) & follow_up.c.missed_at.is_not(None)
    query = select(func.count()).select_from(follow_up).where(broken)
    return connection.execute(query).scalar_one()


def of_ticket(connection: Connection, ticket_id: TicketId) -> Sequence[Any]:
    """Return all promises of a ticket, newest first."""
    mine = select(follow_up).where(follow_up.c.ticket_id == ticket_id)
    return connection.execute(mine.order_by(follow_up.c.id.desc())).all()


def _overdue(now: datetime) -> Any:
    found = select(follow_up.c.id, follow_up.c.ticket_id).where(_is_overdue(now))
    return found.order_by(follow_up.c.due_at)


def _is_overdue(now: datetime) -> Any:
    not_noted = follow_up.c.kept_at.is_(None) & follow_up.c.missed_at.is_(None)
    return not_noted & (follow_up.c.due_at < now)
