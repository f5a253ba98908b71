"""Streams end for whoever is no longer welcome: logged out, shut out, or with a revoked key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from triage.api.access import bearer, principal_of
from triage.domain.person import Right
from triage.errors import StoreUnavailable

ASKED_EVERY = 2.0  # s at most between two looks, before something is sent
PATIENCE = 20.0  # s without anything to send after which one looks all the same
T = TypeVar("T")


class Welcome:
    """Whether who opened a stream may still read."""

    def __init__(
        self,
        request: Request,
        credentials: HTTPAuthorizationCredentials | None,
        patience: float = PATIENCE,
    ) -> None:
        self._asked = (request, credentials)
        self._looked = time.monotonic()
        self._patience = patience

    async def while_it_lasts(self, news: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield what comes until they may no longer read it, also where nothing comes."""
        coming = asyncio.create_task(_next(news))
        try:
            while await self._lasts(coming):
                if coming.done():
                    if (one := coming.result()) is None:
                        return
                    yield one
                    coming = asyncio.create_task(_next(news))
        finally:
            coming.cancel()

    async def _lasts(self, coming: asyncio.Task[T | None]) -> bool:
        """Wait for what comes, at most for as long as one may go unseen."""
        await asyncio.wait([coming], timeout=self._patience)
        if coming.done() and time.monotonic() - self._looked < ASKED_EVERY:
            return True
        try:
            who = await asyncio.to_thread(principal_of, *self._asked)
        except StoreUnavailable:
            return not coming.done()  # nobody knows; while nothing is sent, there is time to ask
        self._looked = time.monotonic()
        return who is not None and who.may(Right.READ)


async def _next(news: AsyncIterator[T]) -> T | None:
    async for one in news:
        return one
    return None


def welcome(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Welcome:
    """The dependency of a stream."""
    return Welcome(request, credentials)


Welcomed = Annotated[Welcome, Depends(welcome)]
