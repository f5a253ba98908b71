"""Hints by Redis: who commits publishes one, who follows listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from redis import Redis
from redis import asyncio as redis_asyncio
from redis.exceptions import RedisError

from triage.hints import HINT_TIMEOUT, POLL_EVERY

CHANNEL = "triage.feed"

log = structlog.get_logger()


class RedisHints:
    """Listens to what `announcer` publishes."""

    def __init__(self, url: str) -> None:
        self._redis = redis_asyncio.Redis.from_url(
            url, socket_timeout=2 * HINT_TIMEOUT, socket_connect_timeout=HINT_TIMEOUT
        )
        self._pubsub = self._redis.pubsub()

    async def wait(self) -> None:
        try:
            if not self._pubsub.subscribed:
                await self._pubsub.subscribe(CHANNEL)
            await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=HINT_TIMEOUT)
        except (RedisError, OSError):
            await asyncio.sleep(POLL_EVERY)

    async def aclose(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._redis.aclose()


def announcer_by(url: str) -> Callable[[], None]:
    """Return what publishes a hint, and never raises."""
    redis = Redis.from_url(url, socket_timeout=HINT_TIMEOUT, socket_connect_timeout=1)

    def announce() -> None:
        try:
            redis.publish(CHANNEL, "")
        except (RedisError, OSError) as error:
            log.info("feed_hint_lost", error=type(error).__name__)

    return announce
