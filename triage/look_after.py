"""Look after the team: who is here until when, what each carries, what might be done about it.

Loads come from customers' text alone, and people stand in the order of their names. There is no
figure about how somebody works to be had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from triage.domain.agent import Agent, AgentId
from triage.domain.person import Principal
from triage.domain.policy import Policy
from triage.domain.relief import Suggestion, Weight, in_order, suggestions, weight_of
from triage.domain.shift import shift_ends
from triage.domain.team import heavy_run
from triage.errors import UnknownAgent
from triage.store import agents, audit, burden
from triage.store.audit import Action
from triage.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An agent as a supervisor sees them at one moment; `late` counts tickets they hold."""

    agent: Agent
    on_shift: bool
    until: datetime | None  # when the shift ends; None: off shift, or at all times
    weight: Weight
    heavy_run: int
    cools_until: datetime | None
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Everybody by team and name, and what might be done for whom."""

    members: list[Member]
    suggestions: list[Suggestion]
    heavy_in_a_row: int
    budget: float

    @property
    def on_shift(self) -> int:
        return sum(it.on_shift for it in self.members)

    @property
    def advised(self) -> list[tuple[Agent, list[Suggestion]]]:
        """Return who might need something, each once, with all that is suggested for them."""
        by_person = groupby(self.suggestions, key=lambda it: it.agent.id)
        return [(those[0].agent, those) for those in (list(them) for _, them in by_person)]


def crew(database: Database, policy: Policy, now: datetime) -> Crew:
    """Return the crew as it is now. Raises StoreUnavailable."""
    with database.reading() as connection:
        everybody = in_order(agents.all_agents(connection, policy, now))
        late = burden.late_held(connection, now)
    return Crew(
        members=[_member(it, late.get(it.id, 0), policy, now) for it in everybody],
        suggestions=suggestions(everybody, late, policy, now),
        heavy_in_a_row=policy.heavy_in_a_row,
        budget=policy.emotional_budget,
    )


def say_present(
    database: Database, agent_id: AgentId, who: Principal, now: datetime, *, present: bool
) -> None:
    """Say whether somebody takes tickets now. Raises UnknownAgent, StoreUnavailable."""
    about = f"agent {agent_id}: {'present' if present else 'absent'}"
    with database.writing() as connection:
        _check_known(agent_id, known=agents.set_present(connection, agent_id, present=present))
        audit.note(connection, who, Action.PRESENCE, about=about, now=now)


def say_opted_out(
    database: Database, agent_id: AgentId, who: Principal, now: datetime, *, opted_out: bool
) -> None:
    """Say whether somebody gets no heavy tickets. Raises UnknownAgent, StoreUnavailable."""
    about = f"agent {agent_id}: {'out of' if opted_out else 'in for'} heavy tickets"
    with database.writing() as connection:
        known = agents.set_opted_out(connection, agent_id, opted_out=opted_out)
        _check_known(agent_id, known=known)
        audit.note(connection, who, Action.OPT_OUT, about=about, now=now)


def _check_known(agent_id: AgentId, *, known: bool) -> None:
    if not known:
        raise UnknownAgent(f"there is no agent {agent_id}")


def _member(agent: Agent, late: int, policy: Policy, now: datetime) -> Member:
    cools = agent.rests_until if agent.rests_until and agent.rests_until > now else None
    return Member(
        agent=agent,
        on_shift=agent.on_shift(now),
        until=shift_ends(agent.shift, now),
        weight=weight_of(agent, policy),
        heavy_run=heavy_run(agent, policy, now),
        cools_until=cools,
        late=late,
    )
