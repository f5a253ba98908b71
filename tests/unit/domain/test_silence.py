"""When silence is unusual: never at night, never of what is new, soon where much is usual."""

import bisect
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from triage.domain.silence import LEAST, WEEKS, Silence, is_unusual, stretches
from triage.domain.surge import WEEK

HOUR = timedelta(hours=1)
PAST = st.lists(st.integers(0, 500), max_size=WEEKS)


@pytest.mark.parametrize(
    ("span", "weeks", "a_week", "unusual"),
    [
        (HOUR, [], 1000, False),  # nothing is known of what is usual
        (HOUR, [0, 0, 0, 0], 1000, False),  # a night
        (HOUR, [3, 1, 4, 2], 1000, False),  # chance
        (HOUR, [60, 55, 70, 62], 1000, True),
        (timedelta(minutes=14), [60, 55, 70, 62], 1000, False),  # nobody would ask
        (HOUR, [25, 25, 25, 25], 1000, True),
        (HOUR, [25], 1000, False),  # one week says less
        (HOUR, [0, 0, 0, 900], 1000, False),  # one past surge is not what is usual
        (WEEK, [10, 12, 9, 11], 10, True),  # a small desk, a week long
        (3 * HOUR, [1, 0, 0, 1], 10, False),
    ],
)
def test_silence_is_told_from_past_weeks(span, weeks, a_week, unusual):
    assert is_unusual(Silence(span, weeks, a_week)) is unusual


@given(PAST, st.integers(0, 100_000))
def test_where_past_weeks_were_as_silent_it_is_never_unusual(weeks, a_week):
    assert not is_unusual(Silence(12 * HOUR, [0] * len(weeks), a_week))


@given(PAST, st.integers(0, 100_000))
def test_short_silence_is_never_unusual(weeks, a_week):
    assert not is_unusual(Silence(LEAST - timedelta(seconds=1), weeks, a_week))


@given(PAST, st.integers(0, 10_000), st.integers(1, 10_000))
def test_the_more_often_it_falls_silent_the_longer_it_must_last(weeks, a_week, more):
    if is_unusual(Silence(HOUR, weeks, a_week + more)):
        assert is_unusual(Silence(HOUR, weeks, a_week))


def test_stretches_lie_before_the_silence_and_only_where_all_is_known():
    last = NOON - 3 * HOUR
    found = stretches(last - 2 * WEEK - HOUR, last, NOON)
    assert found == [(last - n * WEEK, NOON - n * WEEK) for n in (1, 2)]
    (_begin, end), *_ = stretches(last - 9 * WEEK, last, NOON + 5 * WEEK)
    assert end == last


def test_a_desk_with_nights_and_sundays_is_called_silent_at_most_once_in_three_months():
    """Office hours, 30 an hour there; looked at every 15 minutes."""
    chance, at, came = random.Random(1), NOON, []
    while at < NOON + 17 * WEEK:
        at += timedelta(hours=chance.expovariate(30))
        if 8 <= at.hour < 18 and at.weekday() < 5:
            came.append(at)
    alarms = [at for at in looks() if unusual_at(at, came)]
    assert len({it.date() for it in alarms}) <= 1


def test_the_same_desk_is_called_silent_within_two_hours_of_falling_silent():
    chance, at, came = random.Random(2), NOON, []
    monday = NOON + timedelta(days=(7 - NOON.weekday()) % 7, weeks=5)
    while at < monday:
        at += timedelta(hours=chance.expovariate(30))
        if 8 <= at.hour < 18 and at.weekday() < 5:
            came.append(at)
    assert unusual_at(monday + 2 * HOUR, came)


def looks():
    return [NOON + 4 * WEEK + number * HOUR / 4 for number in range(13 * 7 * 24 * 4)]


def unusual_at(now, came):
    def between(since, until):
        return bisect.bisect_right(came, until) - bisect.bisect_right(came, since)

    last = came[bisect.bisect_right(came, now) - 1]
    weeks = [between(*it) for it in stretches(came[0], last, now)]
    return is_unusual(Silence(now - last, weeks, between(last - WEEK, last)))
