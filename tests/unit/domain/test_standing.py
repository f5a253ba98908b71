"""How each agent stands to one ticket: the same questions as routing asks, all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import POLICY, an_agent
from tests.fakes import NOON
from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.routing import Hindrance, Need, able_for, choose
from triage.domain.standing import standings
from triage.domain.team import Team

HEAVY = Need(lane=Lane.CHARGED, level=4, waits=True, language="en", tags=frozenset({"billing"}))
EXPERT = {"experience": 5, "languages": frozenset({"en"}), "skills": frozenset({"billing"})}


def agents(*values):
    return [an_agent(**EXPERT | {"id": AgentId(n + 1)} | it) for n, it in enumerate(values)]


def stand(need, *values):
    return standings(need, Team.at(agents(*values), NOON), POLICY)


@pytest.mark.parametrize(
    ("values", "by"),
    [
        ({"opted_out": True}, Hindrance.OPTED_OUT),
        ({"experience": 1}, Hindrance.EXPERIENCE),
        ({"skills": frozenset()}, Hindrance.SKILL),
        ({"languages": frozenset({"de"})}, Hindrance.LANGUAGE),
        ({"rests_until": NOON + timedelta(minutes=5)}, Hindrance.RESTS),
        ({"load": 9, "capacity": 9}, Hindrance.ROOM),
    ],
)
def test_what_stands_in_the_way_is_said(values, by):
    found = stand(HEAVY, {}, values)
    assert [it.agent.id for it in found.able] == [1]
    assert [it.hindered_by for it in found.others] == [(by,)]


def test_all_that_stands_in_the_way_is_said_and_who_lacks_least_comes_first():
    found = stand(HEAVY, {"experience": 1, "load": 9, "capacity": 9}, {"opted_out": True}, {})
    assert [it.agent.id for it in found.others] == [2, 1]
    assert found.others[1].hindered_by == (Hindrance.EXPERIENCE, Hindrance.ROOM)


def test_who_is_away_comes_last_and_is_not_able_however_much_they_can():
    found = stand(HEAVY, {"present": False}, {"opted_out": True})
    assert found.able == []
    assert [(it.agent.id, it.here) for it in found.others] == [(2, True), (1, False)]
    assert found.others[1].hindered_by == ()


def test_who_holds_it_is_not_hindered_by_what_it_weighs():
    mine = replace(HEAVY, assignee=AgentId(1))
    (holder,) = stand(mine, {"load": 9, "capacity": 9}).able
    assert holder.holds


def test_the_able_are_those_whom_routing_would_take_and_the_first_whom_it_would_choose():
    team = [{"load": 3}, {"load": 1}, {"emotional_load": 2.0}, {"present": False}, {"skills": {}}]
    everybody = Team.at(agents(*team), NOON)
    for need in (HEAVY, replace(HEAVY, level=0, lane=Lane.STANDARD)):
        found = standings(need, everybody, POLICY)
        able, _ = able_for(need, everybody, POLICY)
        assert {it.agent.id for it in found.able} == {it.id for it in able}
        assert found.able[0].agent == choose(need, everybody, POLICY).agent
