"""What would change a decision, each by deciding again with one thing other."""

from dataclasses import replace
from datetime import time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from tests.builders import POLICY, a_message, a_scoring, a_ticket, an_agent
from tests.fakes import NOON
from triage.domain.agent import Hours
from triage.domain.calendar import Calendar
from triage.domain.counterfactual import Case, changes, difference, others, runner_up
from triage.domain.policy import Lane
from triage.domain.routing import Hindrance
from triage.domain.team import Team
from triage.domain.ticket import Mode, Status

GRIEF = "My father died last week and his account is still open."


def a_case(*agents, text="Hello.", policy=POLICY, ticket=(), **emotions):
    message = a_message(text)
    return Case(
        ticket=a_ticket(message, **dict(ticket)),
        scorings=[a_scoring(text, **emotions)],
        team=Team.at(agents, NOON),
        policy=policy,
    )


def test_one_level_lower_gives_a_ticket_the_time_of_that_level():
    case = a_case(frustration=0.9)  # charge 0.63: level 3
    assert case.decided().lane is Lane.CHARGED
    lower, higher = changes(case)
    assert lower == (
        "one level lower (0.01 less charge), it would stand in the standard lane and "
        "have 180 minutes more"
    )
    assert higher == "one level higher (0.21 more charge), it would have 30 minutes less"


def test_the_ends_of_the_scale_have_one_neighbour():
    assert [one[:15] for one in changes(a_case())] == ["one level highe"]
    assert [one[:15] for one in changes(a_case(anger=0.99))] == ["one level lower"]


def test_a_level_that_a_flag_holds_up_falls_with_the_flag_only():
    found = changes(a_case(text=GRIEF))
    assert not [one for one in found if one.startswith("one level lower")]
    assert found[-1] == (
        "without the flag bereavement, it would stand in the standard lane, be at level 0 and "
        "have 360 minutes more"
    )


def test_a_flag_that_decides_nothing_is_said_to():
    text = "I am leaving you for another provider, cancel my account. " + GRIEF
    case = a_case(text=text, anger=0.99)
    assert "churn" in case.decided().flags
    assert "without the flag churn, it would change nothing" in changes(case)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"lane": Lane.CHARGED}, "had nobody chosen its lane, it would stand in the standard lane"),
        ({"tier": "gold"}, "without the tier gold, it would have 240 minutes more"),
        (
            {"promised": NOON + timedelta(hours=1)},
            "without the date that the helpdesk promised, it would have 420 minutes more",
        ),
    ],
)
def test_what_people_and_the_helpdesk_decided_would_change_it(values, says):
    policy = replace(POLICY, tiers=MappingProxyType({"gold": 0.5}))
    assert any(one.startswith(says) for one in changes(a_case(policy=policy, ticket=values)))


def test_a_first_message_that_may_not_raise_its_lane_would_with_a_second():
    case = a_case(anger=0.99, ticket={"opening_raises": False})
    assert case.decided().lane is Lane.STANDARD
    assert changes(case)[-1].startswith("with a second message, it would stand in the charged lane")


def test_with_opening_hours_the_new_time_is_named_instead_of_minutes_of_the_clock():
    days = {day: Hours(time(9), time(17)) for day in range(5)}
    policy = replace(POLICY, calendar=Calendar(ZoneInfo("UTC"), days))
    assert "be due 20 Nov 16:00 UTC" in str(changes(a_case(policy=policy, frustration=0.9)))


def test_whom_it_would_go_to_is_part_of_the_difference():
    new, able = an_agent(1, experience=1), an_agent(2, load=4)
    case = a_case(new, able, frustration=0.9)
    assert case.decided().agent == able.id
    assert changes(case)[0].endswith("have 180 minutes more and go to Agent 1")


def test_the_same_decision_differs_in_nothing():
    case = a_case(an_agent(), anger=0.9)
    assert difference(case.decided(), case.decided(), case) == ""


