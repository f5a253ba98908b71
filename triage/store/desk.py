"""The desk: tickets whose customer waits, earliest `respond_by` first, paged by a cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, tuple_, update

from triage.domain.ticket import TicketId
from triage.store.decisions import Assigned
from triage.store.tables import agent, decision, source, ticket

COLUMNS = (
    ticket.c.id,
    ticket.c.external_id,
    ticket.c.subject,
    ticket.c.channel,
    ticket.c.status,
    ticket.c.state,
    ticket.c.customer_name,
    ticket.c.waiting_since,
    ticket.c.respond_by,
    ticket.c.lane,
    ticket.c.level,
    source.c.name.label("source_name"),
    agent.c.name.label("agent_name"),
    decision.c.result.label("decision"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the desk; the next page begins after it."""

    respond_by: datetime
    ticket_id: TicketId


def waiting(connection: Connection, after: Place | None, limit: int) -> list[Any]:
    """Return up to `limit` rows of the desk, in order, after a place. Uses `ix_ticket_desk`."""
    query = _rows().where(ticket.c.status == "waiting")
    if after:
        place = tuple_(ticket.c.respond_by, ticket.c.id)
        query = query.where(place > tuple_(after.respond_by, after.ticket_id))
    return list(connection.execute(query.order_by(ticket.c.respond_by, ticket.c.id).limit(limit)))


def rows_of(connection: Connection, ids: Collection[TicketId]) -> list[Any]:
    """Return these tickets' rows, also of those that wait no longer."""
    return list(connection.execute(_rows().where(ticket.c.id.in_(ids))))


def count(connection: Connection) -> int:
    """Return how many customers wait."""
    return connection.execute(select(func.count()).where(ticket.c.status == "waiting")).scalar_one()


def unassigned(connection: Connection, limit: int, *, lock: bool) -> list[Any]:
    """Return decided tickets that nobody holds, earliest `respond_by` first."""
    open_ones = (
        (ticket.c.status == "waiting") & (ticket.c.state == "done") & ticket.c.assignee_id.is_(None)
    )
    query = select(ticket).where(open_ones).order_by(ticket.c.respond_by, ticket.c.id).limit(limit)
    return list(connection.execute(query.with_for_update(skip_locked=True) if lock else query))


def hand_over(connection: Connection, assigned: Sequence[Assigned]) -> None:
    """Put the tickets into their new holders' hands."""
    for one in assigned:
        holder = update(ticket).where(ticket.c.id == one.ticket_id)
        connection.execute(holder.values(assignee_id=one.agent_id))


def _rows() -> Select[Any]:
    return (
        select(*COLUMNS)
        .join(source, source.c.id == ticket.c.source_id)
        .outerjoin(agent, agent.c.id == ticket.c.assignee_id)
        .outerjoin(decision, decision.c.id == ticket.c.decision_id)
    )
