"""Which status may follow which, and when somebody is on shift."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.builders import a_thread, an_agent
from triage.domain.agent import Hours, Shift
from triage.domain.ticket import MAY_FOLLOW, Author, Status, status_after


@pytest.mark.parametrize(
    ("status", "author", "after"),
    [
        (Status.WAITING, Author.AGENT, Status.ANSWERED),
        (Status.ANSWERED, Author.CUSTOMER, Status.WAITING),
        (Status.CLOSED, Author.CUSTOMER, Status.WAITING),
        (Status.CLOSED, Author.AGENT, Status.CLOSED),
        (Status.WAITING, Author.SYSTEM, Status.WAITING),
        (Status.WAITING, Author.CUSTOMER, Status.WAITING),
    ],
)
def test_a_message_changes_whose_turn_it_is(status, author, after):
    assert status_after(status, author) is after


def test_every_status_says_what_may_follow():
    assert set(MAY_FOLLOW) == set(Status)


def test_unanswered_counts_customer_messages_since_the_last_agents():
    assert a_thread("a", "b").unanswered == 2
    assert a_thread("a", "agent:hi", "b").unanswered == 1
    assert a_thread("a", "agent:hi").unanswered == 0


BERLIN = ZoneInfo("Europe/Berlin")
DAY = Shift(BERLIN, {0: Hours(time(8), time(16, 30))})
NIGHT = Shift(BERLIN, {4: Hours(time(22), time(6))})
ALWAYS = Shift(BERLIN, {day: Hours(time(0), time(0)) for day in range(7)})


@pytest.mark.parametrize(
    ("shift", "moment", "covered"),
    [
        (DAY, datetime(2026, 11, 23, 7, 0, tzinfo=UTC), True),  # Monday 08:00 in Berlin
        (DAY, datetime(2026, 11, 23, 6, 59, tzinfo=UTC), False),
        (DAY, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), False),
        (DAY, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 11, 27, 23, 0, tzinfo=UTC), True),  # the night into Saturday
        (NIGHT, datetime(2026, 11, 28, 4, 59, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 11, 28, 5, 0, tzinfo=UTC), False),
        (DAY, datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),  # the Monday after the clocks changed
        (ALWAYS, datetime(2026, 11, 28, 23, 59, tzinfo=UTC), True),
    ],
)
def test_a_shift_covers_its_hours_in_its_own_zone(shift, moment, covered):
    assert an_agent(shift=shift).on_shift(moment) is covered
