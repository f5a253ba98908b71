"""The queue: who gets which message, for how long, and who may settle it."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING

import pytest

from triage.broker.lease_table import MAX_BODY, SECOND, Lease, LeaseTable, MessageTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clock:
    """Nanoseconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(tmp_path: Path, clock: Clock) -> Iterator[LeaseTable]:
    table = LeaseTable(tmp_path / "broker.db", lease=60, clock=clock)
    yield table
    table.close()


def bodies(table: LeaseTable, queue: str = "live") -> list[str]:
    found = []
    while claim := table.claim(queue):
        found.append(claim.body)
    return found


def test_messages_come_oldest_first(table: LeaseTable):
    for body in "abc":
        table.put("live", body)
    assert bodies(table) == ["a", "b", "c"]


def test_a_higher_priority_comes_first(table: LeaseTable):
    table.put("live", "low", priority=0)
    table.put("live", "high", priority=9)
    assert bodies(table) == ["high", "low"]


def test_a_queue_gives_only_its_own_messages(table: LeaseTable):
    table.put("bulk", "b")
    assert table.claim("live") is None
    assert bodies(table, "bulk") == ["b"]


def test_a_leased_message_is_not_given_again_until_the_lease_runs_out(
    table: LeaseTable, clock: Clock
):
    table.put("live", "a")
    first = table.claim("live")
    clock.tick(59.9)
    assert table.claim("live") is None
    clock.tick(0.1)
    second = table.claim("live")
    assert first
    assert second
    assert (first.deliveries, second.deliveries) == (1, 2)


def test_an_acknowledged_message_is_gone(table: LeaseTable, clock: Clock):
    table.put("live", "a")
    claim = table.claim("live")
    assert claim
    assert table.ack(claim.lease)
    clock.tick(3600)
    assert table.claim("live") is None


def test_a_message_given_back_keeps_its_place(table: LeaseTable):
    table.put("live", "a")
    table.put("live", "b")
    claim = table.claim("live")
    assert claim
    assert table.release(claim.lease)
    assert bodies(table) == ["a", "b"]


@pytest.mark.parametrize("settle", ["ack", "release"])
def test_who_lost_the_lease_can_settle_nothing(table: LeaseTable, clock: Clock, settle: str):
    table.put("live", "a")
    stale = table.claim("live")
    clock.tick(61)
    current = table.claim("live")
    assert stale
    assert current
    assert not getattr(table, settle)(stale.lease)
    assert table.claim("live") is None
    assert table.ack(current.lease)


def test_a_lease_of_a_file_made_anew_settles_nothing_in_it(table: LeaseTable, tmp_path: Path):
    table.put("live", "old")
    stale = table.claim("live")
    for file in tmp_path.glob("broker.db*"):
        file.unlink()
    table.put("live", "new")
    assert stale
    assert not table.ack(stale.lease)
    assert bodies(table) == ["new"]


def test_count_and_purge_see_free_messages_only(table: LeaseTable):
    for body in "abc":
        table.put("live", body)
    table.put("bulk", "other")
    claim = table.claim("live")
    assert (table.count("live"), table.purge("live"), table.count("live")) == (2, 2, 0)
    assert table.count("bulk") == 1
    assert claim
    assert table.ack(claim.lease)


def test_settling_what_never_was_is_no_error(table: LeaseTable):
    assert not table.ack(Lease(7, 7))
    assert not table.release(Lease(7, 7))


def test_a_message_that_carries_contents_is_refused(table: LeaseTable):
    table.put("live", "ä" * (MAX_BODY // 2))
    with pytest.raises(MessageTooLarge, match=r"65538 bytes .* send ids, not contents"):
        table.put("live", "ä" * (MAX_BODY // 2 + 1))
    assert table.count("live") == 1


def test_the_version_changes_when_another_connection_wrote(table: LeaseTable, tmp_path: Path):
    before = table.version()
    assert table.version() == before
    other = LeaseTable(tmp_path / "broker.db")
    other.put("live", "a")
    other.close()
    assert table.version() != before


def drain(path: Path, threads: int, found: multiprocessing.SimpleQueue[list[str]]) -> None:
    """Claim with several threads on one table until nothing is free."""
    table, mine = LeaseTable(path), list[str]()
    workers = [threading.Thread(target=lambda: mine.extend(bodies(table))) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    table.close()
    found.put(mine)


def test_many_claimants_never_get_one_message_twice(tmp_path: Path):
    path = tmp_path / "broker.db"
    table, names = LeaseTable(path), [str(n) for n in range(600)]
    for name in names:
        table.put("live", name)
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.SimpleQueue[list[str]] = context.SimpleQueue()
    processes = [context.Process(target=drain, args=(path, 2, found)) for _ in range(3)]
    for process in processes:
        process.start()
    claimed = bodies(table) + [name for _ in processes for name in found.get()]
    for process in processes:
        process.join()
    table.close()
    assert sorted(claimed, key=int) == names
