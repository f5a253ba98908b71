"""Who could take a ticket, by what the database says of ticket and team."""

from __future__ import annotations

import pytest

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.integration.test_people import hire
from triage.domain.agent import AgentId
from triage.domain.routing import Hindrance
from triage.errors import UnknownTicket
from triage.find_able import find_able
from triage.store import agents


@pytest.fixture
def world(database):
    return World(database)


def test_ticket_and_team_say_who_could_take_it(world):
    hire(world, "Ann", "Ben", "Cal", "Dan")
    hire(world, "Eve", experience=1, skills=[], languages=["de"])
    ticket = world.accept("m1", "I want to kill myself")
    world.decide(ticket)
    with world.database.writing() as connection:
        agents.set_opted_out(connection, AgentId(2), opted_out=True)
        agents.set_present(connection, AgentId(3), present=False)
    found = find_able(world.database, ticket, POLICY, NOON)
    able = [(it.agent.name, it.holds) for it in found.able]
    assert sorted(able) == [("Ann", True), ("Dan", False)]
    others = [(it.agent.name, it.here, it.hindered_by) for it in found.others]
    assert others == [
        ("Ben", True, (Hindrance.OPTED_OUT,)),
        ("Eve", True, (Hindrance.EXPERIENCE, Hindrance.SKILL, Hindrance.LANGUAGE)),
        ("Cal", False, ()),
    ]


def test_a_ticket_that_is_not_there_is_said(world):
    with pytest.raises(UnknownTicket, match="there is no ticket 9"):
        find_able(world.database, 9, POLICY, NOON)
