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

ASKED_EVERY = 2.0  # s at most between two looks, before something is sent
T = TypeVar("T")


class Welcome:
    """Whether who opened a stream may still read."""

    def __init__(self, request: Request, credentials: HTTPAuthorizationCredentials | None) -> None:
        self._asked = (request, credentials)
        self._looked = time.monotonic()

    async def while_it_lasts(self, news: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield what comes until they may no longer read it."""
        async for one in news:
            if not await self._lasts():
                return
            yield one

    async def _lasts(self) -> bool:
        if time.monotonic() - self._looked < ASKED_EVERY:
            return True
        who = await asyncio.to_thread(principal_of, *self._asked)
        self._looked = time.monotonic()
        return who is not None and who.may(Right.READ)


def welcome(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Welcome:
    """The dependency of a stream."""
    return Welcome(request, credentials)


Welcomed = Annotated[Welcome, Depends(welcome)]
