"""Hints by a real Redis: they wake whoever follows at once, and harm nobody where they are lost."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import aclosing

from redis import Redis

from tests.servers import RedisServer
from triage.feed import Follower
from triage.hints import HINT_TIMEOUT, announcer
from triage.redis_hints import CHANNEL, RedisHints
from triage.store.database import Database

PATIENCE = 10.0  # s


async def waited(hints: RedisHints) -> float:
    began = time.monotonic()
    await hints.wait()
    return time.monotonic() - began


def test_who_waits_is_woken_by_who_announces(redis_server: RedisServer):
    announce = announcer(redis_server.url)

    async def scene() -> list[float]:
        async with aclosing(RedisHints(redis_server.url)) as hints:
            await hints.wait()  # subscribed
            quiet = await waited(hints)
            asyncio.get_running_loop().call_later(0.1, announce)
            return [quiet, await waited(hints)]

    quiet, woken = asyncio.run(scene())
    assert quiet >= 0.9 * HINT_TIMEOUT
    assert 0.1 <= woken < 0.6 * HINT_TIMEOUT


def test_without_redis_a_hint_is_lost_and_nothing_else(redis_server: RedisServer):
    announce = announcer(redis_server.url)
    redis_server.kill()
    announce()

    async def scene() -> float:
        async with aclosing(RedisHints(redis_server.url)) as hints:
            return await waited(hints)

    assert asyncio.run(scene()) <= 3 * HINT_TIMEOUT


def test_who_stops_following_leaves_redis(redis_server: RedisServer, database_url: str):
    url = redis_server.url

    async def have(subscribers: int) -> None:
        with Redis.from_url(url) as redis:
            while redis.pubsub_numsub(CHANNEL)[0][1] != subscribers:
                await asyncio.sleep(0.02)

    async def scene(database: Database) -> None:
        follower = Follower(database, RedisHints(url))
        following = asyncio.create_task(follower.run())
        listening = asyncio.create_task(anext(follower.changes(None)))
        await have(1)
        for task in (listening, following):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await have(0)

    with contextlib.closing(Database(database_url)) as database:
        asyncio.run(asyncio.wait_for(scene(database), PATIENCE))
