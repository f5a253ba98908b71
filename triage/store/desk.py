"""The desk: tickets whose customer waits, earliest `respond_by` first, paged by a cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, tuple_, update

from triage.domain.agent import AgentId
from triage.domain.ticket import Mode, TicketId
from triage.store.decisions import Assigned
from triage.store.tables import agent, decision, source, ticket
from triage.store.threads import OF_SOURCE

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
    ticket.c.language,
    ticket.c.flags,
    ticket.c.revision,
    ticket.c.pinned,
    ticket.c.snoozed_until,
    ticket.c.assignee_id,
    source.c.name.label("source_name"),
    agent.c.name.label("agent_name"),
    agent.c.team.label("team"),
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


def unassigned(connection: Connection, after: Place | None, limit: int, *, lock: bool) -> list[Any]:
    """Return decided tickets that nobody holds and Triage may give, earliest `respond_by` first,
    those after a place.
    """
    open_ones = (
        (ticket.c.status == "waiting") & (ticket.c.state == "done") & ticket.c.assignee_id.is_(None)
    )
    if after:
        place = tuple_(ticket.c.respond_by, ticket.c.id)
        open_ones &= place > tuple_(after.respond_by, after.ticket_id)
    return _earliest(connection, open_ones, limit, lock=lock)


def held_by(
    connection: Connection,
    agents: Collection[AgentId],
    limit: int,
    *,
    late_at: datetime | None,
    lock: bool = True,
) -> list[Any]:
    """Return tickets that these agents hold and nobody pinned on them, earliest first.

    With `late_at` only those that were due before and not handed on for it yet.
    """
    theirs = (
        (ticket.c.status == "waiting")
        & (ticket.c.state == "done")
        & ticket.c.assignee_id.in_(agents)
        & ~ticket.c.pinned
    )
    if late_at is not None:
        theirs &= (ticket.c.respond_by < late_at) & ~ticket.c.relieved
    return _earliest(connection, theirs, limit, lock=lock)


def hand_over(connection: Connection, assigned: Sequence[Assigned], *, late: bool = False) -> None:
    """Put the tickets into their new holders' hands."""
    for one in assigned:
        holder = update(ticket).where(ticket.c.id == one.ticket_id)
        relieved = {"relieved": True} if late else {}
        connection.execute(holder.values({"assignee_id": one.agent_id} | relieved))


def hand_back(connection: Connection, ids: Collection[TicketId]) -> None:
    """Let nobody hold these tickets any more."""
    if ids:
        mine = update(ticket).where(ticket.c.id.in_(ids))
        connection.execute(mine.values(assignee_id=None))


def _earliest(connection: Connection, which: Any, limit: int, *, lock: bool) -> list[Any]:
    query = (
        select(ticket, *OF_SOURCE)
        .join(source)
        .where(which, source.c.mode == Mode.ASSIGN)
        .order_by(ticket.c.respond_by, ticket.c.id)
        .limit(limit)
    )
    if lock:
        query = query.with_for_update(of=ticket, skip_locked=True)
    return list(connection.execute(query))


def _rows() -> Select[Any]:
    return (
        select(*COLUMNS)
        .join(source, source.c.id == ticket.c.source_id)
        .outerjoin(agent, agent.c.id == ticket.c.assignee_id)
        .outerjoin(decision, decision.c.id == ticket.c.decision_id)
    )
