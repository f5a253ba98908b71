"""Who gets which ticket when there are many of both: an optimal matching within the rules.

In rounds, each of which gives one ticket at most to each agent. Of the tickets the earliest go
first: those that can be placed are chosen as if one after the other were (a matching with a weight
for each ticket that only falls is always among the best), and whom each gets is what SciPy's
assignment finds cheapest for the team together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.domain.agent import Agent
from triage.domain.policy import Policy
from triage.domain.routing import Need, able_for, asked_of, preference, why_chosen
from triage.domain.team import Team

LOOKED_AT = 4  # tickets for each agent and round
NEVER = 0.0  # the worth of a pair that the rules forbid
FAMILIAR = 0.5  # of the distance between the most and the least loaded agent


@dataclass(frozen=True, slots=True)
class Pair:
    """A ticket, by its place in the order given, with who gets it and why."""

    place: int
    agent: Agent
    reason: str


def match(needs: Sequence[Need], team: Team, policy: Policy) -> tuple[list[Pair], Team]:
    """Return who gets which of the tickets, earliest first, and the team as it is then."""
    left = list(range(len(needs)))
    found: list[Pair] = []
    while left and any(it.load < it.capacity for it in team.here):
        tried = left[: LOOKED_AT * len(team.here)]
        likings = _likings([needs[at] for at in tried], team, policy)
        pairs = _round(likings, team)
        if not pairs:
            left = left[len(tried) :]
            continue
        for row, agent in pairs:
            need = needs[tried[row]]
            reason = _reason(need, agent, likings[row].able)
            found.append(Pair(tried[row], agent, reason))
            team = team.given(agent.id, need.level, policy)
        placed = {tried[row] for row, _ in pairs}
        left = [at for at in left if at not in placed]
    return sorted(found, key=lambda it: it.place), team


@dataclass(frozen=True, slots=True)
class _Liking:
    """How much a ticket would like each agent on shift, (n_here,), `NEVER` where the rules forbid
    it, and how many are able.
    """

    of_each: NDArray[np.float64]
    able: int


def _likings(needs: Sequence[Need], team: Team, policy: Policy) -> list[_Liking]:
    """Return one for each ticket; what asks for the same is asked once, a backlog is much alike."""
    found: dict[tuple[object, ...], _Liking] = {}
    each = []
    for need in needs:
        kind = _kind(need, asked_of(need, team, policy).skills)
        if kind not in found:
            found[kind] = _liking(need, team, policy)
        each.append(found[kind])
    return each


def _kind(need: Need, skills: frozenset[str]) -> tuple[object, ...]:
    """Return all of a need that says who is able and liked, besides the team."""
    who = (need.assignee, need.declined, need.familiar)
    return need.lane, need.level, need.language, need.tags, skills, *who


def _liking(need: Need, team: Team, policy: Policy) -> _Liking:
    able, _ = able_for(need, team, policy)
    ordered = sorted(able, key=lambda agent: preference(agent, need.level))
    ranks = {agent.id: rank for rank, agent in enumerate(ordered)}
    of_each = np.full(len(team.here), NEVER)
    for at, agent in enumerate(team.here):
        if agent.id in ranks:
            known = FAMILIAR if agent.id == need.familiar else 0.0
            of_each[at] = 1 - ranks[agent.id] / len(ordered) + known
    return _Liking(of_each, len(able))


def _round(likings: Sequence[_Liking], team: Team) -> list[tuple[int, Agent]]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - memory that few need

    worth = _worth(likings)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    chosen = [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if worth[r, c] > NEVER]
    return [(row, team.here[column]) for row, column in sorted(chosen)]


def _worth(likings: Sequence[_Liking]) -> NDArray[np.float64]:
    """Return what each pair is worth, (n_tickets, n_here): more than any preference among agents
    is that an earlier ticket is placed.
    """
    liked = np.array([it.of_each for it in likings])
    earlier = np.arange(len(likings), 0, -1)[:, np.newaxis]
    worth: NDArray[np.float64] = np.where(liked > NEVER, 2 * len(likings) * earlier + liked, NEVER)
    return worth


def _reason(need: Need, agent: Agent, able: int) -> str:
    if agent.id == need.familiar:
        return f"{agent.name}: answered this customer before"
    return f"{why_chosen(agent, able, need.level)}, matched with what else waited"
