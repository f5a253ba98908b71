"""How often alerts were raised: an hour, a day and of each kind; how many were critical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from triage.domain.alerts import CRITICAL, Kind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happened:
    """An alert as it counts."""

    at: datetime
    kind: Kind
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What came in a span of time; rates count what was told, held-back ones stand beside."""

    raised: int
    told: int
    critical: int  # of those that were told
    an_hour: float
    busiest: int  # told within any one hour
    by_kind: Sequence[tuple[Kind, int, int]]  # told, held back
    by_day: Sequence[tuple[date, int, int]]  # told, held back; days without any included

    @property
    def held(self) -> int:
        return self.raised - self.told

    @property
    def critical_share(self) -> float:
        """Of those that were told, 0–1."""
        return self.critical / self.told if self.told else 0.0


def rate(those: Sequence[Happened], start: datetime, end: datetime, zone: tzinfo) -> Rate:
    """Return the rate of alerts between two moments; days are those of the zone."""
    told = [it for it in those if not it.quiet]
    kinds = Counter((it.kind, it.quiet) for it in those)
    days = Counter((_day(it.at, zone), it.quiet) for it in those)
    return Rate(
        raised=len(those),
        told=len(told),
        critical=sum(it.kind in CRITICAL for it in told),
        an_hour=len(told) / ((end - start) / HOUR),
        busiest=_busiest(sorted(it.at for it in told)),
        by_kind=[(it, kinds[it, False], kinds[it, True]) for it in Kind],
        by_day=[(it, days[it, False], days[it, True]) for it in _days(start, end, zone)],
    )


def _busiest(moments: Sequence[datetime]) -> int:
    """Return the most that lie within an hour."""
    most, first = 0, 0
    for last, at in enumerate(moments):
        while at - moments[first] >= HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _days(start: datetime, end: datetime, zone: tzinfo) -> list[date]:
    first, last = _day(start, zone), _day(end, zone)
    return [first + number * DAY for number in range((last - first).days + 1)]
