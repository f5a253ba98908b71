"""What tickets ask of whoever answers them, as their rows say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from triage.domain.agent import AgentId
from triage.domain.policy import Lane, Policy
from triage.domain.routing import Need, still_familiar
from triage.domain.ticket import TicketId
from triage.store import threads
from triage.store.tables import ticket


def of_rows(
    connection: Connection, rows: Sequence[Any], policy: Policy, now: datetime
) -> list[Need]:
    """Return what these tickets ask for, whether or not somebody holds them already."""
    known = threads.familiar(connection, rows, now - policy.familiar_for)
    return [
        Need(
            lane=Lane(row.lane),
            level=row.level,
            waits=True,
            language=row.language,
            tags=frozenset(row.tags),
            assignee=AgentId(row.assignee_id) if row.assignee_id else None,
            declined=frozenset(map(AgentId, row.declined)),
            familiar=still_familiar(known.get(row.id), policy, now),
            waited=now - row.waiting_since,
        )
        for row in rows
    ]


def of_ticket(
    connection: Connection, ticket_id: TicketId, policy: Policy, now: datetime
) -> Need | None:
    """Return what one ticket asks for; None where there is no such ticket."""
    rows = connection.execute(select(ticket).where(ticket.c.id == ticket_id)).all()
    return next(iter(of_rows(connection, rows, policy, now)), None)
