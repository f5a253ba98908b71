"""What differs between two runs: waits, alarms, targets, what moves, who carries how much."""

from datetime import timedelta

import pytest

from tests.builders import POLICY, an_agent
from tests.fakes import NOON
from tests.unit.domain.test_simulation import MINUTE, an_arrival
from triage.domain.comparison import compare, gini, waits
from triage.domain.policy import Lane
from triage.domain.replay import Turn
from triage.domain.simulation import Answer, Played
from triage.domain.ticket import TicketId

SPAN = (NOON, NOON + timedelta(hours=4))


def an_answer(number=1, *, lane=Lane.STANDARD, level=0, waited=10, due=60, agent=1) -> Answer:
    return Answer(
        arrival=number - 1,
        ticket_id=TicketId(number),
        lane=lane,
        level=level,
        since=NOON,
        respond_by=NOON + due * MINUTE,
        answered_at=None if waited is None else NOON + waited * MINUTE,
        agent=agent,
    )


def compared(before, after, alarms=((), ()), turns=(), **emotions):
    arrivals = [an_arrival(n, **emotions) for n in range(1, len(before) + 1)]
    runs = (Played(tuple(before), alarms[0]), Played(tuple(after), alarms[1]))
    staff = [an_agent(1), an_agent(2)]
    return compare(arrivals, runs, staff, POLICY, turns, SPAN)


def test_the_same_run_twice_differs_in_nothing():
    it = compared([an_answer()], [an_answer()])
    assert it.moved == ()
    assert it.before == it.after


def test_tickets_that_move_are_counted_by_what_moves_and_widest_first():
    it = compared(
        [an_answer(1), an_answer(2), an_answer(3)],
        [an_answer(1, agent=2), an_answer(2, lane=Lane.CHARGED, level=3), an_answer(3)],
    )
    assert [it.count(what) for what in ("lane", "level", "agent")] == [1, 1, 1]
    assert [one.before.ticket_id for one in it.moved] == [2, 1]
    assert it.lanes == {(Lane.STANDARD, Lane.CHARGED): 1}


def test_a_target_is_missed_by_an_answer_too_late_and_by_what_is_late_and_waits():
    answers = [
        an_answer(1, waited=59),
        an_answer(2, waited=61),
        an_answer(3, waited=None, due=60),
        an_answer(4, waited=None, due=600),
    ]
    it = compared(answers, answers)
    assert (it.before.all.missed, it.before.waiting, it.before.all.turns) == (2, 2, 2)


@pytest.mark.parametrize(
    ("minutes", "half", "most"), [([7], 7, 7), ([1, 2], 1, 2), (list(range(1, 101)), 50, 95)]
)
def test_percentiles_are_of_nearest_rank(minutes, half, most):
    found = waits(it * MINUTE for it in minutes)
    assert (found.half, found.most) == (half * MINUTE, most * MINUTE)


def test_nobody_answered_has_no_percentile():
    assert waits([]).half is None


def test_waits_are_told_by_the_lane_of_the_answer():
    charged = an_answer(2, lane=Lane.CHARGED, waited=30)
    it = compared([an_answer(1), charged], [an_answer(1), an_answer(2)])
    assert it.before.lanes[Lane.CHARGED].half == 30 * MINUTE
    assert Lane.CHARGED not in it.after.lanes


def test_alarms_are_told_an_hour_and_of_the_busiest_hour():
    three = (NOON, NOON + 59 * MINUTE, NOON + 61 * MINUTE)
    it = compared([an_answer()], [an_answer()], alarms=(three, ()))
    assert (it.before.alarms, it.before.alarms_an_hour, it.before.most_alarms) == (3, 0.75, 2)
    assert it.after.alarms_an_hour == 0


def test_a_ticket_weighs_the_same_in_both_runs_whatever_the_second_calls_it():
    it = compared([an_answer(level=4)], [an_answer(level=0, agent=2)], anger=0.99)
    assert it.before.carried == {1: POLICY.emotional_weights[4], 2: 0}
    assert it.after.carried == {1: 0, 2: POLICY.emotional_weights[4]}


@pytest.mark.parametrize(
    ("values", "says"), [([3, 3, 3], 0), ([0, 0, 0], 0), ([], 0), ([0, 0, 0, 8], 0.75)]
)
def test_gini_is_0_where_all_carry_the_same_and_near_1_where_one_carries_all(values, says):
    assert gini(values) == pytest.approx(says)


def test_how_long_customers_really_waited_stands_beside_it():
    turn = Turn(key=(TicketId(1), 0), asked_at=NOON, answered_at=NOON + 25 * MINUTE)
    other = Turn(key=(TicketId(9), 0), asked_at=NOON, answered_at=NOON + 99 * MINUTE)
    it = compared([an_answer()], [an_answer()], turns=[turn, other])
    assert (it.really.turns, it.really.half) == (1, 25 * MINUTE)
