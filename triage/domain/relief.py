"""Who might need a rest, or relief: loads and their limits, never a ranking. Pure.

What is suggested follows from what customers wrote and what the policy allows, not from anything an
agent did. Who has opted out of heavy tickets is treated like everybody else. The order is that of
teams and names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Policy
from triage.domain.team import HEAVY_LEVEL, heavy_run

NEAR = 0.8  # of the emotional budget; a design default
SOME = 0.4  # likewise: below it an emotional load is light
NAMED = 3  # colleagues with room that one suggestion names


class Weight(StrEnum):
    """An emotional load in a word."""

    NONE = "none"
    LIGHT = "light"
    MODERATE = "moderate"
    NEAR = "near the budget"
    FULL = "at the budget"


TIRED = frozenset({Weight.NEAR, Weight.FULL})


class Advice(StrEnum):
    """What a supervisor might do, and for which of the limits."""

    REST_BUDGET = "rest_budget"  # carries as much as the policy allows, or almost
    REST_ROW = "rest_row"  # got as many heavy ones in a row as the policy allows
    RELIEVE_LATE = "relieve_late"  # holds late tickets while others have room
    RELIEVE_AWAY = "relieve_away"  # holds tickets and is not here


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One piece of advice with the figures that are its reason.

    `count` is of heavy tickets in a row, or of tickets held; `until` is when a row ends by itself;
    `others` have room for one more ticket and are near no budget, whether or not they have its
    language and skills.
    """

    advice: Advice
    agent: Agent
    weight: Weight
    count: int = 0
    until: datetime | None = None
    others: tuple[str, ...] = ()


def weight_of(agent: Agent, policy: Policy) -> Weight:
    """Return the emotional load in a word; at the budget no heavy ticket fits in any more."""
    lightest = min((it for it in policy.emotional_weights[HEAVY_LEVEL:] if it), default=0.0)
    share = round(agent.emotional_load / policy.emotional_budget, 6)  # 9.6 of 12 are 0.8
    if agent.emotional_load + lightest > policy.emotional_budget:
        return Weight.FULL
    if share >= NEAR:
        return Weight.NEAR
    if share >= SOME:
        return Weight.MODERATE
    return Weight.LIGHT if agent.emotional_load >= 0.05 else Weight.NONE  # noqa: PLR2004 - shown as 0.0


def in_order(agents: Iterable[Agent]) -> list[Agent]:
    """Return them by team and name."""
    return sorted(agents, key=lambda it: (it.team.casefold(), it.name.casefold(), it.id))


def suggestions(
    agents: Iterable[Agent], late: Mapping[AgentId, int], policy: Policy, now: datetime
) -> list[Suggestion]:
    """Return what might be done for whom; `late` says how many late tickets somebody holds."""
    ordered = in_order(agents)
    free = [it for it in ordered if it.on_shift(now) and _has_room(it, policy)]
    found = []
    for agent in ordered:
        if agent.on_shift(now):
            found += _rests(agent, policy, now)
            found += _late(agent, late.get(agent.id, 0), free, policy)
        elif agent.load:
            others = _names(free, agent)
            found.append(_of(agent, Advice.RELIEVE_AWAY, policy, count=agent.load, others=others))
    return found


def _has_room(agent: Agent, policy: Policy) -> bool:
    return agent.load < agent.capacity and weight_of(agent, policy) not in TIRED


def _rests(agent: Agent, policy: Policy, now: datetime) -> list[Suggestion]:
    found = []
    if weight_of(agent, policy) in TIRED:
        found.append(_of(agent, Advice.REST_BUDGET, policy))
    run = heavy_run(agent, policy, now)
    if run >= policy.heavy_in_a_row and agent.assigned_at is not None:
        until = agent.assigned_at + policy.rest_after_heavy
        found.append(_of(agent, Advice.REST_ROW, policy, count=run, until=until))
    return found


def _late(agent: Agent, late: int, free: Sequence[Agent], policy: Policy) -> list[Suggestion]:
    others = _names(free, agent)
    if not late or not others:
        return []
    return [_of(agent, Advice.RELIEVE_LATE, policy, count=late, others=others)]


def _of(
    agent: Agent,
    advice: Advice,
    policy: Policy,
    *,
    count: int = 0,
    until: datetime | None = None,
    others: tuple[str, ...] = (),
) -> Suggestion:
    weight = weight_of(agent, policy)
    return Suggestion(
        advice=advice, agent=agent, weight=weight, count=count, until=until, others=others
    )


def _names(free: Sequence[Agent], agent: Agent) -> tuple[str, ...]:
    """Return colleagues who have room, those of the same team first."""
    others = sorted((it for it in free if it.id != agent.id), key=lambda it: it.team != agent.team)
    return tuple(it.name for it in others[:NAMED])
