"""Periods in the reader's zone: days of 23 and 25 hours, zones that are not whole hours away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.domain.trend import HOUR, QUARTER, Period, Step, Window, begins, grain, slot, slots

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
    ("zone", "length"),
    [
        ("UTC", HOUR),
        ("Europe/Berlin", HOUR),
        ("Asia/Kolkata", QUARTER),
        ("Asia/Kathmandu", QUARTER),
    ],
)
def test_tickets_are_counted_as_finely_as_the_zone_needs(zone, length):
    until = datetime(2026, 11, 20, tzinfo=UTC)
    assert grain(until - timedelta(days=90), until, ZoneInfo(zone)) == length


def test_a_change_of_clocks_by_half_an_hour_is_seen():
    """Lord Howe Island is 10:30 or 11:00 ahead."""
    until = datetime(2026, 11, 20, tzinfo=UTC)
    howe = ZoneInfo("Australia/Lord_Howe")
    assert grain(until - timedelta(days=7), until, howe) == HOUR
    assert grain(until - timedelta(days=90), until, howe) == QUARTER


@pytest.mark.parametrize(("period", "days"), [("7d", 7), ("30d", 30), ("90d", 90)])
def test_today_is_one_of_the_days(period, days):
    window = Window.of(Period(period), Step.DAY, BERLIN, SPRING)
    assert len(slots(window.since, window.until, BERLIN, Step.DAY)) == days


def test_this_hour_is_one_of_24_also_when_clocks_change():
    since = begins(Period.DAY, BERLIN, SPRING)
    assert len(slots(since, SPRING, BERLIN, Step.HOUR)) == 24


def test_a_step_that_a_period_has_not_is_its_usual_one():
    assert Window.of(Period.QUARTER, Step.HOUR, BERLIN, SPRING).step is Step.DAY
    assert Window.of(Period.WEEK, Step.HOUR, BERLIN, SPRING).step is Step.HOUR
    assert Window.of(Period.DAY, None, BERLIN, SPRING).step is Step.HOUR
