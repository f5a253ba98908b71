"""The team at one moment: who is on shift, what they can do, and what each gets next.

Made once for many decisions, because asking every shift's calendar anew took longer than the rest
of a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Self

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Policy

HEAVY_LEVEL = 3  # from here a ticket weighs on whoever answers it


@dataclass(frozen=True)
class Team:
    """Everybody, and those of them who are on shift now, in one order."""

    everybody: tuple[Agent, ...]
    here: tuple[Agent, ...]
    now: datetime
    skills: frozenset[str] = field(default=frozenset())
    teams: frozenset[str] = field(default=frozenset())

    @classmethod
    def at(cls, agents: Iterable[Agent], now: datetime) -> Self:
        """Return the team as it is at `now` (aware)."""
        everybody = tuple(agents)
        return cls(
            everybody,
            tuple(it for it in everybody if it.on_shift(now)),
            now,
            frozenset[str]().union(*(it.skills for it in everybody)),
            frozenset(it.team for it in everybody if it.team),
        )

    def member(self, agent_id: AgentId | None) -> Agent | None:
        """Return the agent of that id, on shift or not."""
        return self._by_id.get(agent_id) if agent_id is not None else None

    def given(self, agent_id: AgentId, level: int, policy: Policy) -> Team:
        """Return the team as it is once this agent also holds a ticket of this level."""

        def one_more(agent: Agent) -> Agent:
            return with_one_more(agent, level, policy, self.now) if agent.id == agent_id else agent

        return replace(
            self,
            everybody=tuple(map(one_more, self.everybody)),
            here=tuple(map(one_more, self.here)),
        )

    @cached_property
    def _by_id(self) -> dict[AgentId, Agent]:
        return {it.id: it for it in self.everybody}


def has_left(agent: Agent, policy: Policy, now: datetime) -> bool:
    """Return whether somebody is away, or has been off shift for longer than the grace."""
    if not agent.present:
        return True
    return not agent.on_shift(now) and not agent.on_shift(now - policy.grace_after_shift)


def with_one_more(agent: Agent, level: int, policy: Policy, now: datetime) -> Agent:
    """Return the agent as they are once they also hold a ticket of this level."""
    return replace(
        agent,
        load=agent.load + 1,
        emotional_load=agent.emotional_load + policy.emotional_weights[level],
        heavy_run=run_after(agent, level, policy, now),
        assigned_at=now,
    )


def run_after(agent: Agent, level: int, policy: Policy, now: datetime) -> int:
    """Return how many heavy tickets in a row the agent has got with one of this level."""
    return heavy_run(agent, policy, now) + 1 if level >= HEAVY_LEVEL else 0


def heavy_run(agent: Agent, policy: Policy, now: datetime) -> int:
    """Return how many heavy tickets the agent got last in a row; time without any ends the row."""
    if agent.assigned_at is None or now - agent.assigned_at >= policy.rest_after_heavy:
        return 0
    return agent.heavy_run
