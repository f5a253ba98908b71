"""A helpdesk's backlog is decided, and stands before nothing that comes now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import POLICY
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from triage import decide, sweep
from triage.queue import BULK
from triage.store import intake, work
from triage.store.intake import WAKE_LATE

SECOND = timedelta(seconds=1)
BACKLOG = 300


@pytest.fixture
def world(database: Any) -> World:
    return World(database)


def pulled(world: World, count: int = BACKLOG) -> None:
    with world.database.writing() as connection:
        for number in range(count):
            one = event(f"old{number}", "An old one.", ticket=f"OLD{number}")
            intake.store_event(
                connection, world.source_id, one, POLICY, world.clock(), wake_after=WAKE_LATE
            )


def claimed(world: World) -> list[str]:
    with world.database.writing() as connection:
        claims = work.claim_waiting(connection, 16, world.clock())
    return [world.row(one.ticket_id).external_id for one in claims]


class Queue:
    """Collects what is sent, by queue."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[int]]] = []

    def send_task(self, name: str, args: list[Any], queue: str) -> None:
        self.sent.append((queue, list(args[0])))


def test_what_comes_now_is_claimed_before_a_backlog_of_any_length(world):
    pulled(world)
    world.clock.forward(seconds=60)
    world.accept("new", "A new one.", ticket="NEW")
    assert claimed(world) == ["NEW"]
    assert len(claimed(world)) == work.MOST_LATE


def test_of_a_backlog_few_are_claimed_together_so_that_what_comes_meanwhile_waits_for_few(world):
    pulled(world)
    assert claimed(world) == [f"OLD{number}" for number in range(work.MOST_LATE)]


def test_a_reply_that_comes_now_takes_its_ticket_out_of_the_backlog(world):
    pulled(world)
    world.clock.forward(seconds=5)
    world.accept("reply", "And now?", ticket="OLD250")
    assert claimed(world) == ["OLD250"]


def test_an_old_message_that_is_read_late_does_not_make_a_new_one_wait(world):
    world.accept("new", "A new one.", ticket="NEW")
    with world.database.writing() as connection:
        old = event("old", "An old one.", ticket="NEW", at=world.clock() - 9 * SECOND)
        intake.store_event(
            connection, world.source_id, old, POLICY, world.clock(), wake_after=WAKE_LATE
        )
    with world.database.reading() as connection:
        assert not work.has_late(connection, world.clock())
    assert claimed(world) == ["NEW"]


def test_a_backlog_is_woken_by_the_sweep_on_the_queue_of_what_can_wait(world):
    queue = Queue()
    sweep.wake_late(world.database, queue, world.clock())
    assert queue.sent == []
    pulled(world, 5)
    world.clock.forward(seconds=10)
    assert sweep.resend(world.database, queue, world.clock()) == 0
    sweep.wake_late(world.database, queue, world.clock())
    assert queue.sent == [(BULK, [])]


def test_a_worker_that_is_woken_for_a_backlog_decides_all_of_it(world):
    pulled(world, 21)
    decide.decide_waiting(world.parts, until=world.clock() + SECOND)
    with world.database.reading() as connection:
        assert not work.has_late(connection, world.clock())
        assert work.backlog(connection, world.clock()).due == 0
