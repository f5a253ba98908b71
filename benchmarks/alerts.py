"""How rare alerts are, and how soon a surge is found: `python -m benchmarks.alerts`.

Surges: at desks of three sizes, in weeks that are alike and in weeks that differ by 30 % from day
to day (`benchmarks.surges`). In quiet weeks every surge that is raised is a false one; in others
one is planted, for an hour three or six times as many as usual, and found after some minutes or
never. Beside our rule stand a fixed number in half an hour, and three times as many as last week.

All kinds: the week of `benchmarks.week` as our desk answers it, without and with its outage. A
look: how long the rules take where 100,000 tickets wait (`benchmarks.looks`).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.desks import play as play_desk
from benchmarks.inbox import MONDAY, OUTAGE, OUTAGE_BEGINS, TICKETS, Case, cases, people
from benchmarks.looks import looks
from benchmarks.ourdesk import OurDesk
from benchmarks.surges import (
    BEFORE,
    FIXED,
    TIMES,
    Rule,
    fixed,
    last_week,
    minutes_until,
    ours,
    planted,
    quiet,
)
from benchmarks.table import Report, Target, median, show
from triage.domain.alert_replay import Fired, History, Past, play
from triage.domain.alerts import CRITICAL, Kind, Waits
from triage.domain.deadline import CHARGED_LEVEL
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.surge import WEEK
from triage.domain.ticket import TicketId

OURS = "Triage"
RULES: Mapping[str, Rule] = {
    OURS: ours,
    f"{FIXED} in 30 min": fixed,
    f"{TIMES} times last week": last_week,
}
SIZES = (70, 300, 1_200)  # charged tickets a week
SPREADS = (0.0, 0.3)
SURGES = (3.0, 6.0)  # times as many as usual
ACCEPTED = DEFAULT_POLICY.alerts.surge_false_alarms
MOST_AN_HOUR = DEFAULT_POLICY.alerts.most_an_hour
WAITING, LOOK = 100_000, 100.0  # tickets at a look, and the ms that it may take
FOUND, SOON = 70.0, 30.0  # % of the large surges of desks that are not small; minutes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule came to at one desk."""

    size: int
    spread: float
    rule: str
    false_a_week: float
    found: Mapping[float, Sequence[float]]  # minutes, by how large the surge was

    def share(self, times: float) -> float:
        """Return how many % of the surges were found in their time."""
        minutes = self.found[times]
        return 100 * sum(it < float("inf") for it in minutes) / len(minutes)

    def after(self, times: float) -> float:
        """Return after how many minutes half of those that were found had been."""
        return median([it for it in self.found[times] if it < float("inf")] or [0.0])


def measure(weeks: int, seed: int) -> list[Outcome]:
    """Return the outcome of every rule at every desk."""
    return [
        one
        for size in SIZES
        for spread in SPREADS
        for one in _desk(size, spread, weeks, random.Random(f"{seed} {size} {spread}"))
    ]


def _desk(size: int, spread: float, weeks: int, chance: random.Random) -> list[Outcome]:
    calm = quiet(weeks + BEFORE, size, spread, chance)
    surges = {
        times: [(at, *planted(calm, at, size, times, chance)) for at in calm.starts]
        for times in SURGES
    }
    return [
        Outcome(
            size,
            spread,
            name,
            sum(len(rule(calm.came, at)) for at in calm.starts) / weeks,
            {
                times: [minutes_until(rule(came, at), begins) for at, came, begins in made]
                for times, made in surges.items()
            },
        )
        for name, rule in RULES.items()
    ]


def week(tickets: int, seed: int, outage: float) -> list[Fired]:
    """Return what fires in a simulated week, its outage so large a share of its tickets."""
    inbox = cases(tickets, seed, outage)
    touches = play_desk(OurDesk(people(), DEFAULT_POLICY), inbox)
    ordinary = int(tickets * (1 - outage))
    charged = _charged(inbox) + [
        it - number * WEEK
        for number in range(1, BEFORE + 1)
        for it in _charged(cases(ordinary, seed + number, 0.0))
    ]
    history = History(
        pasts=[Past(_waits(it.case), it.at + it.case.work) for it in touches if it.case.charged],
        calm=[
            (it.case.came, it.case.due, it.at + it.case.work)
            for it in touches
            if not it.case.charged
        ],
        charged=sorted(charged),
        since=MONDAY - (BEFORE + 1) * WEEK,
    )
    return play(history, DEFAULT_POLICY, MONDAY, MONDAY + WEEK)


