"""Giving, against real databases: past what nobody can take, counted where it changed hands, to
who knows the customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as sql

from tests.builders import POLICY
from tests.integration.test_decide import World
from tests.integration.test_people import MORNING, answer, hire, holder, person
from triage import assign, correct
from triage.domain.agent import AgentId
from triage.domain.ticket import TicketId
from triage.store import agents
from triage.store.database import Database


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def decided(world: World, text: str, number: int, **values: Any) -> TicketId:
    ticket = world.accept(f"m{number}", text, ticket=f"T{number}", at=world.clock(), **values)
    world.decide(ticket)
    return ticket


def assign_waiting(world: World) -> int:
    return assign.assign_waiting(world.database, POLICY, world.clock())


# What waits


@pytest.mark.parametrize("at_once", [2, 5, 7])
def test_a_round_goes_past_what_nobody_there_can_take(world, monkeypatch, at_once):
    monkeypatch.setattr(assign, "MOST_AT_ONCE", at_once)
    for number in range(5):
        decided(world, "full of anger", number)
    calm = [decided(world, "hello", number) for number in (5, 6)]
    hire(world, "New", experience=1, capacity=5)
    assert assign_waiting(world) == 2
    assert {holder(world, ticket) for ticket in calm} == {"New"}
    assert assign_waiting(world) == 0


def test_a_round_ends_with_the_room_that_there_is_earliest_first(world, monkeypatch):
    monkeypatch.setattr(assign, "MOST_AT_ONCE", 2)
    ids = [decided(world, "hello", number) for number in range(6)]
    hire(world, "Ann", capacity=3)
    assert assign_waiting(world) == 3
    assert [holder(world, ticket) for ticket in ids] == ["Ann"] * 3 + [None] * 3


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement.upper())

    sql.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sql.remove(database.engine, "before_cursor_execute", note)


def test_where_nobody_has_room_nothing_is_locked_or_written(world):
    hire(world, "Ann", capacity=1)
    hire(world, "Gone", capacity=9)
    with world.database.writing() as connection:
        agents.set_present(connection, AgentId(2), present=False)
    for number in range(2):
        decided(world, "hello", number)
    with statements(world.database) as seen:
        assert assign_waiting(world) == 0
    assert seen
    assert not [it for it in seen if "UPDATE" in it or "IMMEDIATE" in it]


# From hand to hand


def decline(world: World, ticket: TicketId) -> None:
    agent = AgentId(world.ticket(ticket).assignee_id)
    correct.decline(world.database, person(world, ticket), agent, world.clock())


def give(world: World, ticket: TicketId, agent: int) -> None:
    correct.give(world.database, person(world, ticket), AgentId(agent), POLICY, world.clock())


def test_what_one_declined_and_another_got_changed_hands_once(world):
    hire(world, "Ann", "Ben")
    ticket = decided(world, "hello", 1)
    decline(world, ticket)
    assert world.ticket(ticket).hand_overs == 0  # nobody has it yet
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"
    assert world.ticket(ticket).hand_overs == 1


def test_what_a_person_gave_to_another_changed_hands_once_whoever_held_it_in_between(world):
    hire(world, "Ann", "Ben")
    held, declined = (decided(world, "hello", number) for number in (1, 2))
    assert (holder(world, held), holder(world, declined)) == ("Ann", "Ben")
    decline(world, declined)
    for ticket, other in ((held, 2), (declined, 1)):
        give(world, ticket, other)
        world.decide(ticket)
        give(world, ticket, other)
        assert world.ticket(ticket).hand_overs == 1


def test_what_its_holder_gets_again_the_next_day_never_changed_hands(world):
    hire(world, "Ann", shift=MORNING)
    ticket = decided(world, "full of anger", 1)
    hire(world, "New", experience=1)
    world.clock.forward(hours=1)
    assert assign.hand_on(world.database, POLICY, world.clock()) == 1
    assert assign_waiting(world) == 0
    assert holder(world, ticket) is None
    world.clock.forward(hours=20)
    assert assign_waiting(world) == 1
    assert holder(world, ticket) == "Ann"
    assert world.ticket(ticket).hand_overs == 0


# Who knows the customer


def known_to(world: World, customer: str) -> str | None:
    """Have a first ticket of the customer answered, and return by whom."""
    first = decided(world, "hello", 0, customer_id=customer)
    who = holder(world, first)
    answer(world, "T0")
    return who


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("hello", 0, "Ann"),
        ("hello", 2, "Ann"),  # Ben holds nothing
        ("full of anger", 2, "Ann"),
        ("hello", 3, "Ben"),  # Ann has no room
    ],
)
def test_who_knows_the_customer_gets_the_next_ticket_while_they_have_room(
    world, text, others, expected
):
    hire(world, "Ann", "Ben")
    assert known_to(world, "c1") == "Ann"
    for number in range(1, others + 1):
        give(world, decided(world, "hello", number), 1)
    assert holder(world, decided(world, text, 9, customer_id="c1")) == expected


def test_who_knows_the_customer_rests_all_the_same(world):
    hire(world, "Ann", "Ben")
    hard = decided(world, "full of anger", 0, customer_id="c1")
    assert holder(world, hard) == "Ann"
    answer(world, "T0")
    assert holder(world, decided(world, "full of anger", 1, customer_id="c1")) == "Ben"
    assert holder(world, decided(world, "hello", 2, customer_id="c1")) == "Ann"
