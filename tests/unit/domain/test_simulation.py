"""A desk played in memory: who answers what when, by which policy, from arrivals alone."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.builders import POLICY, a_message, a_scoring, a_ticket, an_agent
from tests.fakes import NOON
from triage.domain.agent import AgentId, Hours, Shift
from triage.domain.policy import Lane
from triage.domain.reading import read_ticket
from triage.domain.replay import Arrival, Work
from triage.domain.simulation import LOOK_EVERY, play
from triage.domain.ticket import TicketId

MINUTE = timedelta(minutes=1)
DAY = NOON + timedelta(days=1)
DANGER = "I want to kill myself."


def an_arrival(
    number=1, *, after=0, turn=0, text="Hello.", customer=None, language="en", tags=(), **emotions
) -> Arrival:
    at = NOON + after * MINUTE
    message = a_message(text, at=at)
    ticket = a_ticket(message, id=TicketId(number), waiting_since=at, tags=frozenset(tags))
    reading = read_ticket(ticket, [a_scoring(text, language=language, **emotions)], POLICY)
    return Arrival(
        at=at,
        turn=(ticket.id, turn),
        ticket=ticket,
        customer=customer,
        readings=(reading, reading),
        lane=None,
    )


def played(*arrivals, staff, policy=POLICY, minutes=10, slow=(), until=DAY):
    """Play with so many minutes for each answer, 200 for those of the slow tickets."""
    spans = {it.turn: (200 if it.ticket.id in slow else minutes) * MINUTE for it in arrivals}
    work = Work(spans, frozenset())
    return play(arrivals, 0, staff, policy, work, until)


def answered(run) -> dict[int, float]:
    """By ticket: minutes after noon."""
    return {it.ticket_id: (it.answered_at - NOON) / MINUTE for it in run.answers if it.answered_at}


def test_an_agent_answers_one_after_the_other_the_earliest_due_first():
    run = played(
        an_arrival(1),
        an_arrival(2),
        an_arrival(3, after=1, anger=0.99),
        staff=[an_agent()],
    )
    assert answered(run) == {1: 10, 3: 20, 2: 30}


def test_two_agents_answer_beside_each_other():
    run = played(an_arrival(1), an_arrival(2), staff=[an_agent(1), an_agent(2)])
    assert answered(run) == {1: 10, 2: 10}
    assert {it.agent for it in run.answers} == {1, 2}


def test_what_nobody_can_take_waits_for_whoever_becomes_free():
    run = played(
        an_arrival(1), an_arrival(2), an_arrival(3, anger=0.99), staff=[an_agent(capacity=1)]
    )
    assert answered(run) == {1: 10, 3: 20, 2: 30}


def test_nobody_answers_two_at_once():
    run = played(*(an_arrival(n, after=n) for n in range(1, 30)), staff=[an_agent(capacity=2)])
    assert len(answered(run)) == 29
    ends = sorted(answered(run).values())
    assert all(later - earlier >= 10 for earlier, later in pairwise(ends))


def test_what_nobody_is_able_to_answer_waits_at_the_end_and_is_said_to():
    run = played(an_arrival(1, anger=0.99), staff=[an_agent(experience=1)])
    (only,) = run.answers
    assert (only.answered_at, only.agent, only.lane) == (None, None, Lane.CHARGED)


def test_a_second_message_before_the_answer_adds_no_work_and_may_raise_the_ticket():
    run = played(
        an_arrival(1),
        an_arrival(2),
        an_arrival(3),
        an_arrival(3, after=5, anger=0.99),
        staff=[an_agent()],
    )
    assert answered(run) == {1: 10, 3: 20, 2: 30}
    raised = next(it for it in run.answers if it.ticket_id == 3)
    assert (raised.level, raised.since) == (4, NOON)


def test_a_message_that_had_its_own_answer_is_answered_too():
    run = played(an_arrival(1), an_arrival(1, after=5, turn=1), staff=[an_agent()])
    assert answered(run) == {1: 20}
    again = played(an_arrival(1), an_arrival(1, after=15, turn=1), staff=[an_agent()])
    assert [it.since for it in again.answers] == [NOON, NOON + 15 * MINUTE]


def test_who_answered_a_ticket_gets_what_its_customer_writes_next():
    staff = [an_agent(1), an_agent(2)]
    run = played(
        an_arrival(1), an_arrival(2, after=1), an_arrival(1, after=60, turn=1), staff=staff
    )
    agents = [it.agent for it in run.answers if it.ticket_id == 1]
    assert len(set(agents)) == 1


def test_the_same_customer_meets_the_same_agent_again():
    staff = [an_agent(1), an_agent(2)]
    run = played(
        an_arrival(1, customer="c"),
        an_arrival(2, after=20),
        an_arrival(3, after=40, customer="c"),
        staff=staff,
    )
    by = {it.ticket_id: it.agent for it in run.answers}
    assert by[TicketId(1)] == by[TicketId(3)]


def hours(start: int, end: int) -> Shift:
    return Shift(ZoneInfo("UTC"), {day: Hours(time(start), time(end)) for day in range(7)})


def test_off_shift_nothing_is_answered_and_work_begins_with_the_shift():
    run = played(an_arrival(1), staff=[an_agent(shift=hours(14, 18))])
    assert answered(run) == {1: 130}


def test_what_its_holder_left_goes_to_who_is_there():
    early, late = an_agent(1, shift=hours(8, 13)), an_agent(2, shift=hours(13, 20))
    run = played(*(an_arrival(n) for n in range(1, 4)), staff=[early, late], minutes=50)
    grace = POLICY.grace_after_shift
    assert answered(run)[1] == 50
    assert answered(run)[2] == 100  # was begun within the shift, and is ended
    assert next(it for it in run.answers if it.ticket_id == 3).agent == 2
    begun = (answered(run)[3] - 50) * MINUTE
    assert timedelta(hours=1) + grace <= begun <= timedelta(hours=1) + grace + LOOK_EVERY


def test_what_its_holder_left_passes_nothing_that_is_due_before_it():
    early, late = an_agent(1, shift=hours(8, 13)), an_agent(2, shift=hours(14, 20), capacity=1)
    run = played(
        an_arrival(1),
        an_arrival(2),  # was given to the first, who is busy with the slow one and leaves
        an_arrival(3, after=65, anger=0.99),  # nobody is there
        staff=[early, late],
        slow=[1],
    )
    begun = answered(run)[3] - 10
    assert 120 <= begun <= 120 + LOOK_EVERY / MINUTE
    assert answered(run)[2] == answered(run)[3] + 10


def test_what_its_holder_left_stays_where_nobody_is_there():
    run = played(
        an_arrival(1), an_arrival(2), staff=[an_agent(1, shift=hours(8, 13))], minutes=70, until=DAY
    )
    assert next(it for it in run.answers if it.ticket_id == 2).agent == 1


def test_behind_many_that_nobody_can_answer_others_are_still_found():
    unread = [an_arrival(number, language="de") for number in range(2, 500)]
    run = played(an_arrival(1), *unread, an_arrival(500), staff=[an_agent(capacity=1)])
    assert answered(run) == {1: 10, 500: 20}


def test_a_wish_that_is_dropped_with_waiting_opens_the_ticket_to_others():
    wishes = replace(POLICY, soft_skills=("billing",), soft_skill_after=20 * MINUTE)
    expert = an_agent(1, skills={"billing"}, capacity=1)
    run = played(
        *(an_arrival(number, after=number, tags={"billing"}) for number in range(3)),
        staff=[expert, an_agent(2)],
        policy=wishes,
        minutes=60,
    )
    by = {it.ticket_id: it.agent for it in run.answers}
    assert by == {0: 1, 1: 2, 2: 2}
    begun = answered(run)[1] - 60
    assert 21 <= begun <= 21 + LOOK_EVERY / MINUTE


def test_what_is_late_goes_once_to_somebody_who_has_room():
    run = played(
        an_arrival(1),
        an_arrival(2),
        an_arrival(3, after=1, anger=0.99),  # goes to the first, who is busy with the slow one
        staff=[an_agent(1), an_agent(2)],
        slow=[1],
    )
    assert answered(run)[2] == 10
    late = next(it for it in run.answers if it.ticket_id == 3)
    assert (late.agent, late.respond_by) == (2, NOON + 31 * MINUTE)
    handed_on = answered(run)[3] - 10
    grace = POLICY.grace_when_late / MINUTE
    assert 31 + grace < handed_on <= 31 + grace + LOOK_EVERY / MINUTE


def test_after_a_hard_ticket_whoever_answered_it_rests():
    run = played(an_arrival(1, anger=0.99), an_arrival(2, after=11, anger=0.99), staff=[an_agent()])
    cool_down = POLICY.cool_down / MINUTE
    assert 10 + cool_down + 10 <= answered(run)[2] <= 10 + cool_down + 10 + LOOK_EVERY / MINUTE


def test_alarms_are_counted_when_a_ticket_comes_into_the_safeguard_lane():
    able = an_agent(skills={"safeguarding"})
    run = played(
        an_arrival(1, text=DANGER),
        an_arrival(1, after=2, text=DANGER),
        an_arrival(2, after=3, text=DANGER),
        an_arrival(3),
        staff=[able],
    )
    assert run.alarms == (NOON, NOON + 3 * MINUTE)


def test_a_policy_that_asks_less_experience_gives_the_new_ones_more():
    staff = [an_agent(1), an_agent(2, experience=1)]
    arrivals = [an_arrival(n, after=n, anger=0.99) for n in range(1, 5)]
    easy = replace(POLICY, least_experience={})
    runs = [played(*arrivals, staff=staff, policy=it) for it in (POLICY, easy)]
    by = [{it.agent for it in run.answers if it.answered_at} for run in runs]
    assert by == [{AgentId(1)}, {AgentId(1), AgentId(2)}]


def test_what_comes_after_the_end_does_not_happen():
    later = an_arrival(3, after=20)
    until = NOON + 15 * MINUTE
    run = played(an_arrival(1), an_arrival(2), later, staff=[an_agent()], until=until)
    assert answered(run) == {1: 10}
    assert [it.ticket_id for it in run.answers if it.answered_at is None] == [2]


def test_the_same_arrivals_give_the_same_run():
    arrivals = [an_arrival(n % 7, after=3 * n, turn=n, anger=n % 5 / 5) for n in range(1, 60)]
    staff = [an_agent(1), an_agent(2, experience=2, capacity=2)]
    assert played(*arrivals, staff=staff) == played(*arrivals, staff=staff)
