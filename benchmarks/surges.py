"""Made-up weeks of charged tickets, some with a surge in them, and rules that look for it.

Each hour of the week is as busy as a desk's is (`benchmarks.inbox`); tickets come by a Poisson
process whose rate is the same every week, or differs from day to day by `spread` (log-normal).
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.inbox import BY_DAY, BY_HOUR, MONDAY
from triage.domain.alert_replay import History, play
from triage.domain.alerts import Kind
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.surge import WEEK

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LASTS = HOUR  # of a surge
WINDOW = DEFAULT_POLICY.alerts.surge_window
BEFORE = DEFAULT_POLICY.alerts.surge_weeks
FIXED = 10  # tickets in a window, for the rule that knows nothing of the desk
TIMES = 3  # as many as last week, for the rule that looks back once
LEAST = DEFAULT_POLICY.alerts.surge_least

#: Finds the moments at which a surge is raised within a week, given all that came, in order.
Rule = Callable[[Sequence[datetime], datetime], list[datetime]]


@dataclass(frozen=True, slots=True)
class Weeks:
    """So many weeks of tickets, the first of them only the past of others."""

    came: list[datetime]
    first: datetime
    count: int

    @property
    def starts(self) -> list[datetime]:
        return [self.first + number * WEEK for number in range(BEFORE, self.count)]


def quiet(count: int, a_week: float, spread: float, chance: random.Random) -> Weeks:
    """Return so many weeks without a surge, `a_week` charged tickets in each on average."""
    first = MONDAY - count * WEEK
    came: list[datetime] = []
    for day in range(count * 7):
        factor = chance.lognormvariate(-(spread**2) / 2, spread) if spread else 1.0
        for hour in range(24):
            mean = factor * a_week * _share(day % 7, hour)
            start = first + timedelta(days=day, hours=hour)
            came += [start + chance.random() * HOUR for _ in range(_poisson(mean, chance))]
    return Weeks(sorted(came), first, count)


def planted(
    weeks: Weeks, start: datetime, a_week: float, times: float, chance: random.Random
) -> tuple[list[datetime], datetime]:
    """Return what came with a surge in the week that starts then, and when the surge begins.

    On a working day between 9 and 17; for an hour so many times as many come as usually do.
    """
    begins = start + timedelta(days=chance.randrange(5), minutes=chance.randrange(9 * 60, 16 * 60))
    usual = a_week * _share(begins.weekday(), begins.hour)
    more = [begins + chance.random() * LASTS for _ in range(_poisson((times - 1) * usual, chance))]
    return sorted([*weeks.came, *more]), begins


def ours(came: Sequence[datetime], start: datetime) -> list[datetime]:
    """The service's rule, with the policy that ships."""
    history = History(pasts=[], charged=came, since=came[0])
    fired = play(history, DEFAULT_POLICY, start, start + WEEK)
    return [it.at for it in fired if it.raised.alert.kind is Kind.SURGE]


def fixed(came: Sequence[datetime], start: datetime) -> list[datetime]:
    """A number that is the same for every desk and hour."""
    return _raised(came, start, lambda _: FIXED)


def last_week(came: Sequence[datetime], start: datetime) -> list[datetime]:
    """So many times as many as in the same half hour a week before."""
    return _raised(came, start, lambda now: max(LEAST, TIMES * _count(came, now - WEEK)))


def _raised(
    came: Sequence[datetime], start: datetime, limit: Callable[[datetime], float]
) -> list[datetime]:
    found, raging = [], False
    for now in (start + step * MINUTE for step in range(1, WEEK // MINUTE + 1)):
        count, most = _count(came, now), limit(now)
        if not raging and count >= most:
            found.append(now)
        raging = count >= (most / 2 if raging else most)
    return found


def _count(came: Sequence[datetime], now: datetime) -> int:
    return bisect_right(came, now) - bisect_right(came, now - WINDOW)


def _share(day: int, hour: int) -> float:
    """Return which part of a week's tickets comes in this hour."""
    return BY_DAY[day] / sum(BY_DAY) * BY_HOUR[hour] / sum(BY_HOUR)


def _poisson(mean: float, chance: random.Random) -> int:
    """Draw a number of arrivals: as many exponential gaps as fit."""
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


def minutes_until(found: Sequence[datetime], begins: datetime) -> float:
    """Return after how many minutes a surge was found; infinite where it was not in its time."""
    soon = [it for it in found if begins < it <= begins + LASTS + WINDOW]
    return (soon[0] - begins) / MINUTE if soon else math.inf
