"""Give tickets that nobody holds to whoever has become free, earliest `respond_by` first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Lane, Policy
from triage.domain.routing import Need, choose
from triage.domain.ticket import TicketId
from triage.store import agents, decisions, desk, events
from triage.store.database import Database
from triage.store.decisions import Assigned
from triage.store.events import EventKind

MOST_AT_ONCE = 100  # tickets looked at in one transaction


def assign_waiting(database: Database, policy: Policy, now: datetime) -> int:
    """Assign what can be assigned now; return how many tickets. Raises StoreUnavailable."""
    with database.reading() as connection:
        if not desk.unassigned(connection, 1, lock=False):
            return 0
    with database.writing() as connection:
        rows = desk.unassigned(connection, MOST_AT_ONCE, lock=True)
        everybody = agents.all_agents(connection, policy, now, lock=True)
        assigned = _match(rows, everybody, policy, now)
        desk.hand_over(connection, assigned)
        decisions.assign(connection, assigned, now)
        agents.assigned(connection, {one.agent_id for one in assigned}, now)
        events.append(connection, EventKind.ASSIGNED, [one.ticket_id for one in assigned], now)
    return len(assigned)


def _match(
    rows: Sequence[Any], everybody: list[Agent], policy: Policy, now: datetime
) -> list[Assigned]:
    assigned = []
    for row in rows:
        choice = choose(_need(row), everybody, policy, now)
        if choice.agent:
            assigned.append(Assigned(TicketId(row.id), choice.agent.id, choice.reason))
            everybody = with_one_more(everybody, choice.agent.id, row.level, policy, now)
    return assigned


def with_one_more(
    everybody: Sequence[Agent], agent_id: AgentId, level: int, policy: Policy, now: datetime
) -> list[Agent]:
    """Return the agents as they are once `agent_id` also holds a ticket of this level."""
    weight = policy.emotional_weights[level]
    return [
        replace(
            agent,
            load=agent.load + 1,
            emotional_load=agent.emotional_load + weight,
            assigned_at=now,
        )
        if agent.id == agent_id
        else agent
        for agent in everybody
    ]


def _need(row: Any) -> Need:
    return Need(
        lane=Lane(row.lane),
        level=row.level,
        waits=True,
        language=row.language,
        tags=frozenset(row.tags),
    )
