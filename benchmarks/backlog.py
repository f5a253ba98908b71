"""How fast a backlog is given out: `python -m benchmarks.backlog`.

Ten thousand waiting tickets, earliest `respond_by` first, and two hundred people who hold nothing,
once with the room that people usually have and once with room for all. Matched as the service does
when many wait, beside greedy: one after the other, each to whoever is best for it then. The team
carries a ticket that was given the same way in both. Rounds are interleaved; by CPU time, medians.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.inbox import MONDAY, cases, people
from benchmarks.ourdesk import need_of
from benchmarks.table import Report, Target, median, show
from triage.domain.agent import Agent, AgentId
from triage.domain.comparison import gini
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.routing import Need, able_for, choose
from triage.domain.team import Team
from triage.matching import match

MOST_SECONDS = 5.0
FRIDAY = MONDAY + timedelta(days=4, hours=9)
ROOMS = {"usual room": 1, "room for all": 10}  # times what people usually may hold
MATCHED, GREEDY = "matched", "one after the other"

#: Who got which ticket, by its place in the line, and the team as it was then.
Given = tuple[dict[int, AgentId], Team]


@dataclass(frozen=True, slots=True)
class Round:
    """One backlog given out: seconds of CPU, and what came of it."""

    seconds: float
    placed: int
    passed: int  # earlier ones that could have had a later one's place
    gini: float


def backlog(count: int) -> list[Need]:
    """Return the needs of so many tickets, earliest `respond_by` first."""
    ordered = sorted(cases(count), key=lambda it: (it.due, it.number))
    return [need_of(it, max(FRIDAY, it.came)) for it in ordered]


def team(count: int, room: int) -> Team:
    """Return so many people on shift who hold nothing."""
    some = enumerate(islice(cycle(people()), count), 1)
    return Team.at((_with_room(one, number, room) for number, one in some), FRIDAY)


def _with_room(agent: Agent, number: int, room: int) -> Agent:
    return replace(agent, id=AgentId(number), shift=None, capacity=agent.capacity * room)


def matched(needs: Sequence[Need], team: Team) -> Given:
    """Give the tickets out as the service does."""
    pairs, after = match(needs, team, DEFAULT_POLICY)
    return {it.place: it.agent.id for it in pairs}, after


def one_after_the_other(needs: Sequence[Need], team: Team) -> Given:
    """Give each ticket to whoever is best for it then: the peer."""
    given = {}
    for place, need in enumerate(needs):
        if agent := choose(need, team, DEFAULT_POLICY).agent:
            given[place] = agent.id
            team = team.given(agent.id, need.level, DEFAULT_POLICY)
    return given, team


def passed_over(needs: Sequence[Need], given: dict[int, AgentId], after: Team) -> int:
    """Return how many tickets are left that could have had the place of a later one.

    Asked is each person who got a later one, without the latest that they got.
    """
    latest = {agent_id: place for place, agent_id in sorted(given.items())}
    by_place = sorted((place, agent_id) for agent_id, place in latest.items())
    without = [(place, _without(after, agent_id, needs[place])) for place, agent_id in by_place]
    left = [place for place in range(len(needs)) if place not in given]
    return sum(_could(needs[at], [it for place, it in without if place > at], after) for at in left)


def _without(after: Team, agent_id: AgentId, need: Need) -> Agent:
    agent = after.member(agent_id)
    assert agent
    weight = DEFAULT_POLICY.emotional_weights[need.level]
    lighter = max(0.0, agent.emotional_load - weight)
    return replace(agent, load=agent.load - 1, emotional_load=lighter)


def _could(need: Need, agents: Sequence[Agent], after: Team) -> bool:
    return bool(able_for(need, replace(after, here=tuple(agents)), DEFAULT_POLICY)[0])


def played(
    give: Callable[[Sequence[Need], Team], Given], needs: Sequence[Need], before: Team
) -> Round:
    """Give a backlog out and look at what came of it."""
    began = time.process_time()
    given, after = give(needs, before)
    seconds = time.process_time() - began
    loads = [it.emotional_load for it in after.everybody]
    return Round(seconds, len(given), passed_over(needs, given, after), gini(loads))


def measure(tickets: int, agents: int, rounds: int) -> dict[tuple[str, str], list[Round]]:
    """Return the rounds by how much room there is, and by who gives out."""
    needs = backlog(tickets)
    matched(needs[:10], team(2, 1))  # what is slow the first time only
    found: dict[tuple[str, str], list[Round]] = {}
    for _ in range(rounds):
        for room, times in ROOMS.items():
            before = team(agents, times)
            for name, give in ((MATCHED, matched), (GREEDY, one_after_the_other)):
                found.setdefault((room, name), []).append(played(give, needs, before))
    return found


def report(found: dict[tuple[str, str], list[Round]], settings: dict[str, int]) -> Report:
    """Compare with greedy; the slower of the two backlogs must keep the limit."""
    seconds = {which: median([it.seconds for it in rounds]) for which, rounds in found.items()}
    slowest = max(took for (_, name), took in seconds.items() if name == MATCHED)
    return Report(
        name="backlog",
        title=f"{settings['tickets']:,} waiting tickets given to {settings['agents']} people",
        columns=("", "", "s", "placed", "passed over", "Gini of emotional load"),
        rows=[
            [*which, seconds[which], rounds[0].placed, rounds[0].passed, rounds[0].gini]
            for which, rounds in found.items()
        ],
        targets=[Target("matched, the slower", slowest, MOST_SECONDS, "s")],
        notes=["passed over: left, though a later one got a place that fits; by CPU time"],
        settings=settings,
    )


def main(
    tickets: int = 10_000,
    agents: int = 200,
    rounds: int = 3,
    quick: Annotated[bool, typer.Option(help="a small backlog, to see that it runs")] = False,  # noqa: FBT002
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    if quick:
        tickets, agents, rounds = 200, 10, 1
    settings = {"tickets": tickets, "agents": agents, "rounds": rounds}
    show(report(measure(tickets, agents, rounds), settings), out)


if __name__ == "__main__":
    typer.run(main)
