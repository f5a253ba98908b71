"""Whoever may be in danger and waits: who answers them, and who knows of it.

The lane says who is in danger; alerts say who has seen that. What nobody has seen yet is an alert
of its own, and loud everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from triage.domain.alerts import CRITICAL
from triage.domain.policy import Lane
from triage.domain.ticket import TicketId
from triage.store.tables import agent, alert, ticket

MOST_SHOWN = 50  # earliest first


@dataclass(frozen=True, slots=True, kw_only=True)
class InDanger:
    """A ticket of the lane safeguard whose customer waits; `holder` is None: nobody answers."""

    id: TicketId
    waiting_since: datetime
    respond_by: datetime
    holder: str | None
    seen_by: frozenset[str]
    unseen: bool  # an alert of it was seen by nobody


def waiting(connection: Connection) -> list[InDanger]:
    """Return who waits in danger, earliest first. Uses `ix_ticket_lane`."""
    query = (
        select(
            ticket.c.id, ticket.c.waiting_since, ticket.c.respond_by, agent.c.name.label("holder")
        )
        .outerjoin(agent, agent.c.id == ticket.c.assignee_id)
        .where(ticket.c.status == "waiting", ticket.c.lane == Lane.SAFEGUARD)
        .order_by(ticket.c.respond_by, ticket.c.id)
    )
    rows = connection.execute(query.limit(MOST_SHOWN)).all()
    seen = _seen(connection, {row.id: row.waiting_since for row in rows})
    return [
        InDanger(
            id=TicketId(row.id),
            waiting_since=row.waiting_since,
            respond_by=row.respond_by,
            holder=row.holder,
            seen_by=frozenset(it for it in seen[row.id] if it is not None),
            unseen=None in seen[row.id],
        )
        for row in rows
    ]


def _seen(connection: Connection, since: dict[int, datetime]) -> dict[int, set[str | None]]:
    """Return by ticket who has seen its alerts of this waiting, None for one that nobody has."""
    found: defaultdict[int, set[str | None]] = defaultdict(set)
    for row in connection.execute(_alerts(since)):
        if row.raised_at >= since[row.ticket_id]:
            found[row.ticket_id].add(row.seen_by if row.seen_at else None)
    return found


def _alerts(tickets: Collection[int]) -> Select[Any]:
    return select(alert.c.ticket_id, alert.c.raised_at, alert.c.seen_at, alert.c.seen_by).where(
        alert.c.ticket_id.in_(tickets), alert.c.kind.in_(CRITICAL), ~alert.c.quiet
    )
