"""What may be done with a run when, how fast it applies, and what it is said to change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, an_agent
from tests.fakes import NOON
from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.rescoring import (
    MOST_MOVES,
    Move,
    RunState,
    Side,
    Verb,
    allowance,
    compare,
    fault,
    placed,
)
from triage.domain.routing import Need
from triage.domain.team import Team
from triage.domain.ticket import TicketId

HOUR = timedelta(hours=1)
MAY = {
    (Verb.PAUSE, RunState.SCORING),
    (Verb.PAUSE, RunState.APPLYING),
    (Verb.PAUSE, RunState.UNDOING),
    (Verb.CANCEL, RunState.SCORING),
    (Verb.CANCEL, RunState.SCORED),
    (Verb.CANCEL, RunState.APPLYING),
    (Verb.APPLY, RunState.SCORED),
    (Verb.UNDO, RunState.APPLIED),
    (Verb.UNDO, RunState.CANCELLED),
}


def a_side(
    lane: Lane = Lane.STANDARD, level: int = 0, hours: float = 8, agent: int | None = None
) -> Side:
    return Side(lane, level, NOON + hours * HOUR, AgentId(agent) if agent else None)


def a_move(number: int, before: Side, after: Side, *, waits: bool = True) -> Move:
    return Move(TicketId(number), before, after, waits)


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("verb", [it for it in Verb if it is not Verb.RESUME])
def test_what_may_be_done_depends_on_how_far_a_run_is(verb, state):
    allowed = fault(verb, state, paused=False, applied=1) is None
    assert allowed == ((verb, state) in MAY)


def test_only_what_is_paused_goes_on():
    assert fault(Verb.RESUME, RunState.SCORING, paused=True, applied=0) is None
    assert fault(Verb.RESUME, RunState.SCORING, paused=False, applied=0) == "is not paused"
    assert fault(Verb.PAUSE, RunState.SCORING, paused=True, applied=0) == "is paused already"


def test_what_changed_nothing_cannot_be_taken_back():
    said = fault(Verb.UNDO, RunState.APPLIED, paused=False, applied=0)
    assert said == "changed nothing; there is nothing to take back"


@given(st.floats(0.05, 1000), st.lists(st.floats(0.2, 1.5), min_size=20, max_size=60))
def test_no_more_is_applied_than_the_rate_allows_and_hardly_less(rate, steps):
    now, since, done = NOON, None, 0
    for step in steps:
        due, since = allowance(rate, since, now)
        done += due
        now += timedelta(seconds=step)
    spent = sum(steps[:-1])
    assert done <= rate * spent + max(1, rate)
    assert done >= rate * spent - max(1, rate) - 1


def test_a_clock_that_goes_back_allows_little_and_then_goes_on():
    due, since = allowance(10, NOON + HOUR, NOON)
    assert due <= 10
    assert allowance(10, since, NOON + timedelta(seconds=1))[0] == 10


def test_what_was_not_used_for_long_is_lost():
    assert allowance(10, NOON, NOON + HOUR) == (21, NOON + HOUR)


def test_changes_are_counted_by_what_changes():
    found = compare(
        [
            a_move(1, a_side(Lane.CHARGED, 3, 1), a_side(Lane.STANDARD, 1, 6)),
            a_move(2, a_side(), a_side(agent=2)),
            a_move(3, a_side(), a_side()),
        ],
        NOON,
    )
    assert dict(found.changed) == {"level": 1, "lane": 1, "agent": 1, "respond_by": 1}
    assert found.lanes[Lane.CHARGED, Lane.STANDARD] == 1
    assert found.levels == {(3, 1): 1, (0, 0): 2}
    assert [it.ticket_id for it in found.moves] == [1, 2]


def test_late_and_soon_count_those_who_wait():
    late, soon, later = a_side(hours=-1), a_side(hours=0.5), a_side(hours=3)
    moves = [a_move(1, late, soon), a_move(2, soon, later), a_move(3, late, soon, waits=False)]
    found = compare(moves, NOON)
    assert (found.late, found.soon) == ((1, 0), (1, 1))


def test_danger_stands_first_among_the_largest_moves_then_lanes_levels_and_deadlines():
    calm = a_side()
    moves = [
        a_move(1, calm, a_side(hours=1)),
        a_move(2, calm, a_side(level=2)),
        a_move(3, calm, a_side(Lane.GENTLE)),
        a_move(4, calm, a_side(Lane.SAFEGUARD)),
        *(a_move(number, calm, a_side(hours=7)) for number in range(5, 5 + MOST_MOVES)),
    ]
    found = compare(moves, NOON).moves
    assert [it.ticket_id for it in found[:4]] == [4, 3, 2, 1]
    assert len(found) == MOST_MOVES


def test_who_gets_a_ticket_carries_it_and_who_loses_it_does_not():
    ann, bea = an_agent(1, load=1, emotional_load=2.0, experience=1), an_agent(2)
    team = Team.at([ann, bea], NOON)
    move = a_move(1, a_side(Lane.STANDARD, 0, agent=1), a_side(Lane.CHARGED, 3))
    need = Need(lane=Lane.CHARGED, level=3, waits=True, assignee=AgentId(1))
    holder, after = placed(move, need, team, 2.0, POLICY)
    loads = [(it.load, it.emotional_load) for it in after.everybody]
    assert (holder, loads) == (2, [(0, 0.0), (1, 2.0)])


def test_who_keeps_a_ticket_carries_what_it_weighs_then():
    team = Team.at([an_agent(1, load=1, emotional_load=2.0)], NOON)
    move = a_move(1, a_side(Lane.CHARGED, 3, agent=1), a_side(Lane.STANDARD, 1, agent=1))
    need = Need(lane=Lane.STANDARD, level=1, waits=True, assignee=AgentId(1))
    holder, after = placed(move, need, team, 2.0, POLICY)
    assert (holder, after.everybody[0].load, after.everybody[0].emotional_load) == (1, 1, 0.0)
