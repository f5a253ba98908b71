"""Periods of the trends, cut into hours or days as the reader's clock shows them. Pure.

Counts come by quarter hours of UTC, or by hours where the reader's zone is whole hours away from
it; they are put together here, so that a day on which clocks change has 23 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)  # no zone's clock is off by less


class Step(StrEnum):
    """What one place of a picture stands for."""

    HOUR = "hour"
    DAY = "day"


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
    Period.MONTH: (Step.DAY,),
    Period.QUARTER: (Step.DAY,),
}


def begins(period: Period, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the start of the first whole hour (of 24) or local day of the period, in UTC."""
    if period is Period.DAY:
        return slot(now, zone, Step.HOUR) - 23 * HOUR
    return _midnight(now.astimezone(zone).date() - timedelta(days=DAYS[period] - 1), zone)


def slot(moment: datetime, zone: ZoneInfo, step: Step) -> datetime:
    """Return when the local hour or day began in which `moment` lies, in UTC: an hour that clocks
    show twice is two.
    """
    local = moment.astimezone(zone)
    if step is Step.DAY:
        return _midnight(local.date(), zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment.astimezone(UTC) - into


def slots(since: datetime, until: datetime, zone: ZoneInfo, step: Step) -> list[datetime]:
    """Return every hour or day from `since` to `until`, both included, also the empty ones."""
    return list(dict.fromkeys(slot(it, zone, step) for it in _quarters(since, until)))


def grain(since: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
    """Return how finely tickets must be counted in UTC, so that local hours come out right."""
    moments = (since + day * timedelta(days=1) for day in range((until - since).days + 2))
    whole = all(not (it.astimezone(zone).utcoffset() or HOUR) % HOUR for it in moments)
    return HOUR if whole else QUARTER


def _quarters(since: datetime, until: datetime) -> Iterator[datetime]:
    moment = since
    while moment <= until:
        yield moment
        moment += QUARTER


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
        """Return the window that ends now; a step that the period has not is its usual one."""
        cut = step if step in STEPS[period] else STEPS[period][0]
        since = begins(period, zone, now)
        return cls(period=period, step=cut, zone=zone, since=since, until=now)
