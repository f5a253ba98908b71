"""A simulated week beside other queues: `python -m benchmarks.week --picture docs/images/week.svg`.

Sixty people, twelve thousand tickets, an outage on Wednesday (`benchmarks.inbox`); every desk gets
the same tickets at the same moments, which take the same minutes whoever answers. All know of a
ticket what was read: levels, wrong as often as our model's charge, and risks, which are right here
and not always there. Every peer respects language and skill.

Whether capacity allowed a charged ticket to be touched in time is decided without our rules: the
same people take what they may from one line, earliest `respond_by` first, and nobody ever rests.
By that order no calm ticket is made to wait longer than its own target for a charged one. Beside it
stands how many could have been if every charged ticket had gone before every calm one, which lets
the calm starve. Loads are compared within a shift, by what the tickets truly were.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.desks import Desk, Line, Touch, play
from benchmarks.inbox import MINUTE, MONDAY, TICKETS, Case, cases, people
from benchmarks.ourdesk import OurDesk
from benchmarks.table import Report, Target, quantile, show
from benchmarks.weekpicture import Strip, draw
from triage.domain.agent import Agent, AgentId
from triage.domain.comparison import gini
from triage.domain.deadline import overtaking_bound
from triage.domain.policy import DEFAULT_POLICY, Lane, Policy
from triage.domain.team import HEAVY_LEVEL

LONG_AGO = datetime.min.replace(tzinfo=UTC)
HOUR = 60  # minutes
OURS, FIFO, FIELD, LOUD, BEST = (
    "Triage",
    "first in, first out",
    "priority field",
    "most charged first",
    "best agent first",
)
UNRESTED = "Triage, no rest rules"
LEAST_IN_TIME = 99.0  # % of charged tickets, where capacity allows
MOST_GINI, LEAST_GINI_OF_BEST = 0.15, 0.4
NEVER_RESTS = replace(
    DEFAULT_POLICY, emotional_budget=1e9, heavy_in_a_row=10**6, cool_down=timedelta()
)


@dataclass(frozen=True, slots=True)
class Week:
    """What one desk made of the week; `late` counts by reason why charged ones became late."""

    name: str
    touches: list[Touch]
    seconds: float
    late: Counter[str]

    @property
    def charged(self) -> list[Touch]:
        return [it for it in self.touches if it.case.charged]

    @property
    def calm(self) -> list[Touch]:
        return [it for it in self.touches if not it.case.charged]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The charged tickets that could be touched in time: in turn, and before all calm ones."""

    in_turn: frozenset[int]
    before_calm: frozenset[int]


def desks(everybody: Sequence[Agent]) -> dict[str, Callable[[], Desk]]:
    """Return how to make each desk, ours first."""

    def line(
        order: Callable[[Case], object], prefer: Callable[[Case, Agent], object] = longest_idle
    ) -> Callable[[], Desk]:
        return lambda: Line(everybody, DEFAULT_POLICY, order, prefer, knows)

    return {
        OURS: lambda: OurDesk(everybody, DEFAULT_POLICY),
        UNRESTED: lambda: OurDesk(everybody, NEVER_RESTS),
        FIFO: line(lambda case: case.came),
        FIELD: line(lambda case: (case.priority, case.came)),
        LOUD: line(lambda case: (-case.level, case.came)),
        BEST: line(lambda case: (-case.level, case.came), best_for_charged),
    }


def longest_idle(_case: Case, agent: Agent) -> tuple[datetime, int]:
    return agent.assigned_at or LONG_AGO, agent.id


def best_for_charged(case: Case, agent: Agent) -> tuple[int, datetime, int]:
    """Order who is free: the most experienced for charged tickets, who are kept free of others."""
    rank = -agent.experience if case.level >= HEAVY_LEVEL else agent.experience
    return rank, *longest_idle(case, agent)


def knows(agent: Agent, case: Case) -> bool:
    return case.language in agent.languages and case.tags <= agent.skills


def may(agent: Agent, case: Case) -> bool:
    """Return whether our rules let this agent answer it, were they rested and with room."""
    if agent.experience < DEFAULT_POLICY.least_experience.get(case.lane, 1):
        return False
    if case.lane is Lane.SAFEGUARD:
        trained = DEFAULT_POLICY.safeguarding_skill in agent.skills
        return trained and case.language in agent.languages
    return knows(agent, case)


