"""Hints that there are new events, so that nobody asks the database for nothing.

A hint from Redis, or a cheap look at SQLite, only says "there is something new": a lost one costs
at most a poll, never an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from triage.store.database import Database

LOOK_EVERY = 0.02  # s between looks at SQLite's change counter, about 5 µs each
POLL_EVERY = 0.25  # s between queries where there is no hint
HINT_TIMEOUT = 1.0  # s after which one looks without a hint


class Hints(Protocol):
    """Says when it is worth to look for new events."""

    async def wait(self) -> None:
        """Return when there may be something new, at the latest after HINT_TIMEOUT."""

    async def aclose(self) -> None:
        """Give back what it holds; nobody waits any more."""


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

    async def aclose(self) -> None:
        self._connection.close()

    def _version(self) -> int:
        row = self._connection.cursor().execute("PRAGMA data_version").fetchone()
        return int(row[0])


class PolledHints:
    """Knows nothing: look again soon (PostgreSQL without Redis)."""

    async def wait(self) -> None:
        await asyncio.sleep(POLL_EVERY)

    async def aclose(self) -> None:
        """Nothing is held."""


def hints_for(database: Database, redis_url: str) -> Hints:
    """Return the quickest hints that this deployment has."""
    if database.is_sqlite:
        return SqliteHints(database)
    if not redis_url:
        return PolledHints()
    from triage.redis_hints import RedisHints  # noqa: PLC0415 - a small desk has no Redis

    return RedisHints(redis_url)


def announcer(redis_url: str) -> Callable[[], None]:
    """Return what a worker calls after a commit that appended events; it never raises."""
    if not redis_url:
        return lambda: None
    from triage.redis_hints import announcer_by  # noqa: PLC0415

    return announcer_by(redis_url)
