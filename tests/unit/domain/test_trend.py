"""Periods in the reader's zone: days of 23 and 25 hours, zones that are not whole hours away."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from triage.domain.trend import (
    DAY,
    HOUR,
    QUARTER,
    SMALLEST,
    Period,
    Step,
    Window,
    begins,
    slot,
    slots,
    stretches,
)

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
#: Clocks in Berlin: forward on 29 March 2026, back on 25 October, both at 01:00 UTC.
SPRING, AUTUMN = datetime(2026, 3, 29, 20, tzinfo=UTC), datetime(2026, 10, 25, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours"), [(SPRING, 23), (AUTUMN, 25), (SPRING - 7 * 24 * HOUR, 24)]
)
def test_a_day_has_as_many_hours_as_clocks_show(now, hours):
    day = slot(now, BERLIN, Step.DAY)
    found = slots(day, day + hours * HOUR - QUARTER, BERLIN, Step.HOUR)
    assert len(found) == hours
    assert {slot(it, BERLIN, Step.DAY) for it in found} == {day}
    assert slot(day + hours * HOUR, BERLIN, Step.DAY) != day


def test_the_hour_that_clocks_show_twice_is_two():
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [it.astimezone(BERLIN).hour for it in twice] == [2, 2]
    assert [slot(it, BERLIN, Step.HOUR) for it in twice] == [it - 2 * QUARTER for it in twice]


def test_hours_of_a_zone_begin_where_its_clock_says():
    moment = datetime(2026, 11, 20, 12, 20, tzinfo=UTC)  # 18:05 there
    assert slot(moment, KATHMANDU, Step.HOUR) == datetime(2026, 11, 20, 12, 15, tzinfo=UTC)
    assert slot(moment, KATHMANDU, Step.DAY) == datetime(2026, 11, 19, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        ("UTC", [0]),
        ("Europe/Berlin", [2, 1]),
        ("Asia/Kathmandu", [5.75]),
        ("Australia/Lord_Howe", [10.5, 11]),  # its clocks change by half an hour
        ("Africa/Casablanca", [1]),
    ],
)
def test_a_period_falls_into_stretches_of_one_offset_each(zone, offsets):
    until = datetime(2026, 11, 20, tzinfo=UTC)
    found = stretches(until - timedelta(days=90), until, ZoneInfo(zone))
    assert [it.offset / HOUR for it in found] == offsets
    assert (found[0].since, found[-1].until) == (until - timedelta(days=90), until + SMALLEST)
    assert all(one.until == next_one.since for one, next_one in pairwise(found))


def test_clocks_that_change_and_change_back_make_three_stretches():
    """In Morocco for Ramadan, from 15 February to 22 March 2026."""
    since = datetime(2026, 1, 20, tzinfo=UTC)
    found = stretches(since, since + timedelta(days=90), ZoneInfo("Africa/Casablanca"))
    assert [it.offset / HOUR for it in found] == [1, 0, 1]
    assert (found[1].since, found[1].until) == (
        datetime(2026, 2, 15, 2, tzinfo=UTC),
        datetime(2026, 3, 22, 2, tzinfo=UTC),
    )


def test_a_stretch_begins_where_clocks_change():
    found = stretches(SPRING - DAY, SPRING, BERLIN)
    assert found[1].since == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_weeks_begin_on_monday_and_the_first_is_whole():
    window = Window.of(Period.QUARTER, Step.WEEK, BERLIN, SPRING)
    found = slots(window.since, window.until, BERLIN, Step.WEEK)
    assert {it.astimezone(BERLIN).strftime("%a %H:%M") for it in found} == {"Mon 00:00"}
    assert found[0] == window.since
    assert len(found) in {13, 14}


@pytest.mark.parametrize(("period", "days"), [("7d", 7), ("30d", 30), ("90d", 90)])
def test_today_is_one_of_the_days(period, days):
    window = Window.of(Period(period), Step.DAY, BERLIN, SPRING)
    assert len(slots(window.since, window.until, BERLIN, Step.DAY)) == days


def test_this_hour_is_one_of_24_also_when_clocks_change():
    since = begins(Period.DAY, BERLIN, SPRING)
    assert len(slots(since, SPRING, BERLIN, Step.HOUR)) == 24


def test_a_step_that_a_period_has_not_is_its_usual_one():
    assert Window.of(Period.QUARTER, Step.HOUR, BERLIN, SPRING).step is Step.WEEK
    assert Window.of(Period.WEEK, Step.HOUR, BERLIN, SPRING).step is Step.HOUR
    assert Window.of(Period.DAY, None, BERLIN, SPRING).step is Step.HOUR