def allowed(inbox: Sequence[Case], everybody: Sequence[Agent]) -> Allowed:
    """Return which charged tickets capacity allows to be touched in time."""

    def in_time(order: Callable[[Case], object]) -> frozenset[int]:
        touches = play(Line(everybody, DEFAULT_POLICY, order, longest_idle, may), inbox)
        return frozenset(it.case.number for it in touches if it.case.charged and it.in_time)

    return Allowed(in_time(lambda it: it.due), in_time(lambda it: (not it.charged, it.due)))


def play_all(inbox: Sequence[Case], everybody: Sequence[Agent]) -> list[Week]:
    """Play the week at each desk."""
    played = []
    for name, made in desks(everybody).items():
        desk, began = made(), time.process_time()
        touches = play(desk, inbox)
        late = desk.why_late if isinstance(desk, OurDesk) else Counter[str]()
        played.append(Week(name, touches, time.process_time() - began, late))
    return played


def in_time(touches: Iterable[Touch], of: Collection[int] | None = None) -> float:
    """Return how many % of them were touched in time, of those tickets where some are named."""
    counted = [it.in_time for it in touches if of is None or it.case.number in of]
    return 100 * sum(counted) / len(counted) if counted else 100.0


def unfairness(week: Week, everybody: Sequence[Agent], least: int, experience: int) -> float:
    """Return the Gini of emotional load among people of the same shift, averaged over people.

    Of tickets from a level on, among people from an experience on; the load is what they truly
    were, not what was read.
    """
    load: defaultdict[AgentId, float] = defaultdict(float)
    for one in week.touches:
        if one.case.truly >= least:
            load[one.agent.id] += DEFAULT_POLICY.emotional_weights[one.case.truly]
    shifts: defaultdict[str, list[float]] = defaultdict(list)
    for agent in everybody:
        if agent.experience >= experience:
            shifts[agent.team].append(load[agent.id])
    return sum(gini(it) * len(it) for it in shifts.values()) / sum(map(len, shifts.values()))


def heavy_in_a_row(week: Week, policy: Policy) -> int:
    """Return the most heavy tickets that anybody took up one after the other without a pause."""
    last: dict[AgentId, tuple[int, datetime]] = {}
    most = 0
    for one in week.touches:
        run, at = last.get(one.agent.id, (0, LONG_AGO))
        run = 0 if one.at - at >= policy.rest_after_heavy else run
        run = run + 1 if one.case.level >= HEAVY_LEVEL else 0
        last[one.agent.id] = run, one.at
        most = max(most, run)
    return most


def longest(touches: Iterable[Touch]) -> float:
    """Return the longest wait, hours."""
    return max((it.waited for it in touches), default=0.0) / HOUR


COLUMNS = (
    "",
    "charged in time, %",
    "where capacity allows",
    "charged before all calm",
    "longest calm, h",
    "targets missed",
    "Gini",
    "Gini, heavy",
    "heavy in a row",
)
LANES = {
    "charged and safeguard": (Lane.CHARGED, Lane.SAFEGUARD),
    "gentle": (Lane.GENTLE,),
    "standard": (Lane.STANDARD,),
}


def row(week: Week, can: Allowed, everybody: Sequence[Agent]) -> list[str | float]:
    """Return one desk's figures, as the columns say."""
    return [
        week.name,
        in_time(week.charged),
        in_time(week.charged, can.in_turn),
        in_time(week.charged, can.before_calm),
        longest(week.calm),
        sum(not it.in_time for it in week.touches),
        unfairness(week, everybody, 0, 1),
        unfairness(week, everybody, HEAVY_LEVEL, _trusted()),
        heavy_in_a_row(week, DEFAULT_POLICY),
    ]


def _trusted() -> int:
    """Return the experience from which on our rules give people charged tickets."""
    return DEFAULT_POLICY.least_experience[Lane.CHARGED]


def report(
    weeks: Sequence[Week], can: Allowed, everybody: Sequence[Agent], settings: dict[str, int]
) -> Report:
    """Compare the desks; what we promise is of the first."""
    by_name = {it.name: it for it in weeks}
    ours = by_name[OURS]
    return Report(
        name="week",
        title=f"A week of {settings['tickets']:,} tickets and {len(everybody)} people",
        columns=COLUMNS,
        rows=[row(it, can, everybody) for it in weeks],
        targets=_targets(by_name, can, everybody),
        notes=_notes(ours, can),
        settings=settings,
        details={
            it.name: {
                "waits": _waits(it),
                "by_day": _by_day(it, can),
                "truly_charged_in_time": _truly(it),
                "why_late": dict(it.late.most_common()),
                "seconds": it.seconds,
            }
            for it in weeks
        },
    )