def _charged(inbox: Sequence[Case]) -> list[Any]:
    return [it.came for it in inbox if it.level >= CHARGED_LEVEL]


def _waits(case: Case) -> Waits:
    return Waits(
        ticket=TicketId(case.number),
        lane=case.lane,
        level=case.level,
        flags=case.flags,
        waiting_since=case.came,
        respond_by=case.due,
    )


def report(
    found: Sequence[Outcome],
    weeks: Mapping[str, Sequence[Fired]],
    took: Mapping[str, float],
    settings: dict[str, int],
) -> Report:
    """Compare the rules; what we promise is of ours."""
    mine = [it for it in found if it.rule == OURS]
    large = max(SURGES)
    return Report(
        name="alerts",
        title=f"Surges in {settings['weeks']} quiet weeks of each desk, and planted ones",
        columns=("charged a week, spread", "rule", "false a week", *_columns()),
        rows=[
            [
                f"{it.size:,}, {it.spread:.0%}",
                it.rule,
                it.false_a_week,
                *(value for times in SURGES for value in (it.share(times), it.after(times))),
            ]
            for it in found
        ],
        targets=[
            Target(
                "false surges, the worst desk",
                max(it.false_a_week for it in mine),
                ACCEPTED,
                "a week",
            ),
            Target(
                f"surges of {large:g} times found, 300 a week and more",
                min(it.share(large) for it in mine if it.size >= SIZES[1]),
                FOUND,
                "%",
                at_least=True,
            ),
            Target(
                "after, half of those",
                max(it.after(large) for it in mine if it.size >= SIZES[1]),
                SOON,
                "min",
            ),
            Target("told within any hour, not critical", _most(weeks), MOST_AN_HOUR, ""),
            *(
                Target(f"a look at {settings['waiting']:,} who wait, {name}", 1000 * it, LOOK, "ms")
                for name, it in took.items()
            ),
        ],
        notes=[_said(name, fired) for name, fired in weeks.items()],
        settings=settings,
        details={"weeks": {name: _counts(fired) for name, fired in weeks.items()}},
    )


def _columns() -> list[str]:
    return [
        word
        for times in SURGES
        for word in (f"{times:g} times: found, %", f"{times:g} times: after, min")
    ]


def _counts(fired: Sequence[Fired]) -> dict[str, dict[str, int]]:
    return {
        str(kind): {
            "told": sum(it.raised.alert.kind is kind and not it.raised.quiet for it in fired),
            "held": sum(it.raised.alert.kind is kind and it.raised.quiet for it in fired),
        }
        for kind in Kind
    }


def _said(name: str, fired: Sequence[Fired]) -> str:
    told = [it for it in fired if not it.raised.quiet]
    kinds = ", ".join(f"{kind} {it['told']}" for kind, it in _counts(fired).items())
    first = [it.at - MONDAY for it in told if it.raised.alert.kind is Kind.SURGE]
    after = [(it - OUTAGE_BEGINS).total_seconds() / 60 for it in first if it > OUTAGE_BEGINS]
    surge = f"; its surge after {after[0]:.0f} min" if after else ""
    held = len(fired) - len(told)
    return f"{name}: {len(told) / 7:.1f} told a day ({kinds}), {held} held back{surge}"


def _most(weeks: Mapping[str, Sequence[Fired]]) -> int:
    """Return the most that were told within an hour, critical ones not counted."""
    most = 0
    for fired in weeks.values():
        told = [
            it.at for it in fired if not it.raised.quiet and it.raised.alert.kind not in CRITICAL
        ]
        for at in told:
            most = max(most, sum(at <= it < at + WEEK / 168 for it in told))
    return most


def main(
    weeks: Annotated[int, typer.Option(help="quiet ones of each desk")] = 50,
    tickets: Annotated[int, typer.Option(help="of the simulated week")] = TICKETS,
    seed: int = 7,
    quick: Annotated[bool, typer.Option(help="few weeks, to see that it runs")] = False,  # noqa: FBT002
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print tables."""
    weeks, tickets, waiting = (2, 600, 1_000) if quick else (weeks, tickets, WAITING)
    played = {
        f"a week of {tickets:,} tickets": week(tickets, seed, 0.0),
        "with an outage": week(tickets, seed, OUTAGE),
    }
    settings = {"weeks": weeks, "tickets": tickets, "seed": seed, "waiting": waiting}
    show(report(measure(weeks, seed), played, looks(waiting), settings), out)


if __name__ == "__main__":
    typer.run(main)
