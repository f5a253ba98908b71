"""Whoever may be in danger and waits: who answers them, and who knows of it.

The lane says who is in danger; alerts say who has seen that.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

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
    unseen: tuple[int, ...]  # alerts of it that nobody has seen


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
    alerts = _alerts(connection, {row.id: row.waiting_since for row in rows})
    return [
        InDanger(
            id=TicketId(row.id),
            waiting_since=row.waiting_since,
            respond_by=row.respond_by,
            holder=row.holder,
            seen_by=frozenset(it.seen_by for it in alerts[row.id] if it.seen_at),
            unseen=tuple(it.id for it in alerts[row.id] if not it.seen_at),
        )
        for row in rows
    ]


def _alerts(connection: Connection, since: dict[int, datetime]) -> dict[int, list[Any]]:
    """Return by ticket the alerts of this waiting that were told."""
    told = alert.c.kind.in_(CRITICAL) & ~alert.c.quiet
    query = select(alert).where(alert.c.ticket_id.in_(since), told)
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(query.order_by(alert.c.id)):
        if row.raised_at >= since[row.ticket_id]:
            found[row.ticket_id].append(row)
    return found