@pytest.mark.parametrize(
    ("lacking", "hindrance", "words"),
    [
        ({"load": 5}, Hindrance.ROOM, "with room for one more"),
        ({"emotional_load": 11.0}, Hindrance.ROOM, "with 3.0 less emotional load"),
        ({"emotional_load": 8.01}, Hindrance.ROOM, "with 0.1 less emotional load"),
        (
            {"load": 5, "emotional_load": 11.0},
            Hindrance.ROOM,
            "with room for one more and 3.0 less emotional load",
        ),
        ({"experience": 1}, Hindrance.EXPERIENCE, "with experience 3 instead of 1"),
        ({"opted_out": True}, Hindrance.OPTED_OUT, "with heavy tickets among those they take"),
        ({"skills": {"cats"}}, Hindrance.SKILL, "with the skill billing"),
        ({"team": "b"}, Hindrance.TEAM, "with a place in the team a"),
        ({"languages": {"de"}}, Hindrance.LANGUAGE, "with the language en"),
        (
            {"rests_until": NOON + timedelta(minutes=5)},
            Hindrance.RESTS,
            "with a rest from heavy tickets behind them",
        ),
    ],
)
def test_each_hindrance_is_named_and_without_it_the_agent_would_have_got_it(
    lacking, hindrance, words
):
    able = {"skills": {"billing"}, "team": "a"}
    one = an_agent(1, **able | lacking)
    elsewhere = an_agent(2, **able, shift=None, present=False)
    case = a_case(one, elsewhere, anger=0.99, ticket={"tags": frozenset({"billing", "a"})})
    assert case.decided().agent is None
    (found,) = others(case)
    assert found.hindered_by == (hindrance,)
    assert found.words == f"Agent 1 would have got it {words}"
    assert found.gets


def test_who_declined_would_have_got_it_had_they_not():
    one = an_agent(1, load=5)
    case = a_case(one, ticket={"declined": frozenset({one.id})})
    (found,) = others(case)
    assert found.hindered_by == (Hindrance.DECLINED, Hindrance.ROOM)
    assert (
        found.words == "Agent 1 would have got it had they not declined it, with room for one more"
    )


def test_who_could_have_taken_it_comes_after_who_would_have_got_it():
    chosen, full, new = an_agent(1, load=2), an_agent(2, load=5), an_agent(3, experience=1, load=0)
    case = a_case(chosen, full, new, anger=0.99)
    assert case.decided().agent == chosen.id
    first, second = others(case)
    assert first.words == "Agent 3 would have got it with experience 3 instead of 1"
    assert second.words == "Agent 2 could have taken it with room for one more"


def test_who_got_it_though_they_should_rest_is_no_other():
    tired = an_agent(1, skills={"safeguarding"}, rests_until=NOON + timedelta(minutes=5))
    case = a_case(tired, an_agent(2), text="I want to kill myself.")
    assert case.decided().agent == tired.id
    assert [it.agent.id for it in others(case)] == [2]


def test_a_full_hand_lacks_no_emotional_load_for_a_ticket_that_weighs_nothing():
    (found,) = others(a_case(an_agent(1, load=5, emotional_load=13.0)))
    assert found.words == "Agent 1 would have got it with room for one more"


def test_without_whom_it_was_given_to_the_next_would_have_got_it():
    case = a_case(an_agent(1), an_agent(2, load=3))
    choice = runner_up(case)
    assert choice is not None
    assert choice.agent is not None
    assert choice.agent.id == 2


def test_without_the_only_one_able_nobody_would():
    choice = runner_up(a_case(an_agent(1)))
    assert choice is not None
    assert choice.agent is None
    assert "declined" in choice.reason


@pytest.mark.parametrize(
    "values", [{"status": Status.ANSWERED}, {"mode": Mode.OBSERVE}, {"pinned": True, "assignee": 1}]
)
def test_where_the_rules_choose_nobody_there_are_no_others(values):
    case = a_case(an_agent(1), an_agent(2, load=5), ticket=values)
    assert others(case) == []
    assert runner_up(case) is None


def test_what_would_change_it_is_the_same_each_time_and_changes_nothing():
    case = a_case(an_agent(1), an_agent(2, load=5), text=GRIEF, anger=0.5)
    before = case.decided()
    assert (changes(case), others(case)) == (changes(case), others(case))
    assert case.decided() == before
