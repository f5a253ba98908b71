"""Following the feed: one reader a process, one bounded queue a listener.

The events are rows in the database, numbered in the order of their commits; a hint from Redis (or
a cheap look at the database) only says "there is something new", so a lost hint costs at most a
poll, never an event. A listener who falls behind is told to load the desk again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from redis import Redis
from redis import asyncio as redis_asyncio
from redis.exceptions import RedisError

from triage.errors import StoreUnavailable
from triage.store import desk, events
from triage.store.database import Database
from triage.store.events import EventKind

CHANNEL = "triage.feed"
QUEUE_SIZE = 500  # changes a listener may be behind
MOST_AT_ONCE = 500  # events read in one query
CATCH_UP = 1000  # events replayed to who reconnects; beyond, loading the desk is cheaper
LOOK_EVERY = 0.02  # s between looks at SQLite's change counter, about 5 µs each
POLL_EVERY = 0.25  # s between queries where there is no hint
HINT_TIMEOUT = 1.0  # s after which one looks without a hint
STILL_EVERY = 20.0  # s between two times that listeners hear that time goes by

log = structlog.get_logger()


class Hints(Protocol):
    """Says when it is worth to look for new events."""

    async def wait(self) -> None:
        """Return when there may be something new, at the latest after HINT_TIMEOUT."""


class SqliteHints:
    """Looks at `PRAGMA data_version`, which changes with any other connection's commit."""

    def __init__(self, database: Database) -> None:
        self._connection = database.engine.raw_connection()
        self._seen = self._version()

    async def wait(self) -> None:
        for _ in range(int(HINT_TIMEOUT / LOOK_EVERY)):
            if (version := self._version()) != self._seen:
                self._seen = version
                return
            await asyncio.sleep(LOOK_EVERY)

    def _version(self) -> int:
        row = self._connection.cursor().execute("PRAGMA data_version").fetchone()
        return int(row[0])


class PolledHints:
    """Knows nothing: look again soon (PostgreSQL without Redis)."""

    async def wait(self) -> None:
        await asyncio.sleep(POLL_EVERY)


class RedisHints:
    """Listens to what `announcer` publishes."""

    def __init__(self, url: str) -> None:
        redis = redis_asyncio.Redis.from_url(
            url, socket_timeout=2 * HINT_TIMEOUT, socket_connect_timeout=HINT_TIMEOUT
        )
        self._pubsub = redis.pubsub()

    async def wait(self) -> None:
        try:
            if not self._pubsub.subscribed:
                await self._pubsub.subscribe(CHANNEL)
            await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=HINT_TIMEOUT)
        except (RedisError, OSError):
            await asyncio.sleep(POLL_EVERY)


def hints_for(database: Database, redis_url: str) -> Hints:
    """Return the quickest hints that this deployment has."""
    if database.is_sqlite:
        return SqliteHints(database)
    return RedisHints(redis_url) if redis_url else PolledHints()


def announcer(redis_url: str) -> Callable[[], None]:
    """Return what a worker calls after a commit that appended events; it never raises."""
    if not redis_url:
        return lambda: None
    redis = Redis.from_url(redis_url, socket_timeout=HINT_TIMEOUT, socket_connect_timeout=1)

    def announce() -> None:
        try:
            redis.publish(CHANNEL, "")
        except (RedisError, OSError) as error:
            log.info("feed_hint_lost", error=type(error).__name__)

    return announce


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
        """Read for ever; sleeps while nobody listens. Cancel it to stop."""
        while True:
            await self._wanted.wait()
            await self._hints.wait()
            self._tell_time()
            try:
                await self._read()
            except StoreUnavailable:
                log.warning("feed_waits_for_database")
                await asyncio.sleep(POLL_EVERY)

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
        while new := await asyncio.to_thread(self._after, self._seq, MOST_AT_ONCE):
            self._seq = new[-1].seq
            for queue in self._listeners:
                _hand_over(queue, new)

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
