"""Business hours: when an organisation answers, and when so much of that time has passed.

A target of two hours, given on a Friday evening, ends on Monday morning. The hours of a day are
those of the wall clock in the organisation's zone; time itself is counted in UTC, so that a day on
which the clocks change is as long as it really is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from triage.domain.agent import Hours

LOOKED_AHEAD = 400  # days; a calendar that is closed for longer counts as always open
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A week of opening hours by weekday (0 is Monday), and the days on which nobody answers.

    Hours whose end is not after their start go on into the next day.
    """

    zone: ZoneInfo
    hours: Mapping[int, Hours]
    closed: Container[date] = frozenset()

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment at which `span` of opening time has passed since `start` (aware)."""
        left, at = span, start.astimezone(UTC)
        for opens, closes in self._openings(at):
            begins = max(at, opens)
            if closes - begins >= left:
                return begins + left
            left -= max(timedelta(), closes - begins)
            at = max(at, closes)
        return start + span

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much opening time lies between two moments (aware)."""
        passed, at = timedelta(), start.astimezone(UTC)
        for opens, closes in self._openings(at):
            if opens >= end:
                break
            passed += max(timedelta(), min(closes, end) - max(at, opens))
            at = max(at, closes)
        return passed

    def _openings(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield openings in their order, from the one that may hold `moment`."""
        first = moment.astimezone(self.zone).date() - DAY
        for day in (first + number * DAY for number in range(LOOKED_AHEAD)):
            hours = self.hours.get(day.weekday())
            if hours and day not in self.closed:
                over_midnight = hours.end <= hours.start
                yield (
                    datetime.combine(day, hours.start, self.zone).astimezone(UTC),
                    datetime.combine(
                        day + DAY if over_midnight else day, hours.end, self.zone
                    ).astimezone(UTC),
                )
