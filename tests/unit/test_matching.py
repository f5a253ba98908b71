"""Many tickets and many agents at once: earliest first, within the rules, best for the team."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, agents_drawn, an_agent
from tests.fakes import NOON
from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Lane
from triage.domain.routing import Need, choose
from triage.domain.team import Team
from triage.matching import match

LANES = [Lane.STANDARD, Lane.CHARGED, Lane.GENTLE, Lane.SAFEGUARD]
CALM = Need(lane=Lane.STANDARD, level=0, waits=True)

needs_drawn = st.lists(
    st.builds(
        Need,
        lane=st.sampled_from(LANES),
        level=st.integers(0, 4),
        waits=st.just(True),
        language=st.sampled_from(["en", "de", None]),
    ),
    max_size=25,
)


def matched(needs: list[Need], *agents: Agent) -> dict[int, AgentId]:
    return {it.place: it.agent.id for it in match(needs, Team.at(agents, NOON), POLICY)[0]}


def test_the_earliest_ticket_goes_first_where_only_one_fits():
    assert matched([CALM, CALM], an_agent(capacity=1)) == {0: 1}


def test_who_alone_can_take_the_hard_one_is_not_spent_on_a_calm_one():
    expert, novice = an_agent(1, capacity=1), an_agent(2, capacity=1, load=0, experience=1)
    charged = Need(lane=Lane.CHARGED, level=3, waits=True)
    assert matched([CALM, charged], expert, novice) == {0: 2, 1: 1}


def test_tickets_spread_evenly_over_equals():
    team = [an_agent(number, capacity=5) for number in range(1, 5)]
    given_to = list(matched([CALM] * 8, *team).values())
    assert sorted(given_to) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_customer_gets_the_agent_they_know():
    team = [an_agent(1), an_agent(2)]
    again = replace(CALM, familiar=AgentId(2))
    assert matched([CALM, again], *team)[1] == 2


def test_what_nobody_can_take_stops_nothing_behind_it():
    spanish = replace(CALM, language="es")
    assert matched([spanish] * 50 + [CALM], an_agent()) == {50: 1}


@given(needs_drawn, agents_drawn)
def test_nobody_gets_more_than_the_rules_allow_and_nothing_is_left_that_fits(needs, agents):
    before = Team.at(agents, NOON)
    pairs, team = match(needs, before, POLICY)
    assert len({it.place for it in pairs}) == len(pairs)
    for agent in team.everybody:
        was = before.member(agent.id)
        got = [needs[it.place] for it in pairs if it.agent.id == agent.id]
        assert agent.load == was.load + len(got)
        assert not got or agent.load <= agent.capacity
        weights = sum(POLICY.emotional_weights[need.level] for need in got)
        assert not weights or was.emotional_load + weights <= POLICY.emotional_budget
        assert not (agent.opted_out and any(need.heavy for need in got))
    placed = {it.place for it in pairs}
    for place, need in enumerate(needs):
        if place not in placed:
            assert choose(need, team, POLICY).agent is None
