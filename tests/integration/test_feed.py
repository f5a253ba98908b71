"""The feed against real databases: every change once and in order, or an honest "load again"."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from threading import Event
from typing import Any

import pytest

from tests.fakes import NOON
from tests.integration.test_decide import World
from triage import feed
from triage.domain.ticket import TicketId
from triage.errors import StoreUnavailable
from triage.feed import CATCH_UP, QUEUE_SIZE, Change, Follower, News, Resync
from triage.hints import PolledHints, hints_for
from triage.store import events
from triage.store.database import Database
from triage.store.events import EventKind

PATIENCE = 20.0  # s


class Desk:
    """A database with one ticket whose changes are followed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ticket = World(database).accept("m1", "hello")

    def change(self, times: int = 1, kind: EventKind = EventKind.DECIDED) -> None:
        with self.database.writing() as connection:
            events.append(connection, kind, [self.ticket] * times, NOON)

    @property
    def latest(self) -> int:
        with self.database.reading() as connection:
            return events.latest(connection)

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[Follower]:
        follower = Follower(self.database, hints_for(self.database, ""))
        reader = asyncio.create_task(follower.run())
        yield follower
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def eventually(scene: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(PATIENCE):
            return await scene()

    return asyncio.run(bounded())


async def listen(follower: Follower, since: int | None, until: int) -> list[News]:
    """Return what a listener hears up to the change of that number."""
    heard: list[News] = []
    changes = follower.changes(since)
    async for news in changes:
        heard.append(news)
        if news.seq >= until:
            break
    await changes.aclose()  # type: ignore[attr-defined]
    return heard


async def have(follower: Follower, listeners: int) -> None:
    while follower.listeners != listeners:
        await asyncio.sleep(0.01)


def numbers(heard: list[News]) -> list[int]:
    assert all(isinstance(news, Change) for news in heard)
    return [news.seq for news in heard]


def test_every_change_comes_once_and_in_order_while_many_append_at_once(desk):
    writers, each = 4, 30

    async def scene() -> list[list[News]]:
        async with desk.followed() as follower:
            start = desk.latest
            end = start + writers * each
            listening = [asyncio.create_task(listen(follower, start, end)) for _ in range(3)]
            await have(follower, 3)
            with ThreadPoolExecutor(writers) as pool:
                work = [pool.submit(desk.change) for _ in range(writers * each)]
                await asyncio.gather(*map(asyncio.wrap_future, work))
            return await asyncio.gather(*listening)

    for heard in eventually(scene):
        assert numbers(heard) == sorted(set(numbers(heard)))
        assert len(heard) == writers * each
        assert {news.row.id for news in heard} == {desk.ticket}


def test_no_number_becomes_visible_before_a_smaller_one(desk):
    """That makes it safe to remember the highest: the order of numbers is that of commits."""
    done, seen = Event(), []

    def watch() -> None:
        last = desk.latest
        while not done.is_set():
            with desk.database.reading() as connection:
                new = [one.seq for one in events.after(connection, last, 1000)]
            seen.extend(new)
            last = new[-1] if new else last

    start = desk.latest
    with ThreadPoolExecutor(5) as pool:
        watching = pool.submit(watch)
        for appended in [pool.submit(desk.change, 3) for _ in range(40)]:
            appended.result()
        done.set()
        watching.result()
    with desk.database.reading() as connection:
        rest = [one.seq for one in events.after(connection, (seen or [start])[-1], 1000)]
    with desk.database.reading() as connection:
        everything = [one.seq for one in events.after(connection, start, 1000)]
    assert [*seen, *rest] == everything


def test_who_comes_back_gets_what_was_missed_and_then_what_is_new(desk):
    async def scene() -> list[News]:
        async with desk.followed() as follower:
            left = desk.latest
            desk.change(5)
            coming_back = asyncio.create_task(listen(follower, left, left + 7))
            await have(follower, 1)
            desk.change(2)
            return await coming_back

    heard = eventually(scene)
    assert numbers(heard) == list(range(heard[0].seq, heard[0].seq + 7))


def test_who_names_no_number_hears_only_what_is_new(desk):
    async def scene() -> list[News]:
        async with desk.followed() as follower:
            desk.change(5)
            new = desk.latest + 1
            listening = asyncio.create_task(listen(follower, None, new))
            await have(follower, 1)
            await asyncio.sleep(0.1)  # until it has asked for the newest number
            desk.change()
            return await listening

    assert len(eventually(scene)) == 1


@pytest.mark.parametrize("missed", [CATCH_UP, CATCH_UP + 1])
def test_who_missed_too_much_is_told_to_load_again(desk, missed):
    async def scene() -> list[News]:
        async with desk.followed() as follower:
            left = desk.latest
            desk.change(missed)
            return await listen(follower, left, left + missed)

    heard = eventually(scene)
    if missed == CATCH_UP:
        assert len(numbers(heard)) == missed
    else:
        assert [(type(news), news.seq) for news in heard] == [(Resync, desk.latest)]


def test_who_comes_from_the_future_is_told_to_load_again(desk):
    """A browser's number may be greater than ours after a backup was restored."""

    async def scene() -> list[News]:
        async with desk.followed() as follower:
            return await listen(follower, desk.latest + 100, 0)

    assert [type(news) for news in eventually(scene)] == [Resync]


def test_who_listens_too_slowly_is_told_to_load_again_and_held_in_bounded_memory(desk):
    async def scene() -> tuple[list[int], News, News]:
        async with desk.followed() as follower:
            changes = follower.changes(desk.latest)
            first = asyncio.create_task(anext(changes))
            await have(follower, 1)
            desk.change()
            await first  # and now it is slow
            sizes = []
            for _ in range(3):
                await asyncio.to_thread(desk.change, QUEUE_SIZE // 2 + 1)
                await _read_up_to(follower, desk.latest)
                sizes.extend(queue.qsize() for queue in follower._listeners)
            told = await anext(changes)
            await asyncio.to_thread(desk.change)
            next_ones = [await anext(changes)]
            while next_ones[-1].seq < desk.latest:
                next_ones.append(await anext(changes))
            await changes.aclose()  # type: ignore[attr-defined]
            return sizes, told, next_ones[-1]

    sizes, told, last = eventually(scene)
    assert max(sizes) <= QUEUE_SIZE
    assert isinstance(told, Resync)
    assert isinstance(last, Change)
    assert last.seq == desk.latest


async def _read_up_to(follower: Follower, seq: int) -> None:
    while follower._seq < seq:
        await asyncio.sleep(0.01)


def test_while_nobody_listens_nothing_is_read(desk):
    class Counting(PolledHints):
        asked = 0

        async def wait(self) -> None:
            Counting.asked += 1
            await asyncio.sleep(0.01)

    async def scene() -> tuple[int, int, int]:
        follower = Follower(desk.database, Counting())
        reader = asyncio.create_task(follower.run())
        await asyncio.sleep(0.1)
        before = Counting.asked
        start = desk.latest
        listening = asyncio.create_task(listen(follower, start, start + 1))
        await have(follower, 1)
        desk.change()
        await listening
        await have(follower, 0)
        await asyncio.sleep(0.1)
        during = Counting.asked
        await asyncio.sleep(0.2)
        reader.cancel()
        return before, during, Counting.asked

    before, during, after = eventually(scene)
    assert before == 0
    assert after == during > 0


def test_listeners_hear_that_time_goes_by_where_nothing_is_to_be_told(desk):
    async def scene() -> list[Any]:
        follower = Follower(desk.database, PolledHints(), still_every=0.1)
        reader = asyncio.create_task(follower.run())
        heard = follower.changes(None)
        found = [await anext(heard), await anext(heard)]
        await heard.aclose()
        reader.cancel()
        return found

    assert [type(one) for one in eventually(scene)] == [feed.Still, feed.Still]


def test_the_feed_outlives_a_database_that_is_away_for_a_moment(desk, monkeypatch):
    monkeypatch.setattr(feed, "REST", 0.01)

    async def scene() -> list[News]:
        async with desk.followed() as follower:
            start = desk.latest
            listening = asyncio.create_task(listen(follower, start, start + 2))
            await have(follower, 1)
            await asyncio.sleep(0.1)
            follower._after = _failing_first(follower._after)  # type: ignore[method-assign]
            desk.change(2)
            return await listening

    assert len(numbers(eventually(scene))) == 2


def _failing_first(real: Callable[..., Any]) -> Callable[..., Any]:
    failures: Iterator[bool] = iter([True, True])

    def after(*arguments: Any) -> Any:
        if next(failures, False):
            raise StoreUnavailable("away")
        return real(*arguments)

    return after


def test_two_who_begin_at_once_both_hear_everything(desk):
    """The second must not move the reader past what the first has yet to hear."""

    async def scene() -> list[News]:
        async with desk.followed() as follower:
            slow, real = Event(), follower._latest
            question = count(1)

            def latest() -> int:
                if next(question) == 2:  # of the two who begin, one is answered late
                    slow.wait(PATIENCE)
                return real()

            follower._latest = latest  # type: ignore[method-assign]
            start = desk.latest
            first = asyncio.create_task(listen(follower, start, start + 3))
            second = asyncio.create_task(listen(follower, start, start + 3))
            await have(follower, 1)
            await asyncio.sleep(0.05)
            desk.change(3)
            slow.set()
            return [*await first, *await second]

    assert len(numbers(eventually(scene))) == 6


def test_stopping_ends_every_stream(desk):
    async def scene() -> int:
        async with desk.followed() as follower:
            listening = asyncio.create_task(listen(follower, desk.latest, 10**9))
            await have(follower, 1)
            await asyncio.sleep(0.05)
            follower.stop()
            await listening
            return follower.listeners

    assert eventually(scene) == 0


def test_a_change_carries_its_ticket_as_it_stands_now(desk):
    async def scene() -> list[News]:
        async with desk.followed() as follower:
            start = desk.latest
            desk.change(kind=EventKind.WAITING)
            return await listen(follower, start, start + 1)

    (news,) = eventually(scene)
    assert (news.kind, news.row.id, news.row.status) == ("waiting", TicketId(1), "waiting")
