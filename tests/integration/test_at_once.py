"""Sixteen at once on PostgreSQL: nobody gets more than they can hold, nobody stands in the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import POLICY
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from tests.integration.test_people import hire, person
from triage import assign, correct, decide
from triage.domain.agent import AgentId
from triage.domain.ticket import Author, Status
from triage.store import agents, intake, tables
from triage.store.database import Database

SIXTEEN = 16

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def at_once(work: Callable[[int], None]) -> None:
    """Let sixteen threads, by number, begin together; raise what one of them did."""
    together = Barrier(SIXTEEN)

    def one(number: int) -> None:
        together.wait()
        work(number)

    with ThreadPoolExecutor(SIXTEEN) as pool:
        for done in [pool.submit(one, number) for number in range(SIXTEEN)]:
            done.result()


def test_sixteen_workers_at_once_give_nobody_more_than_they_can_hold(world):
    hire(world, "Ann", "Ben", "Cal", capacity=4)
    ids = [world.accept(f"m{n}", "hello", ticket=f"T{n}") for n in range(48)]

    def work(number: int) -> None:
        for one in ids[number::SIXTEEN]:
            decide.decide_tickets([one], world.parts)
            assign.assign_waiting(world.database, POLICY, world.clock())

    at_once(work)
    with world.database.reading() as connection:
        given = connection.execute(select(tables.assignment.c.ticket_id)).scalars().all()
    assert loads(world) == [4, 4, 4]
    assert len(given) == len(set(given)) == 12


class Busy:
    """A desk where, all at once, customers ask, and tickets are decided, given, handed on, answered
    and closed; a third of them is never answered.
    """

    def __init__(self, world: World) -> None:
        self.world, self.keys = world, itertools.count()
        hire(world, "Ann", "Ben", "Cal", "Dan", "Eve", "Fay", capacity=4)
        texts = ("full of anger", "full of anger", "hello")
        self.ids = [world.accept(f"m{n}", texts[n % 3], ticket=f"T{n}") for n in range(48)]
        self.answered, self.waiting = range(32), range(32, 48)
        self.ask(0)
        world.clock.forward(hours=9)  # all is late by now

    def work(self, number: int) -> None:
        steps = (self.decide, self.ask, self.assign, self.answer, self.hand_on, self.close)
        begin = number % len(steps)
        for step in (*steps[begin:], *steps[:begin]) * 2:
            step(number)
        assert max(loads(self.world)) <= 4

    def decide(self, number: int) -> int:
        return decide.decide_tickets(self.ids[number % 2 :: 2], self.world.parts)

    def assign(self, _number: int = 0) -> int:
        return assign.assign_waiting(self.world.database, POLICY, self.world.clock())

    def hand_on(self, number: int) -> None:
        with self.world.database.writing() as connection:
            agents.set_present(connection, AgentId(1), present=number % 2 > 0)
        assign.hand_on(self.world.database, POLICY, self.world.clock())

    def ask(self, number: int) -> None:
        self._deliver(self.waiting[number % 2 :: 2], "any news?")

    def answer(self, number: int) -> None:
        self._deliver(self.answered[number::7], "done", author=Author.AGENT)

    def close(self, number: int) -> None:
        self._deliver(self.answered[number::7], None, status=Status.CLOSED)

    def _deliver(self, tickets: Sequence[int], text: str | None, **values: Any) -> None:
        """Store deliveries together, as the web process does."""
        world, names = self.world, [f"T{n}" for n in reversed(tickets)]
        with world.database.writing() as connection:
            intake.lock_tickets(connection, [(world.source_id, it) for it in names])
            for it in names:
                one = event(str(next(self.keys)), text, ticket=it, at=world.clock(), **values)
                intake.store_event(connection, world.source_id, one, POLICY, world.clock())


def test_sixteen_at_once_on_a_busy_desk_stand_in_nobodys_way(world):
    busy = Busy(world)
    at_once(busy.work)
    for half in range(2):
        busy.decide(half)
    busy.assign()
    assert 0 < max(loads(world)) <= 4
    assert busy.assign() == 0
    with world.database.reading() as connection:
        rows = connection.execute(select(tables.ticket)).all()
        given = connection.execute(select(tables.assignment).order_by(tables.assignment.c.id))
        last = {it.ticket_id: it.agent_id for it in given}
    waiting = [it for it in rows if it.status == Status.WAITING]
    assert sorted(it.id for it in waiting) == busy.ids[32:]
    assert {it.state for it in waiting} == {"done"}
    assert all(it.assignee_id in {None, last.get(it.id)} for it in rows)


def loads(world: World) -> list[int]:
    with world.database.reading() as connection:
        return [it.load for it in agents.all_agents(connection, POLICY, world.clock())]


def test_of_heavy_tickets_that_people_give_at_once_each_counts(world):
    ids = [world.accept(f"m{n}", "full of anger", ticket=f"T{n}") for n in range(SIXTEEN)]
    world.decide(*ids)
    hire(world, "Ann")

    def work(number: int) -> None:
        mine = person(world, ids[number])
        correct.give(world.database, mine, AgentId(1), POLICY, world.clock())

    at_once(work)
    with world.database.reading() as connection:
        (ann,) = agents.all_agents(connection, POLICY, world.clock())
    assert ann.heavy_run == SIXTEEN
