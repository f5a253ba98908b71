"""What a person says of a message holds, and what the model read of it is kept as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.builders import POLICY, a_scoring
from tests.fakes import FakeModel
from tests.integration.test_decide import World
from tests.integration.test_people import hire, holder, person
from triage import correct
from triage.correct import Labels
from triage.domain.agent import Agent, AgentId
from triage.domain.emotion import Emotion, Scoring, ScoringState
from triage.domain.flag import Flag
from triage.domain.ticket import Author, MessageId, TicketId
from triage.store import agents, corrections, overrides, tables
from triage.store.corrections import What
from triage.store.database import Database


class Finnish(FakeModel):
    """Knows Finnish when it sees it, and cannot read it."""

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        return a_scoring(text, state=ScoringState.UNSUPPORTED_LANGUAGE, language="fi")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def say(world: World, ticket: TicketId, message: int = 1, **labels: Any) -> None:
    said = Labels(**labels)
    correct.correct_labels(
        world.database, person(world, ticket), MessageId(message), said, world.clock()
    )


def was(world: World, ticket: TicketId) -> dict[str, Any]:
    """What the newest correction of each label says that it was before."""
    with world.database.reading() as connection:
        return {it.what: it.was for it in reversed(corrections.of_ticket(connection, ticket))}


def test_what_the_model_read_is_kept_whatever_people_said_of_it(world):
    ticket = world.accept("m1", "full of anger")
    say(world, ticket, level=0, no_emotion=True)
    world.decide(ticket)
    assert (world.row(ticket).level, world.row(ticket).decision["shown"]) == (0, [])
    with world.database.reading() as connection:
        stored = connection.execute(select(tables.scoring.c.result)).scalar_one()
    assert stored["emotions"]["anger"] == 0.9
    assert stored["shown"] == ["anger"]


def test_what_the_model_could_not_read_counts_as_a_person_read_it(world):
    hire(world, "Ann", languages=["fi"])
    world.parts = replace(world.parts, model=Finnish())
    ticket = world.accept("m1", "tämä on kolmas kerta")
    world.decide(ticket)
    assert "unsupported language" in world.row(ticket).decision["reasons"][0]["text"]
    say(world, ticket, level=4)
    world.decide(ticket)
    assert (world.row(ticket).lane, world.row(ticket).level) == ("charged", 4)
    assert holder(world, ticket) == "Ann"


def test_a_source_that_waits_for_more_than_a_first_message_does_not_overrule_a_person(world):
    with world.database.writing() as connection:
        connection.execute(update(tables.source).values(opening_raises=False))
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    assert world.row(ticket).lane == "standard"
    say(world, ticket, level=4)
    world.decide(ticket)
    assert world.row(ticket).lane == "charged"


def in_force(world: World, ticket: TicketId, message: int) -> dict[What, Any] | None:
    with world.database.reading() as connection:
        return overrides.labels_in_force(connection, world.ticket(ticket), MessageId(message))


def test_only_what_a_customer_wrote_in_the_ticket_has_labels(world):
    ticket = world.accept("m1", "full of anger", ticket="T1")
    world.accept("a1", "on it", ticket="T1", author=Author.AGENT)
    other = world.accept("m2", "hello", ticket="T2")
    world.decide(ticket, other)
    labels = {What.LEVEL: 4, What.EMOTION: "anger", What.FLAGS: []}
    assert [in_force(world, ticket, number) for number in (1, 2, 3)] == [labels, None, None]
    assert in_force(world, other, 1) is None


def test_how_a_whole_thread_reads_is_no_label_of_one_message(world):
    ticket = world.accept("m1", "full of anger, I will go to my lawyer")
    world.accept("m2", "hello", at=world.clock.forward(minutes=1))
    world.decide(ticket)
    assert in_force(world, ticket, 1) == {
        What.LEVEL: None,
        What.EMOTION: None,
        What.FLAGS: ["legal"],
    }
    assert in_force(world, ticket, 2) == {What.LEVEL: None, What.EMOTION: None, What.FLAGS: []}
    say(world, ticket, 2, level=1, flags=[Flag.CHURN])
    assert in_force(world, ticket, 2)[What.LEVEL] == 1
    assert in_force(world, ticket, 2)[What.FLAGS] == ["churn"]


def test_that_nothing_is_felt_holds_until_a_person_says_otherwise(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    say(world, ticket, no_emotion=True)
    assert was(world, ticket) == {"emotion": "anger"}
    say(world, ticket, emotion=Emotion.WORRY)
    assert was(world, ticket) == {"emotion": None}


def agent_1(world: World) -> Agent:
    with world.database.reading() as connection:
        return agents.all_agents(connection, POLICY, world.clock())[0]


def give(world: World, ticket: TicketId, agent: int | None) -> None:
    given = AgentId(agent) if agent else None
    correct.give(world.database, person(world, ticket), given, POLICY, world.clock())


def test_a_heavy_ticket_that_a_person_gave_counts_among_those_in_a_row(world):
    heavy, light = (world.accept(it, it, ticket=it) for it in ("full of anger", "hello"))
    world.decide(heavy, light)
    hire(world, "Ann")
    now = world.clock.forward(minutes=1)
    give(world, heavy, 1)
    assert (agent_1(world).heavy_run, agent_1(world).assigned_at) == (1, now)
    world.clock.forward(minutes=1)
    give(world, heavy, 1)  # who has it already is given nothing
    world.decide(heavy)
    assert (agent_1(world).heavy_run, agent_1(world).assigned_at) == (1, now)
    give(world, light, 1)
    assert agent_1(world).heavy_run == 0
