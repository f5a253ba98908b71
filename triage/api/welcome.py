"""Streams end for whoever is no longer welcome: logged out, shut out, or with a revoked key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from triage.api.access import bearer, principal_of
from triage.domain.person import Right
from triage.errors import StoreUnavailable
from triage.feed import Heard, News, Still

ASKED_EVERY = 2.0  # s at most between two looks, before something is sent


class Welcome:
    """Whether who opened a stream may still read."""

    def __init__(
        self,
        request: Request,
        credentials: HTTPAuthorizationCredentials | None,
        asked_every: float = ASKED_EVERY,
    ) -> None:
        self._asked = (request, credentials)
        self._asked_every = asked_every
        self._looked = time.monotonic()

    async def while_it_lasts(self, news: AsyncGenerator[Heard, None]) -> AsyncIterator[News]:
        """Yield what comes until they may no longer read it, also where nothing comes."""
        async with aclosing(news):
            async for one in news:
                if not await self._lasts(is_sent=not isinstance(one, Still)):
                    return
                if not isinstance(one, Still):
                    yield one

    async def _lasts(self, *, is_sent: bool) -> bool:
        if time.monotonic() - self._looked < self._asked_every:
            return True
        try:
            who = await asyncio.to_thread(principal_of, *self._asked)
        except StoreUnavailable:
            return not is_sent  # nobody knows; while nothing is sent, there is time to ask
        self._looked = time.monotonic()
        return who is not None and who.may(Right.READ)


async def welcome(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Welcome:
    """The dependency of a stream."""
    return Welcome(request, credentials)


Welcomed = Annotated[Welcome, Depends(welcome)]
