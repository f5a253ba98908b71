"""Hints by a real Redis: they wake whoever follows at once, and harm nobody where they are lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.servers import RedisServer
from triage.hints import HINT_TIMEOUT, announcer
from triage.redis_hints import RedisHints


@asynccontextmanager
async def hints_by(redis: RedisServer) -> AsyncIterator[RedisHints]:
    hints = RedisHints(redis.url)
    yield hints
    await hints.close()


async def waited(hints: RedisHints) -> float:
    began = time.monotonic()
    await hints.wait()
    return time.monotonic() - began


def test_who_waits_is_woken_by_who_announces(redis_server: RedisServer):
    announce = announcer(redis_server.url)

    async def scene() -> list[float]:
        async with hints_by(redis_server) as hints:
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
        async with hints_by(redis_server) as hints:
            return await waited(hints)

    assert asyncio.run(scene()) <= 3 * HINT_TIMEOUT
