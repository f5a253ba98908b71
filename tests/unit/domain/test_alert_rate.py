"""The measured rate of alerts: an hour, a day, of each kind."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.fakes import NOON
from triage.domain.alert_rate import Happened, rate
from triage.domain.alerts import Kind

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def happened(hours_ago: float, kind: Kind = Kind.NEAR, *, quiet: bool = False) -> Happened:
    return Happened(NOON - hours_ago * HOUR, kind, quiet)


def test_what_was_told_makes_the_rate_and_what_was_held_back_stands_beside():
    those = [
        happened(1),
        happened(1.5, Kind.SAFEGUARD),
        happened(1.9, quiet=True),
        happened(30),
    ]
    found = rate(those, NOON - WEEK, NOON, NOON.tzinfo)
    assert (found.raised, found.told, found.held) == (4, 3, 1)
    assert found.an_hour == pytest.approx(3 / 168)
    assert found.critical_share == pytest.approx(1 / 3)
    assert found.busiest == 2
    assert {kind: (told, held) for kind, told, held in found.by_kind}[Kind.NEAR] == (2, 1)
    assert [(told, held) for _, told, held in found.by_day] == [(0, 0)] * 6 + [(1, 0), (2, 1)]


def test_days_are_those_of_the_zone():
    late = [happened(-2)]  # 14:00 UTC
    found = rate(late, NOON - WEEK, NOON + 3 * HOUR, ZoneInfo("Pacific/Auckland"))
    assert found.by_day[-1] == ((NOON + timedelta(days=1)).date(), 1, 0)


@pytest.mark.parametrize(
    ("hours", "busiest"), [([], 0), ([5], 1), ([1, 2, 3], 1), ([1, 1.5, 1.99, 2.1], 3)]
)
def test_the_busiest_hour_is_any_hour_not_one_of_the_clock(hours, busiest):
    found = rate([happened(it) for it in hours], NOON - WEEK, NOON, NOON.tzinfo)
    assert found.busiest == busiest


def test_where_nothing_was_told_no_share_is_critical():
    found = rate([], NOON - WEEK, NOON, NOON.tzinfo)
    assert (found.critical_share, found.an_hour) == (0.0, 0.0)
