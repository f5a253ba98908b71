"""Agents and what they hold: the load is counted from tickets, never kept beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from triage.domain.agent import Agent, AgentId, Hours, Shift
from triage.domain.policy import Policy
from triage.store.database import insert_once
from triage.store.tables import agent, ticket

HALF_LIVES_REMEMBERED = 6  # after so many a weight is below 2 %


def all_agents(
    connection: Connection, policy: Policy, now: datetime, *, lock: bool = False
) -> list[Agent]:
    """Return every agent with their present loads; `lock` holds the rows until the commit.

    Whoever assigns must lock: then two decisions at once see each other's assignments.
    """
    query = select(agent).order_by(agent.c.id)
    if lock:
        query = query.with_for_update(key_share=True)
    rows = connection.execute(query).all()
    held, weights = _held(connection)
    done = _done(connection, policy, now) if rows else {}
    return [
        _agent(row, held.get(row.id, 0), weights.get(row.id, 0.0), done.get(row.id, NOTHING_DONE))
        for row in rows
    ]


def listed(connection: Connection) -> list[Any]:
    """Return every agent's id, name, team, languages and capacity, by name: without what they
    carry.
    """
    query = select(agent.c.id, agent.c.name, agent.c.team, agent.c.languages, agent.c.capacity)
    return list(connection.execute(query.order_by(agent.c.name, agent.c.id)))


def names(connection: Connection, ids: Collection[AgentId]) -> dict[AgentId, str]:
    """Return the names of these agents."""
    rows = connection.execute(select(agent.c.id, agent.c.name).where(agent.c.id.in_(ids)))
    return {AgentId(row.id): row.name for row in rows}


def email_of(connection: Connection, agent_id: AgentId) -> str | None:
    """Return an agent's e-mail address, None where there is no such agent."""
    found = connection.execute(select(agent.c.email).where(agent.c.id == agent_id))
    return found.scalar_one_or_none()


def names_by_email(connection: Connection) -> dict[str, str]:
    """Return the agents' names by their e-mail addresses, these in small letters."""
    rows = connection.execute(select(agent.c.email, agent.c.name))
    return {row.email.lower(): row.name for row in rows}


def assigned(connection: Connection, given: Iterable[Agent], now: datetime) -> None:
    """Note that these agents, as they are now, were given tickets."""
    for one in given:
        row = update(agent).where(agent.c.id == one.id)
        connection.execute(row.values(assigned_at=now, heavy_run=one.heavy_run))


def set_opted_out(connection: Connection, agent_id: AgentId, *, opted_out: bool) -> bool:
    """Say whether an agent gets no heavy tickets; return whether there is such an agent."""
    changed = update(agent).where(agent.c.id == agent_id).values(opted_out=opted_out)
    return bool(connection.execute(changed).rowcount)


def save(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert agents, or change those whose email is known. All of them, or (by rollback) none."""
    for row in rows:
        if not insert_once(connection, agent, row | {"present": True}):
            connection.execute(update(agent).where(agent.c.email == row["email"]).values(row))


def set_present(connection: Connection, agent_id: AgentId, *, present: bool) -> bool:
    """Say whether an agent takes tickets now; return whether there is such an agent."""
    changed = update(agent).where(agent.c.id == agent_id).values(present=present)
    return bool(connection.execute(changed).rowcount)


def _held(connection: Connection) -> tuple[dict[int, int], dict[int, float]]:
    rows = connection.execute(
        select(ticket.c.assignee_id, func.count(), func.sum(ticket.c.weight))
        .where(ticket.c.status == "waiting", ticket.c.assignee_id.is_not(None))
        .group_by(ticket.c.assignee_id)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


@dataclass(frozen=True, slots=True)
class _Done:
    """What tickets already done left on an agent: their weight, and until when they rest."""

    weight: float = 0.0
    rests_until: datetime | None = None


NOTHING_DONE = _Done()


def _done(connection: Connection, policy: Policy, now: datetime) -> dict[int, _Done]:
    """Return it by agent: weights are halved each half-life, and a hard ticket needs a rest."""
    since = now - max(HALF_LIVES_REMEMBERED * policy.half_life, policy.cool_down)
    rows = connection.execute(
        select(ticket.c.assignee_id, ticket.c.weight, ticket.c.released_at, ticket.c.harsh).where(
            ticket.c.released_at > since, ticket.c.assignee_id.is_not(None), ticket.c.weight > 0
        )
    )
    found: defaultdict[int, _Done] = defaultdict(_Done)
    for row in rows:
        before = found[row.assignee_id]
        rests = [before.rests_until, row.released_at + policy.cool_down if row.harsh else None]
        found[row.assignee_id] = _Done(
            before.weight + row.weight * 0.5 ** ((now - row.released_at) / policy.half_life),
            max((it for it in rests if it is not None), default=None),
        )
    return found


def _agent(row: Any, load: int, held: float, done: _Done) -> Agent:
    return Agent(
        id=AgentId(row.id),
        name=row.name,
        experience=row.experience,
        languages=frozenset(row.languages),
        skills=frozenset(row.skills),
        team=row.team,
        capacity=row.capacity,
        shift=_shift(row.shift),
        present=row.present,
        load=load,
        emotional_load=held + done.weight,
        assigned_at=row.assigned_at,
        heavy_run=row.heavy_run,
        rests_until=done.rests_until,
        opted_out=row.opted_out,
    )


def _shift(stored: dict[str, Any] | None) -> Shift | None:
    if stored is None:
        return None
    hours = {
        int(day): Hours(time.fromisoformat(start), time.fromisoformat(end))
        for day, (start, end) in stored["hours"].items()
    }
    return Shift(ZoneInfo(stored["zone"]), hours)
