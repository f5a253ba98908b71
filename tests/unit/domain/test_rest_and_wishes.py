"""Who should rest, who may refuse, who knows the customer, and which skills can be waited for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, a_message, a_scoring, a_thread, a_ticket, an_agent
from tests.fakes import NOON
from triage.domain.agent import Agent, AgentId
from triage.domain.calendar import Calendar
from triage.domain.emotion import Emotion
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Corrected, read_ticket
from triage.domain.routing import Decision, Need, choose, route
from triage.domain.team import Team, with_one_more
from triage.domain.ticket import Mode, Ticket

HEAVY = Need(lane=Lane.CHARGED, level=3, waits=True, language="en")
CALM = Need(lane=Lane.STANDARD, level=0, waits=True, language="en")
GRAVE = Need(lane=Lane.SAFEGUARD, level=4, waits=True, language="en")
AT_RISK = {"skills": {"safeguarding"}}


def chosen(need: Need, *agents: Agent, policy: Policy = POLICY) -> AgentId | None:
    choice = choose(need, Team.at(agents, NOON), policy)
    return choice.agent.id if choice.agent else None


def routed(
    ticket: Ticket,
    *agents: Agent,
    policy: Policy = POLICY,
    corrected: Corrected | None = None,
    **felt: float,
) -> Decision:
    found = [a_scoring(m.text, **felt) for m in ticket.customer_messages]
    said = {ticket.customer_messages[0].id: corrected} if corrected else {}
    reading = read_ticket(ticket, found, policy, said)
    return route(ticket, reading, Team.at(agents, NOON), policy)


def tired(number: int = 1, **values: object) -> Agent:
    return an_agent(number, heavy_run=3, assigned_at=NOON - timedelta(minutes=5), **values)


def test_nobody_gets_more_heavy_tickets_in_a_row_than_the_policy_says():
    assert chosen(HEAVY, tired()) is None
    assert chosen(HEAVY, tired(1), an_agent(2, emotional_load=5)) == 2
    assert chosen(CALM, tired()) == 1


def test_the_row_ends_with_a_calm_ticket_or_with_time():
    after_calm = with_one_more(tired(), 0, POLICY, NOON)
    assert chosen(HEAVY, after_calm) == 1
    assert chosen(HEAVY, an_agent(1, heavy_run=3, assigned_at=NOON - timedelta(hours=1))) == 1


@given(st.lists(st.integers(0, 4), max_size=12))
def test_a_row_is_the_heavy_tickets_since_the_last_calm_one(levels: list[int]):
    agent = an_agent()
    for level in levels:
        agent = with_one_more(agent, level, POLICY, NOON)
    heavy = [level >= 3 for level in levels]
    expected = heavy[::-1].index(False) if False in heavy else len(heavy)
    assert agent.heavy_run == expected


def test_after_a_hard_ticket_an_agent_cools_down_but_answers_calm_ones():
    resting = an_agent(rests_until=NOON + timedelta(minutes=10))
    assert chosen(HEAVY, resting) is None
    assert chosen(CALM, resting) == 1
    assert chosen(HEAVY, an_agent(rests_until=NOON)) == 1


def test_where_a_life_may_be_at_risk_the_tired_are_asked_if_nobody_else_can():
    assert chosen(GRAVE, tired(**AT_RISK)) == 1
    assert chosen(GRAVE, tired(1, **AT_RISK), an_agent(2, emotional_load=4, **AT_RISK)) == 2
    assert chosen(GRAVE, tired(load=5, **AT_RISK)) is None


def test_who_opted_out_gets_no_heavy_ticket_and_no_reason_is_told():
    out = an_agent(opted_out=True)
    assert chosen(HEAVY, out) is None
    assert chosen(replace(GRAVE), an_agent(opted_out=True, **AT_RISK)) is None
    assert chosen(CALM, out) == 1
    assert out.name not in choose(HEAVY, Team.at([out], NOON), POLICY).reason


def test_who_answered_the_customer_before_gets_the_next_ticket_if_still_able():
    known, free = an_agent(1, load=3, emotional_load=2), an_agent(2)
    again = replace(HEAVY, familiar=AgentId(1))
    assert chosen(again, known, free) == 1
    assert chosen(again, replace(known, load=5), free) == 2
    assert "answered this customer before" in choose(again, Team.at([known], NOON), POLICY).reason


def test_who_declined_is_not_asked_again():
    assert chosen(replace(CALM, declined=frozenset({AgentId(1)})), an_agent(1), an_agent(2)) == 2
    alone = choose(
        replace(CALM, declined=frozenset({AgentId(1)})), Team.at([an_agent()], NOON), POLICY
    )
    assert alone.agent is None
    assert "declined" in alone.reason


def test_whom_a_person_chose_keeps_the_ticket_whatever_the_rules_say():
    pinned = replace(HEAVY, assignee=AgentId(1), pinned=True)
    assert chosen(pinned, tired(1, present=False, experience=1), an_agent(2)) == 1


def test_a_lane_that_a_person_chose_holds():
    ticket = a_ticket(lane=Lane.GENTLE)
    decision = routed(ticket, an_agent(), anger=0.95)
    assert decision.lane is Lane.GENTLE
    assert decision.reasons[0].text == "chosen by a person"


def test_a_tag_that_names_a_team_asks_for_the_team():
    ticket = a_ticket(tags=frozenset({"returns"}))
    decision = routed(ticket, an_agent(1), an_agent(2, team="returns", load=4))
    assert decision.agent == 2
    full = routed(ticket, an_agent(1), an_agent(2, team="returns", present=False))
    assert "team returns" in full.reasons[-1].text


@pytest.mark.parametrize(
    ("waited", "expected"),
    [(0, None), (29, None), (30, 2), (59, 2), (60, 1)],
)
def test_skills_that_are_wished_for_are_dropped_one_after_the_other(waited, expected):
    policy = replace(POLICY, soft_skills=("billing", "vip"))
    need = replace(CALM, tags=frozenset({"billing", "vip"}), waited=timedelta(minutes=waited))
    everybody = (
        an_agent(1, load=0),
        an_agent(2, load=4, skills={"billing"}),
        an_agent(3, load=5, skills={"billing", "vip"}),
    )
    assert chosen(need, *everybody, policy=policy) == expected


def test_a_source_that_is_only_observed_is_given_to_nobody():
    decision = routed(a_ticket(mode=Mode.OBSERVE), an_agent(), anger=0.9)
    assert decision.agent is None
    assert decision.lane is Lane.CHARGED
    assert "only observed" in decision.reasons[-1].text


def test_a_source_in_suggest_mode_says_who_and_leaves_it_to_people():
    decision = routed(a_ticket(mode=Mode.SUGGEST), an_agent(), anger=0.9)
    assert decision.agent == 1
    assert decision.mode is Mode.SUGGEST
    assert "suggested" in decision.reasons[-1].text


def test_a_first_message_alone_does_not_raise_the_lane_where_a_source_says_so():
    first = a_ticket(a_message("This is a disgrace."), opening_raises=False)
    assert routed(first, an_agent(), anger=0.95).lane is Lane.STANDARD
    again = replace(a_thread("This is a disgrace.", "Still nothing."), opening_raises=False)
    assert routed(again, an_agent(), anger=0.95).lane is Lane.CHARGED
    grave = a_ticket(a_message("I want to end it all."), opening_raises=False)
    assert routed(grave, an_agent()).lane is Lane.SAFEGUARD


def test_a_level_that_a_person_gave_a_first_message_raises_the_lane_all_the_same():
    first = a_ticket(opening_raises=False)
    assert routed(first, an_agent(), corrected=Corrected(level=4)).lane is Lane.CHARGED
    felt = routed(first, an_agent(), corrected=Corrected(emotion=Emotion.ANGER), anger=0.95)
    assert felt.lane is Lane.STANDARD  # of the level nobody said anything


def test_a_tier_and_a_promise_only_ever_shorten_the_time_to_answer():
    policy = replace(POLICY, tiers={"gold": 0.5})
    plain = routed(a_ticket(), an_agent(), policy=policy).respond_by
    gold = routed(a_ticket(tier="gold"), an_agent(), policy=policy)
    assert gold.respond_by - NOON == (plain - NOON) / 2
    assert "for gold customers" in gold.reasons[1].text
    promised = NOON + timedelta(minutes=45)
    sooner = routed(a_ticket(promised=promised), an_agent(), policy=policy)
    assert sooner.respond_by == promised
    assert "promised" in sooner.reasons[1].text
    later = routed(a_ticket(promised=NOON + timedelta(days=9)), an_agent(), policy=policy)
    assert later.respond_by == plain
    overdue = routed(a_ticket(promised=NOON - timedelta(days=1)), an_agent(), policy=policy)
    assert overdue.respond_by == NOON + timedelta(minutes=15)  # bounded overtaking still holds


def test_opening_hours_stop_the_clock_but_not_where_a_life_may_be_at_risk():
    closed = Calendar(NOON.tzinfo, {})  # type: ignore[arg-type]  # ZoneInfo or UTC, both know UTC
    policy = replace(POLICY, calendar=closed)
    grave = routed(a_ticket(a_message("I want to end it all.")), an_agent(), policy=policy)
    assert grave.respond_by == NOON + timedelta(minutes=15)
    assert "of opening hours" not in grave.reasons[1].text
    assert "of opening hours" in routed(a_ticket(), an_agent(), policy=policy).reasons[1].text
