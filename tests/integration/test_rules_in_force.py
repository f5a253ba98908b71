"""A policy that changes while the service runs: each decision has one, what is decided stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.unit.test_rules import Seconds, write
from triage import decide
from triage.domain.policy import Lane
from triage.rules import LOOK_EVERY, Rules
from triage.store.database import Database
from workers.lifecycle import Process


def policy(version: str, minutes: int) -> str:
    rows = "".join(f"  {lane}: [{minutes}, {minutes}, {minutes}, 2, 2]\n" for lane in Lane)
    return f"version: {version}\ntargets:\n{rows}"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_what_waits_keeps_its_decision_until_it_is_next_decided(world, tmp_path: Path):
    file, clock = write(tmp_path / "policy.yaml", policy("one", 50)), Seconds()
    process = Process(world.parts, Rules(file, clock=clock))
    waits = world.accept("m1", "hello", ticket="T-1")
    before = process.parts()
    assert decide.decide_tickets([waits], before) == 1
    write(file, policy("two", 70))
    clock.now += LOOK_EVERY
    after = process.parts()
    comes = world.accept("m2", "hello", ticket="T-2")
    decide.decide_waiting(after, until=world.clock() + timedelta(seconds=1))
    assert due(world, waits) == NOON + timedelta(minutes=50)
    assert due(world, comes) == NOON + timedelta(minutes=70)
    assert world.accept("m3", "hello again", ticket="T-1") == waits
    assert decide.decide_tickets([waits], after) == 1
    assert due(world, waits) == NOON + timedelta(minutes=70)


def test_a_task_decides_by_the_rules_it_began_with(world, tmp_path: Path):
    file, clock = write(tmp_path / "policy.yaml", policy("one", 50)), Seconds()
    process = Process(world.parts, Rules(file, clock=clock))
    began = process.parts()
    write(file, policy("two", 70))
    clock.now += LOOK_EVERY
    assert process.parts().versions.policy.startswith("two+")
    ticket = world.accept("m1", "hello")
    decide.decide_tickets([ticket], began)
    assert due(world, ticket) == NOON + timedelta(minutes=50)
    assert began.last_claim() == process.parts().last_claim()  # what threads share stays shared
    assert began.retrying is process.parts().retrying


def due(world: World, ticket):
    return world.row(ticket).respond_by
