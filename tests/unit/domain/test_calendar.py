"""Business hours: targets are counted while somebody answers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.agent import Hours
from triage.domain.calendar import Calendar

LONDON = ZoneInfo("Europe/London")
NINE_TO_FIVE = Hours(time(9), time(17))
OFFICE = Calendar(LONDON, dict.fromkeys(range(5), NINE_TO_FIVE), frozenset({date(2026, 12, 25)}))
NIGHTS = Calendar(LONDON, dict.fromkeys(range(7), Hours(time(22), time(6))))

moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
spans = st.integers(0, 5_000).map(lambda minutes: timedelta(minutes=minutes))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (local(2026, 12, 1, 10), 2, local(2026, 12, 1, 12)),
        (local(2026, 12, 1, 16), 2, local(2026, 12, 2, 10)),
        (local(2026, 12, 4, 16, 30), 1, local(2026, 12, 7, 9, 30)),  # Friday to Monday
        (local(2026, 12, 5, 3), 1, local(2026, 12, 7, 10)),
        (local(2026, 12, 24, 16), 2, local(2026, 12, 28, 10)),  # Christmas, then a weekend
        (local(2026, 12, 1, 9), 8, local(2026, 12, 1, 17)),
    ],
)
def test_a_target_ends_when_so_much_opening_time_has_passed(start, hours, end):
    assert OFFICE.after(start, timedelta(hours=hours)) == end


def test_a_night_shift_that_loses_an_hour_to_the_clocks_counts_real_time():
    start = local(2026, 3, 28, 22)  # at 1:00 the clocks go to 2:00
    assert NIGHTS.after(start, timedelta(hours=7)) == local(2026, 3, 29, 6)
    autumn = local(2026, 10, 24, 22)
    assert NIGHTS.after(autumn, timedelta(hours=9)) == local(2026, 10, 25, 6)


def test_a_calendar_that_never_opens_counts_every_hour():
    never = Calendar(LONDON, {})
    start = local(2026, 12, 1, 10)
    assert never.after(start, timedelta(hours=2)) == start + timedelta(hours=2)


@given(st.sampled_from([OFFICE, NIGHTS]), moments, spans)
def test_between_takes_back_what_after_added(calendar, start, span):
    assert calendar.between(start, calendar.after(start, span)) == span


@given(st.sampled_from([OFFICE, NIGHTS]), moments, moments, spans)
def test_who_comes_later_is_never_due_earlier(calendar, first, second, span):
    early, late = sorted((first, second))
    assert calendar.after(early, span) <= calendar.after(late, span)
