"""What was claimed of tickets before anybody looked, and how many are closed: to see what held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from triage.domain.ticket import MessageId, Status, TicketId
from triage.store.tables import decision, source, ticket


@dataclass(frozen=True, slots=True)
class Claim:
    """The feeling that the first decision of a ticket named, and its calibrated probability."""

    message_id: MessageId
    feeling: str
    probability: float


def newest_closed(connection: Connection, since: datetime, most: int) -> list[TicketId]:
    """Return the tickets closed since then, the newest by their number."""
    mine = (
        (ticket.c.status == Status.CLOSED)
        & (ticket.c.released_at >= since)
        & ticket.c.decision_id.is_not(None)
    )
    query = select(ticket.c.id).where(mine).order_by(ticket.c.id.desc()).limit(most)
    return [TicketId(it) for it in connection.execute(query).scalars()]


def closed_since(connection: Connection, since: datetime, most: int) -> datetime:
    """Return since when at most so many tickets were closed: `since`, or later.

    Asked for each source by itself, as `ix_ticket_closed` has them in order.
    """
    closed = ticket.c.released_at
    mine = (ticket.c.status == "closed") & (closed >= since)
    newest = select(closed).where(mine).order_by(closed.desc()).limit(most)
    found: list[datetime] = []
    for one in connection.execute(select(source.c.id)).scalars().all():
        found += connection.execute(newest.where(ticket.c.source_id == one)).scalars()
    return sorted(found, reverse=True)[most - 1] if len(found) >= most else since


def newest_answered(connection: Connection, since: datetime, most: int) -> TicketId:
    """Return the number below the newest so many tickets that were released since then."""
    mine = ticket.c.released_at >= since
    query = select(ticket.c.id).where(mine).order_by(ticket.c.id.desc()).limit(1).offset(most)
    return TicketId(connection.execute(query).scalar() or 0)


def claims(connection: Connection, tickets: Collection[TicketId]) -> list[Claim]:
    """Return what the first decision of each of these tickets claimed, where it named a feeling."""
    result = decision.c.result
    columns = (result["feeling"].as_string().label("feeling"), result["emotions"].label("all"))
    query = select(decision.c.message_id, *columns).where(decision.c.id.in_(_first(tickets)))
    return [
        Claim(MessageId(number), feeling, found[feeling])
        for number, feeling, found in connection.execute(query)
        if feeling and feeling in found
    ]


def _first(tickets: Collection[TicketId]) -> Select[Any]:
    mine = select(func.min(decision.c.id)).where(decision.c.ticket_id.in_(tickets))
    return mine.group_by(decision.c.ticket_id)