def _targets(by_name: dict[str, Week], can: Allowed, everybody: Sequence[Agent]) -> list[Target]:
    ours, best = by_name[OURS], by_name[BEST]
    bound = longest(by_name[FIFO].touches) + overtaking_bound(DEFAULT_POLICY) / MINUTE / HOUR
    heavy = unfairness(best, everybody, HEAVY_LEVEL, _trusted())
    return [
        Target(
            "charged in time, where capacity allows",
            in_time(ours.charged, can.in_turn),
            LEAST_IN_TIME,
            "%",
            at_least=True,
        ),
        Target("longest calm wait", longest(ours.calm), round(bound, 1), "h"),
        Target("Gini of emotional load", unfairness(ours, everybody, 0, 1), MOST_GINI, ""),
        Target(
            "Gini of heavy tickets, experienced people",
            unfairness(ours, everybody, HEAVY_LEVEL, _trusted()),
            MOST_GINI,
            "",
        ),
        Target(f"the same, {BEST}", heavy, LEAST_GINI_OF_BEST, "", at_least=True),
    ]


def _notes(ours: Week, can: Allowed) -> list[str]:
    late = ", ".join(f"{reason} {count}" for reason, count in ours.late.most_common(5) if count)
    return [
        f"charged: {len(ours.charged):,} tickets read as charged, gentle or safeguard; capacity "
        f"allows {len(can.in_turn):,} in turn, {len(can.before_calm):,} before all calm ones",
        "levels are misread as often as our model misreads charge; risks are read without error",
        f"why charged ones became late with {OURS}: {late or 'none did'}",
        "the longest calm wait's limit: first in first out's longest, and the overtaking bound",
        "Gini within a shift: of all weights and people; of heavy tickets, people of experience "
        f"{_trusted()} and more; in a row: heavy ones as taken up, without an hour between",
    ]


def _by_day(week: Week, can: Allowed) -> list[float]:
    """Return by day how many % of the charged were touched in time, where capacity allows."""
    days: list[list[Touch]] = [[] for _ in range(7)]
    for one in week.charged:
        days[min((one.case.came - MONDAY).days, 6)].append(one)
    return [round(in_time(it, can.in_turn), 1) for it in days]


def _waits(week: Week) -> dict[str, str]:
    """Return p50 and p95 of the waits by lane, minutes."""
    found = {
        name: [it.waited for it in week.touches if it.case.lane in lanes]
        for name, lanes in LANES.items()
    }
    return {
        name: f"{quantile(it, 0.5):,.0f} / {quantile(it, 0.95):,.0f}" if it else ""
        for name, it in found.items()
    }


def _truly(week: Week) -> float:
    """Return how many % were in time of what was truly charged: the errors of reading included."""
    found = [it.at <= it.case.true_due for it in week.touches if it.case.truly >= HEAVY_LEVEL]
    return round(100 * sum(found) / len(found), 1)


def as_markdown(found: Report, weeks: Sequence[Week]) -> str:
    """Return the rows as a Markdown table, with the waits of each lane."""
    lanes = [f"{name}, p50 / p95 min" for name in LANES]
    rows = [
        [*(it if isinstance(it, str) else f"{it:,.4g}" for it in cells), *_waits(week).values()]
        for cells, week in zip(found.rows, weeks, strict=True)
    ]
    lines = [[*found.columns, *lanes], ["---"] * (len(found.columns) + len(lanes)), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def strips(weeks: Sequence[Week], can: Allowed, everybody: Sequence[Agent]) -> list[Strip]:
    """Return what the picture shows of each desk."""
    return [
        Strip(
            it.name,
            it.touches,
            (
                f"{in_time(it.charged, can.in_turn):.0f} %",
                f"{longest(it.calm):.0f} h",
                f"{unfairness(it, everybody, HEAVY_LEVEL, _trusted()):.2f}",
            ),
        )
        for it in weeks
        if it.name != UNRESTED
    ]


def main(
    tickets: int = TICKETS,
    seed: int = 7,
    quick: Annotated[bool, typer.Option(help="few tickets, to see that it runs")] = False,  # noqa: FBT002
    picture: Annotated[Path | None, typer.Option(help="draw the week into this SVG")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Play the week at each desk and print tables."""
    tickets = 600 if quick else tickets
    inbox, everybody = cases(tickets, seed), people()
    can, weeks = allowed(inbox, everybody), play_all(inbox, everybody)
    found = report(weeks, can, everybody, {"tickets": tickets, "seed": seed})
    show(found, out)
    print(as_markdown(found, weeks))
    if picture:
        picture.write_text(draw(strips(weeks, can, everybody)), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
