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
from triage.domain.routing import Need, able_for, preference, why_chosen
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
        able = [able_for(needs[at], team, policy)[0] for at in tried]
        pairs = _round([needs[at] for at in tried], able, team)
        if not pairs:
            left = left[len(tried) :]
            continue
        for row, agent in pairs:
            need = needs[tried[row]]
            reason = _reason(need, agent, len(able[row]))
            found.append(Pair(tried[row], agent, reason))
            team = team.given(agent.id, need.level, policy)
        placed = {tried[row] for row, _ in pairs}
        left = [at for at in left if at not in placed]
    return sorted(found, key=lambda it: it.place), team


def _round(
    needs: Sequence[Need], able: Sequence[Sequence[Agent]], team: Team
) -> list[tuple[int, Agent]]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - memory that few need

    worth = _worth(needs, able, team)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    chosen = [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if worth[r, c] > NEVER]
    return [(row, team.here[column]) for row, column in sorted(chosen)]


def _worth(
    needs: Sequence[Need], able: Sequence[Sequence[Agent]], team: Team
) -> NDArray[np.float64]:
    """Return what each pair is worth, (n_tickets, n_here): more than any preference among agents
    is that an earlier ticket is placed.
    """
    column = {agent.id: at for at, agent in enumerate(team.here)}
    worth = np.full((len(needs), len(team.here)), NEVER)
    for row, (need, agents) in enumerate(zip(needs, able, strict=True)):
        ordered = sorted(agents, key=lambda agent: preference(agent, need.level))
        for rank, agent in enumerate(ordered):
            known = FAMILIAR if agent.id == need.familiar else 0.0
            liking = 1 - rank / len(ordered) + known
            worth[row, column[agent.id]] = 2 * len(needs) * (len(needs) - row) + liking
    return worth


def _reason(need: Need, agent: Agent, able: int) -> str:
    if agent.id == need.familiar:
        return f"{agent.name}: answered this customer before"
    return f"{why_chosen(agent, able, need.level)}, matched with what else waited"
