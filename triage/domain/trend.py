"""Periods of the trends, cut into hours, days or weeks as the reader's clock shows them. Pure.

Tickets are counted by the hours of the reader's clock, in stretches in which it is one offset from
UTC, so that a day on which clocks change has 23 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

NOON = time(12)  # which every day has, whatever its clocks do
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
QUARTER = timedelta(minutes=15)  # no zone's clock is off by less
SMALLEST = timedelta.resolution


class Step(StrEnum):
    """What one place of a picture stands for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Period(StrEnum):
    """How far back the trends look; today is one of its days, this hour one of its hours."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"


DAYS = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}
STEPS = {
    Period.DAY: (Step.HOUR,),
    Period.WEEK: (Step.DAY, Step.HOUR),
    Period.MONTH: (Step.DAY, Step.WEEK),
    Period.QUARTER: (Step.WEEK, Step.DAY),
}


def begins(period: Period, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the start of the first whole hour (of 24) or local day of the period, in UTC."""
    if period is Period.DAY:
        return slot(now, zone, Step.HOUR) - 23 * HOUR
    return _midnight(now.astimezone(zone).date() - timedelta(days=DAYS[period] - 1), zone)


def slot(moment: datetime, zone: ZoneInfo, step: Step) -> datetime:
    """Return when the local hour, day or week (from Monday) began in which `moment` lies, in UTC:
    an hour that clocks show twice is two.
    """
    local = moment.astimezone(zone)
    if step is not Step.HOUR:
        days = local.weekday() if step is Step.WEEK else 0
        return _midnight(local.date() - timedelta(days=days), zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment.astimezone(UTC) - into


def slots(since: datetime, until: datetime, zone: ZoneInfo, step: Step) -> list[datetime]:
    """Return every hour, day or week from `since` to `until`, both included, also the empty."""
    moments = _quarters(since, until) if step is Step.HOUR else _noons(since, until, zone)
    return list(dict.fromkeys(slot(it, zone, step) for it in moments))


class Stretch(NamedTuple):
    """A part of a period, its end not included, in which a zone's clock is one offset from UTC."""

    since: datetime
    until: datetime
    offset: timedelta


def stretches(since: datetime, until: datetime, zone: ZoneInfo) -> list[Stretch]:
    """Return the parts of a period, both its ends included: one, or more where clocks change."""

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).utcoffset() or timedelta()

    edges, moment = [since], since
    while moment < until:
        following = min(moment + DAY, until)
        if offset(moment) != offset(following):
            changed = (it for it in _quarters(moment, following) if offset(it) != offset(moment))
            edges.append(next(changed, following))
        moment = following
    return [Stretch(a, b, offset(a)) for a, b in pairwise([*edges, until + SMALLEST])]


def _quarters(since: datetime, until: datetime) -> Iterator[datetime]:
    moment = since
    while moment <= until:
        yield moment
        moment += QUARTER


def _noons(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield a moment of every local day."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        yield datetime.combine(day, NOON, zone)
        day += DAY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is looked at: from when to when, cut how, by whose clock."""

    period: Period
    step: Step
    zone: ZoneInfo
    since: datetime
    until: datetime

    @classmethod
    def of(cls, period: Period, step: Step | None, zone: ZoneInfo, now: datetime) -> Self:
        """Return the window that ends now; a step that the period has not is its usual one.

        By weeks it begins with a whole one.
        """
        cut = step if step in STEPS[period] else STEPS[period][0]
        since = begins(period, zone, now)
        since = slot(since, zone, cut) if cut is Step.WEEK else since
        return cls(period=period, step=cut, zone=zone, since=since, until=now)
