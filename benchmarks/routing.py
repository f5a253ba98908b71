"""How fast a decision is without its database: `python -m benchmarks.routing`.

Pure calls of `route` on one core over a team of fifty who are all on shift: for a calm ticket that
everybody can take, a calm one that asks for a skill, a charged one; rounds interleaved, medians.
The peer is what other desks call routing: of those with skill and language, whoever holds least. It
asks for no shift, rest, budget or experience, sets no deadline and gives no reasons. Counted is CPU
time, so that a busy machine says the same as an idle one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.inbox import people
from benchmarks.table import Report, Target, median, show
from tests.builders import a_scoring, a_ticket
from tests.fakes import NOON
from triage.domain.agent import Agent
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.reading import Reading, read_ticket
from triage.domain.routing import route
from triage.domain.team import Team
from triage.domain.ticket import Ticket

AGENTS = 50
LEAST_RATE = 20_000.0  # calls a second
BILLING = frozenset({"billing"})
KINDS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "calm, anybody": (frozenset(), {}),
    "calm, a skill": (BILLING, {}),
    "charged, a skill": (BILLING, {"anger": 0.9}),
}
OURS, PEER = "route", "whoever holds least"


def team(count: int, seed: int = 7) -> Team:
    """Return so many agents on shift, each with something in hand."""
    chance = random.Random(seed)
    busy = [_busy(one, chance) for one in people()[:count]]
    return Team.at(busy, NOON)


def _busy(agent: Agent, chance: random.Random) -> Agent:
    return replace(
        agent,
        shift=None,
        load=chance.randrange(agent.capacity),
        emotional_load=chance.uniform(0, DEFAULT_POLICY.emotional_budget / 2),
        assigned_at=NOON - timedelta(minutes=chance.randrange(90)),
        heavy_run=chance.randrange(DEFAULT_POLICY.heavy_in_a_row),
    )


def read(tags: frozenset[str], felt: dict[str, Any]) -> tuple[Ticket, Reading]:
    """Return a ticket with these tags and how it reads."""
    ticket = a_ticket(tags=tags)
    return ticket, read_ticket(ticket, [a_scoring(**felt)], DEFAULT_POLICY)


def holds_least(ticket: Ticket, reading: Reading, team: Team) -> Agent | None:
    """Return whoever speaks the language, has the skill and holds least: the peer."""
    wanted = ticket.tags & team.skills
    able = (
        it
        for it in team.here
        if it.load < it.capacity and wanted <= it.skills and reading.language in it.languages
    )
    return min(able, key=lambda it: it.load, default=None)


def rate(call: Callable[[], Any], calls: int) -> float:
    """Return calls a second of CPU time."""
    began = time.process_time()
    for _ in range(calls):
        call()
    return calls / (time.process_time() - began)


def measure(agents: int, calls: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return calls a second by kind of ticket: ours and the peer's, one number a round."""
    here = team(agents)
    found: dict[str, dict[str, list[float]]] = {kind: {OURS: [], PEER: []} for kind in KINDS}
    for _ in range(rounds):
        for kind, (tags, felt) in KINDS.items():
            ticket, reading = read(tags, felt)
            ours = partial(route, ticket, reading, here, DEFAULT_POLICY)
            peer = partial(holds_least, ticket, reading, here)
            found[kind][OURS].append(rate(ours, calls))
            found[kind][PEER].append(rate(peer, calls))
    return found


def report(found: dict[str, dict[str, list[float]]], settings: dict[str, int]) -> Report:
    """Compare each kind with the peer's; the slowest must reach the aim."""
    medians = {kind: {who: median(it) for who, it in by.items()} for kind, by in found.items()}
    slowest = min(by[OURS] for by in medians.values())
    return Report(
        name="routing",
        title=f"Pure decisions over {settings['agents']} agents on shift, one core",
        columns=("ticket", "route, calls / s", f"{PEER}, calls / s", "of its speed"),
        rows=[[kind, by[OURS], by[PEER], by[OURS] / by[PEER]] for kind, by in medians.items()],
        targets=[Target("the slowest", slowest, LEAST_RATE, "calls / s", at_least=True)],
        notes=["by CPU time; the team is made once, as for the tickets of one transaction"],
        settings=settings,
        details=found,
    )


def main(
    calls: Annotated[int, typer.Option(help="of each in a round")] = 5_000,
    rounds: int = 7,
    quick: Annotated[bool, typer.Option(help="a few calls, to see that it runs")] = False,  # noqa: FBT002
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    calls, rounds = (100, 2) if quick else (calls, rounds)
    settings = {"agents": AGENTS, "calls": calls, "rounds": rounds}
    show(report(measure(AGENTS, calls, rounds), settings), out)


if __name__ == "__main__":
    typer.run(main)
