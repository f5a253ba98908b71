"""What differs between two runs of the same arrivals: how long people wait, what moves where.

Pure. What a ticket weighs on whoever answers it is counted in both runs by the first one's levels
and weights: the same ticket costs a person the same, whatever a policy calls it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Lane, Policy
from triage.domain.replay import Arrival, Turn, TurnKey
from triage.domain.simulation import Answer, Played
from triage.domain.ticket import TicketId

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long customers waited: in half of the cases at most `half`, in 95 % at most `most`; None
    where nobody was answered. `missed` were answered too late or are late and wait still.
    """

    turns: int
    half: timedelta | None
    most: timedelta | None
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One run. Alarms are tickets that came into the safeguard lane, an hour's and the busiest
    hour's; `carried` is the emotional weight of what each agent answered, `gini` how unequal that
    is (0: all the same).
    """

    all: Waits
    lanes: Mapping[Lane, Waits]
    waiting: int
    alarms: int
    alarms_an_hour: float
    most_alarms: int
    carried: Mapping[AgentId, float]
    gini: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket that ends elsewhere: its last answer in each run."""

    before: Answer
    after: Answer

    @property
    def lane(self) -> bool:
        return self.before.lane is not self.after.lane

    @property
    def level(self) -> bool:
        return self.before.level != self.after.level

    @property
    def agent(self) -> bool:
        return self.before.agent != self.after.agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side. `really` is how long customers waited in fact, by the lane of the
    first run; of `decided_then` messages whose lane was recorded, `as_then` come into the same one.
    """

    tickets: int
    messages: int
    before: Side
    after: Side
    moved: tuple[Moved, ...]
    lanes: Mapping[tuple[Lane, Lane], int]
    really: Waits
    decided_then: int
    as_then: int

    def count(self, what: str) -> int:
        """Return how many tickets move: `lane`, `level` or `agent`."""
        return sum(getattr(it, what) for it in self.moved)


def compare(
    arrivals: Sequence[Arrival],
    runs: tuple[Played, Played],
    staff: Sequence[Agent],
    policy: Policy,
    turns: Iterable[Turn],
    span: tuple[datetime, datetime],
) -> Comparison:
    """Return what differs between runs of the same arrivals between two moments; `policy` is the
    first run's.
    """
    weights = [policy.emotional_weights[it.readings[0].charge.level] for it in arrivals]
    before, after = (_side(it, staff, weights, span) for it in runs)
    last = [_last(it) for it in runs]
    pairs = [Moved(last[0][it], last[1][it]) for it in last[0]]
    then = [(it.lane, at) for at, it in enumerate(arrivals) if it.lane is not None]
    first = _lanes_of_arrivals(runs[0])
    return Comparison(
        tickets=len(last[0]),
        messages=len(arrivals),
        before=before,
        after=after,
        moved=tuple(it for it in _widest_first(pairs) if it.lane or it.level or it.agent),
        lanes=Counter((it.before.lane, it.after.lane) for it in pairs if it.lane),
        really=_really(arrivals, turns, span[1]),
        decided_then=sum(at in first for _, at in then),
        as_then=sum(first.get(at) is lane for lane, at in then),
    )


def gini(values: Sequence[float]) -> float:
    """Return how unequal values are: 0 where all are the same, towards 1 where one has all."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(ordered, 1))
    count = len(ordered)
    return 2 * ranked / (count * total) - (count + 1) / count


def waits(spans: Iterable[timedelta], missed: int = 0) -> Waits:
    """Return the median and the 95th percentile, by nearest rank."""
    ordered = sorted(spans)
    if not ordered:
        return Waits(0, None, None, missed)
    return Waits(len(ordered), _ranked(ordered, 0.5), _ranked(ordered, 0.95), missed)


def _ranked(ordered: Sequence[timedelta], share: float) -> timedelta:
    return ordered[ceil(share * len(ordered)) - 1]


def _side(
    run: Played, staff: Sequence[Agent], weights: Sequence[float], span: tuple[datetime, datetime]
) -> Side:
    since, until = span
    by_lane: defaultdict[Lane, list[Answer]] = defaultdict(list)
    for one in run.answers:
        by_lane[one.lane].append(one)
    carried = dict.fromkeys((it.id for it in staff), 0.0)
    for one in run.answers:
        if one.agent is not None and one.answered_at is not None:
            carried[one.agent] += weights[one.arrival]
    hours = Counter(int((it - since) / HOUR) for it in run.alarms)
    return Side(
        all=_waits(run.answers, until),
        lanes={it: _waits(by_lane[it], until) for it in Lane if it in by_lane},
        waiting=sum(it.answered_at is None for it in run.answers),
        alarms=len(run.alarms),
        alarms_an_hour=len(run.alarms) / max(1.0, (until - since) / HOUR),
        most_alarms=max(hours.values(), default=0),
        carried=carried,
        gini=gini(list(carried.values())),
    )


def _waits(answers: Sequence[Answer], until: datetime) -> Waits:
    spans = [it.answered_at - it.since for it in answers if it.answered_at is not None]
    return waits(spans, sum((it.answered_at or until) > it.respond_by for it in answers))


def _last(run: Played) -> dict[TicketId, Answer]:
    ordered = sorted(run.answers, key=lambda it: it.arrival)
    return {it.ticket_id: it for it in ordered}


def _lanes_of_arrivals(run: Played) -> dict[int, Lane]:
    return {it.arrival: it.lane for it in run.answers}


def _widest_first(pairs: Iterable[Moved]) -> list[Moved]:
    def distance(one: Moved) -> tuple[bool, int, timedelta, int]:
        levels = abs(one.before.level - one.after.level)
        due = abs(one.before.respond_by - one.after.respond_by)
        return (not one.lane, -levels, -due, one.before.ticket_id)

    return sorted(pairs, key=distance)


def _really(arrivals: Sequence[Arrival], turns: Iterable[Turn], until: datetime) -> Waits:
    played: set[TurnKey] = {it.turn for it in arrivals}
    return waits(
        it.answered_at - it.asked_at
        for it in turns
        if it.key in played and it.answered_at is not None and it.answered_at <= until
    )
