"""Routing: where a ticket belongs and who should answer it."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    POLICY,
    a_message,
    a_scoring,
    a_thread,
    a_ticket,
    agents_drawn,
    an_agent,
)
from tests.fakes import NOON
from triage.domain.agent import Agent, AgentId, Hours, Shift
from triage.domain.emotion import ScoringState
from triage.domain.policy import Lane
from triage.domain.reading import Reading, read_ticket
from triage.domain.routing import Decision, route
from triage.domain.team import Team
from triage.domain.ticket import Status, Ticket


def read(ticket: Ticket, **emotions: float) -> Reading:
    found = [a_scoring(m.text, **emotions) for m in ticket.customer_messages]
    return read_ticket(ticket, found, POLICY)


def routed(*agents: Agent, ticket: Ticket | None = None, **emotions: float) -> Decision:
    ticket = ticket or a_ticket()
    return route(ticket, read(ticket, **emotions), Team.at(agents, NOON), POLICY)


def test_an_angry_ticket_goes_to_the_least_emotionally_loaded_able_agent():
    busy, free = an_agent(1, emotional_load=4.0), an_agent(2, emotional_load=1.0, load=3)
    assert routed(busy, free, anger=0.9).agent == free.id


def test_a_calm_ticket_goes_to_who_has_most_room():
    full, free = an_agent(1, load=4), an_agent(2, load=1, emotional_load=6.0)
    assert routed(full, free).agent == free.id


def test_of_equals_the_one_who_waited_longest_for_a_ticket_gets_it():
    recent, earlier = (
        an_agent(1, assigned_at=NOON),
        an_agent(2, assigned_at=NOON - timedelta(hours=1)),
    )
    assert routed(recent, earlier).agent == earlier.id


def test_a_charged_ticket_needs_experience():
    decision = routed(an_agent(experience=2), anger=0.9)
    assert decision.lane is Lane.CHARGED
    assert decision.agent is None
    assert "experience 3" in decision.reasons[-1].text


def test_a_calm_ticket_needs_none():
    assert routed(an_agent(experience=1)).agent == 1


def test_a_sign_of_self_harm_goes_to_a_trained_person_only():
    ticket = a_ticket(a_message("I do not want to be here anymore. I want to end it all."))
    untrained, trained = an_agent(1), an_agent(2, skills={"safeguarding"}, emotional_load=3.0)
    assert routed(untrained, trained, ticket=ticket).agent == trained.id
    assert routed(untrained, ticket=ticket).agent is None
    assert routed(untrained, ticket=ticket).lane is Lane.SAFEGUARD


def test_grief_goes_to_the_gentle_lane():
    ticket = a_ticket(a_message("My father passed away last week and I have to close his account."))
    assert routed(an_agent(), ticket=ticket).lane is Lane.GENTLE


def test_a_tag_asks_for_a_skill_only_when_somebody_has_a_skill_of_that_name():
    ticket = a_ticket(tags=frozenset({"billing", "web_form"}))
    able, other = an_agent(1, skills={"billing"}, load=4), an_agent(2, skills={"delivery"})
    assert routed(able, other, ticket=ticket).agent == able.id


def test_the_language_of_the_customer_must_be_spoken():
    ticket = a_ticket()
    scoring = a_scoring(state=ScoringState.UNSUPPORTED_LANGUAGE, language="de")
    reading = read_ticket(ticket, [scoring], POLICY)
    german, english = an_agent(1, languages={"de", "en"}, load=4), an_agent(2)
    decision = route(ticket, reading, Team.at([german, english], NOON), POLICY)
    assert decision.agent == german.id
    assert decision.lane is Lane.STANDARD
    assert "unsupported language" in decision.reasons[0].text


def test_who_is_not_on_shift_gets_nothing():
    night = Shift(ZoneInfo("UTC"), {day: Hours(time(22), time(6)) for day in range(7)})
    assert routed(an_agent(shift=night)).agent is None
    assert routed(an_agent(present=False)).agent is None


def test_who_holds_the_ticket_keeps_it_while_able():
    ticket = replace(a_thread("a", "b"), assignee=AgentId(1))
    keeper, free = an_agent(1, load=5), an_agent(2)
    assert routed(keeper, free, ticket=ticket).agent == keeper.id


def test_who_holds_it_but_has_too_little_experience_hands_it_on_when_it_gets_charged():
    ticket = replace(a_thread("a", "b"), assignee=AgentId(1))
    assert routed(an_agent(1, experience=1), an_agent(2), ticket=ticket, anger=0.95).agent == 2


def left(at: time, **values: Any) -> Agent:
    """The agent 1, who was on shift every day until then."""
    hours = {day: Hours(time(6), at) for day in range(7)}
    return an_agent(1, shift=Shift(ZoneInfo("UTC"), hours), **values)


def test_who_holds_it_keeps_it_while_nobody_else_is_there():
    ticket = replace(a_thread("a", "b"), assignee=AgentId(1))
    gone = left(time(9), experience=1)
    assert routed(gone, an_agent(2, present=False), ticket=ticket, anger=0.95).agent == gone.id
    assert routed(gone, an_agent(2), ticket=ticket).agent == 2


@pytest.mark.parametrize(
    ("keeper", "expected"),
    [
        (left(time(11, 46)), 1),
        (left(time(11, 45)), 2),  # for longer than the grace
        (left(time(11, 46), load=5), 1),  # it is in the load already
        (left(time(11, 46), present=False), 2),
        (left(time(11, 46), experience=2), 2),
        (left(time(11, 46), opted_out=True), 2),
    ],
)
def test_who_has_just_left_keeps_what_they_hold_while_able(keeper, expected):
    ticket = replace(a_thread("a", "b"), assignee=keeper.id)
    decision = routed(keeper, an_agent(2), ticket=ticket, anger=0.95)
    assert decision.agent == expected
    declined = replace(ticket, declined=frozenset({keeper.id}))
    assert routed(keeper, an_agent(2), ticket=declined, anger=0.95).agent == 2


def test_an_answered_ticket_is_given_to_nobody_new():
    ticket = a_ticket(status=Status.ANSWERED)
    assert routed(an_agent(), ticket=ticket).agent is None


def test_without_agents_there_is_a_decision_that_says_so():
    decision = routed(anger=0.9)
    assert decision.agent is None
    assert "no agents" in decision.reasons[-1].text


def test_reasons_stand_in_the_order_in_which_they_counted():
    assert [reason.about for reason in routed(an_agent()).reasons] == ["lane", "place", "person"]


@given(agents_drawn, st.floats(0, 1), st.floats(0, 1))
def test_nobody_gets_a_ticket_over_capacity_or_budget_or_off_shift(
    agents: list[Agent], anger: float, distress: float
):
    decision = routed(*agents, anger=anger, distress=distress)
    if decision.agent is not None:
        chosen = next(agent for agent in agents if agent.id == decision.agent)
        weight = POLICY.emotional_weights[decision.charge.level]
        assert chosen.present
        assert chosen.load < chosen.capacity
        assert weight == 0 or chosen.emotional_load + weight <= POLICY.emotional_budget


@given(agents_drawn, st.floats(0, 1))
def test_same_in_same_out_whatever_the_order_of_agents(agents: list[Agent], anger: float):
    forwards, backwards = routed(*agents, anger=anger), routed(*reversed(agents), anger=anger)
    assert forwards.agent == backwards.agent
    assert forwards.respond_by == backwards.respond_by


@given(agents_drawn, st.floats(0, 1))
def test_there_is_always_a_decision_with_reasons(agents: list[Agent], anger: float):
    decision = routed(*agents, anger=anger)
    assert len(decision.reasons) == 3
    assert decision.respond_by > NOON
