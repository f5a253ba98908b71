"""Following the feed: one reader a process, one bounded queue a listener.

The events are rows in the database, numbered in the order of their commits; a hint only says that
there is something new (`triage.hints`). A listener who falls behind is told to load the desk again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from triage.errors import StoreUnavailable
from triage.hints import Hints
from triage.store import desk, events
from triage.store.database import Database
from triage.store.events import EventKind

QUEUE_SIZE = 500  # changes a listener may be behind
MOST_AT_ONCE = 500  # events read in one query
CATCH_UP = 1000  # events replayed to who reconnects; beyond, loading the desk is cheaper
REST = 0.25  # s where the database is away
STILL_EVERY = 20.0  # s between two times that listeners hear that time goes by

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """An event with its ticket's row on the desk, read once for all listeners."""

    seq: int
    kind: EventKind
    row: Any


@dataclass(frozen=True, slots=True, eq=False)
class Resync:
    """Too much was missed: load the desk again; `seq` is the newest event then."""

    seq: int


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """Time goes by: nothing to send, but whoever listens may ask whether they still may."""


News = Change | Resync
Heard = News | Still


class Follower:
    """Reads new events once a process and hands them to every listener."""

    def __init__(self, database: Database, hints: Hints, still_every: float = STILL_EVERY) -> None:
        self._database = database
        self._hints = hints
        self._still_every = still_every
        self._told_at = time.monotonic()
        self._listeners: set[asyncio.Queue[Heard | None]] = set()
        self._wanted = asyncio.Event()
        self._seq = 0

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def run(self) -> None:
        """Read for ever; sleeps while nobody listens. Cancel it to stop: its hints close then."""
        async with aclosing(self._hints):
            while True:
                await self._wanted.wait()
                await self._hints.wait()
                self._tell_time()
                await self._read()

    def _tell_time(self) -> None:
        """Let listeners hear that time goes by: one clock a process, not one a listener."""
        if time.monotonic() - self._told_at >= self._still_every:
            self._told_at = time.monotonic()
            for queue in self._listeners:
                if queue.empty():  # else there is something to send, before which they ask
                    queue.put_nowait(Still())

    def stop(self) -> None:
        """End every listener's stream."""
        for queue in self._listeners:
            _replace(queue, None)

    async def changes(self, since: int | None) -> AsyncGenerator[Heard, None]:
        """Yield every change after `since` (None: from now on), each once and in order."""
        async with self._listening() as queue:
            newest = await asyncio.to_thread(self._latest)
            for missed in await asyncio.to_thread(self._missed, since, newest):
                yield missed
            while (news := await queue.get()) is not None:
                if isinstance(news, Still):
                    yield news
                elif news.seq > newest or isinstance(news, Resync):
                    newest = news.seq
                    yield news

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncio.Queue[Heard | None]]:
        queue: asyncio.Queue[Heard | None] = asyncio.Queue(QUEUE_SIZE)
        latest = await asyncio.to_thread(self._latest)
        if not self._listeners:  # looked at after the wait: two may begin at once
            self._seq = latest
        self._listeners.add(queue)
        self._wanted.set()
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
            if not self._listeners:
                self._wanted.clear()

    async def _read(self) -> None:
        try:
            while new := await asyncio.to_thread(self._after, self._seq, MOST_AT_ONCE):
                self._seq = new[-1].seq
                for queue in self._listeners:
                    _hand_over(queue, new)
        except StoreUnavailable:
            log.warning("feed_waits_for_database")
            await asyncio.sleep(REST)

    def _after(self, seq: int, limit: int) -> list[Change]:
        with self._database.reading() as connection:
            found = events.after(connection, seq, limit)
            rows = {row.id: row for row in desk.rows_of(connection, {e.ticket_id for e in found})}
        there = (event for event in found if event.ticket_id in rows)  # erased between the queries
        return [Change(event.seq, event.kind, rows[event.ticket_id]) for event in there]

    def _latest(self) -> int:
        with self._database.reading() as connection:
            return events.latest(connection)

    def _missed(self, since: int | None, newest: int) -> Sequence[News]:
        if since is None or since == newest:
            return []
        if not newest - CATCH_UP <= since <= newest:
            return [Resync(newest)]
        return [change for change in self._after(since, CATCH_UP) if change.seq <= newest]


def _hand_over(queue: asyncio.Queue[Heard | None], new: Sequence[Change]) -> None:
    if queue.qsize() + len(new) > QUEUE_SIZE:
        _replace(queue, Resync(new[-1].seq))
        return
    for change in new:
        queue.put_nowait(change)


def _replace(queue: asyncio.Queue[Heard | None], last: Resync | None) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(last)
