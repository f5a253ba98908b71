"""Who might need a rest or relief: from loads and limits, in the order of names, with reasons."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import POLICY, an_agent
from tests.fakes import NOON
from triage.domain.agent import Hours, Shift
from triage.domain.relief import Advice, Weight, in_order, suggestions, weight_of
from triage.domain.shift import shift_ends

MINUTE = timedelta(minutes=1)


def advised(*agents, late=None):
    return [(it.advice, it.agent.id) for it in suggestions(agents, late or {}, POLICY, NOON)]


@pytest.mark.parametrize(
    ("load", "word"),
    [
        (0.0, Weight.NONE),
        (0.04, Weight.NONE),
        (2.0, Weight.LIGHT),
        (4.8, Weight.MODERATE),
        (9.6, Weight.NEAR),
        (10.0, Weight.NEAR),  # one of level 3 still fits
        (10.1, Weight.FULL),
        (14.0, Weight.FULL),
    ],
)
def test_a_load_has_a_word(load, word):
    assert weight_of(an_agent(emotional_load=load), POLICY) is word


def test_who_carries_almost_all_the_policy_allows_may_rest():
    assert advised(an_agent(emotional_load=9.5)) == []
    assert advised(an_agent(emotional_load=9.6)) == [(Advice.REST_BUDGET, 1)]


def test_who_got_as_many_heavy_ones_in_a_row_as_allowed_may_rest_until_the_row_ends():
    tired = an_agent(heavy_run=3, assigned_at=NOON - 20 * MINUTE)
    (found,) = suggestions([tired], {}, POLICY, NOON)
    assert (found.advice, found.count) == (Advice.REST_ROW, 3)
    assert found.until == NOON + 40 * MINUTE
    assert advised(replace(tired, heavy_run=2)) == []
    assert advised(replace(tired, assigned_at=NOON - 60 * MINUTE)) == []


def test_late_tickets_are_handed_on_only_where_somebody_has_room():
    holder = an_agent(1, load=2)
    assert advised(holder, late={1: 2}) == []
    assert advised(holder, an_agent(2), late={1: 2}) == [(Advice.RELIEVE_LATE, 1)]
    for busy in ({"load": 5}, {"present": False}, {"emotional_load": 10.5}):
        found = advised(holder, an_agent(2, **busy), late={1: 2})
        assert Advice.RELIEVE_LATE not in [advice for advice, _ in found], busy


def test_colleagues_of_the_same_team_are_named_first_and_never_the_holder():
    holder = an_agent(1, name="Zoe", team="b", load=2)
    others = [an_agent(n, name=name, team=team) for n, name, team in OTHERS]
    (found,) = suggestions([holder, *others], {1: 1}, POLICY, NOON)
    assert found.others == ("Bea", "Ann", "Cid")


OTHERS = [(2, "Ann", "a"), (3, "Bea", "b"), (4, "Dan", "c"), (5, "Cid", "a")]


def test_what_somebody_holds_who_is_not_here_may_be_handed_on():
    away, gone = an_agent(1, load=2, present=False), an_agent(2, load=1, shift=NIGHTS)
    assert advised(away, gone, an_agent(3)) == [
        (Advice.RELIEVE_AWAY, 1),
        (Advice.RELIEVE_AWAY, 2),
    ]
    assert advised(replace(away, load=0, emotional_load=11.0)) == []


def test_who_opted_out_is_advised_as_everybody_is():
    tired = an_agent(emotional_load=11.0)
    assert advised(tired) == advised(replace(tired, opted_out=True))


def test_people_stand_by_team_and_name_whatever_they_carry():
    crew = [
        an_agent(1, name="cy", team="b", emotional_load=0.0),
        an_agent(2, name="Bo", team="b", emotional_load=11.0),
        an_agent(3, name="Al", team="", emotional_load=5.0),
    ]
    assert [it.name for it in in_order(crew)] == ["Al", "Bo", "cy"]
    heavier = [replace(it, emotional_load=11.0) for it in crew]
    assert [agent for _, agent in advised(*heavier)] == [3, 2, 1]


# When a shift ends

LONDON = ZoneInfo("Europe/London")
NIGHTS = Shift(LONDON, dict.fromkeys(range(7), Hours(time(22), time(6))))
DAYS = Shift(LONDON, dict.fromkeys(range(5), Hours(time(9), time(17))))


@pytest.mark.parametrize(
    ("shift", "now", "end"),
    [
        (DAYS, datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 20, 17, tzinfo=UTC)),
        (DAYS, datetime(2026, 7, 3, 12, tzinfo=UTC), datetime(2026, 7, 3, 16, tzinfo=UTC)),
        (DAYS, datetime(2026, 11, 20, 18, tzinfo=UTC), None),
        (NIGHTS, datetime(2026, 11, 20, 23, tzinfo=UTC), datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (NIGHTS, datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 11, 20, 6, tzinfo=UTC)),
        (None, datetime(2026, 11, 20, 3, tzinfo=UTC), None),
    ],
)
def test_a_shift_ends_where_its_timetable_says(shift, now, end):
    assert shift_ends(shift, now) == end


def test_hours_that_follow_without_a_gap_are_one_shift():
    friday, saturday = Hours(time(16), time(0)), Hours(time(0), time(2))
    late = Shift(LONDON, {4: friday, 5: saturday})
    evening = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert shift_ends(late, evening) == datetime(2026, 11, 21, 2, tzinfo=UTC)


def test_who_is_always_on_shift_has_no_end():
    always = Shift(LONDON, dict.fromkeys(range(7), Hours(time(0), time(0))))
    assert shift_ends(always, NOON) is None
