"""The web process, put together: `create_app` builds it, its lifespan starts and ends it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from triage import __version__
from triage.accept import Intake
from triage.api import (
    customers,
    decisions,
    desk,
    errors,
    explanations,
    handling,
    operations,
    outcomes,
    replies,
    rescores,
    sources,
    webhooks,
)
from triage.api.access import Access
from triage.api.headers import SecurityHeaders
from triage.api.metrics import Metrics
from triage.api.refusals import RefusalCount
from triage.api.same_site import SameSite
from triage.api.state import KnownSources, State
from triage.domain.policy import Policy
from triage.feed import Follower
from triage.hints import hints_for
from triage.oidc import provider_of
from triage.page import routes as page
from triage.passwords import Passwords
from triage.ports import utcnow
from triage.queue import Publisher, celery_app
from triage.rules import Rules
from triage.sealed import Seal
from triage.settings import Settings
from triage.store.database import Database
from triage.store.sources import Vault

SMALLEST_PACKED = 1_000  # bytes: below, packing costs more than it saves
PACKED_BY = 5  # of 9: most of the gain for little time


class WebProcess(FastAPI):
    """An application whose every answer carries our headers, also a 413's and a crash's."""

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(SameSite(super().build_middleware_stack()))


def create_app(settings: Settings, rules: Rules | None = None) -> FastAPI:
    """Return the application of one web process. Raises BadFile."""
    in_use = rules or Rules.of(settings)
    app = WebProcess(
        title="Triage",
        version=__version__,
        summary="Sentiment-driven ticket triage: who is hurt gets an experienced human in time.",
        lifespan=lambda app: _lifespan(app, settings, in_use),
        max_body_size=settings.max_body_bytes,
        docs_url=None,  # their scripts come from another host
        redoc_url=None,
    )
    # pages only: a stream of events passes through as it is
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKED_BY)
    errors.install(app)
    for part in (webhooks, desk, decisions, handling, explanations, replies, outcomes, operations):
        app.include_router(part.router)
    app.include_router(customers.router)
    app.include_router(rescores.router)
    app.include_router(sources.router)
    page.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: Settings, rules: Rules) -> AsyncIterator[None]:
    state = _state(settings, rules)
    app.state.triage = state
    beside = [
        asyncio.create_task(it) for it in (state.follower.run(), state.refusals.keep_writing())
    ]
    try:
        yield
    finally:
        state.stopping.set()
        state.follower.stop()
        for one in beside:
            one.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await one
        await asyncio.to_thread(state.intake.close)
        await asyncio.to_thread(state.refusals.write)
        state.access.threads.shutdown()
        state.publisher.close()
        state.database.close()


def _state(settings: Settings, rules: Rules) -> State:
    database = Database(settings.database)
    publisher = Publisher(celery_app(settings.broker))
    known = KnownSources(database, Vault(settings.secret_key))

    def policy() -> Policy:
        return rules.current().policy

    return State(
        settings=settings,
        database=database,
        publisher=publisher,
        intake=Intake(database, known, publisher.tell, publisher.tell_free, policy, utcnow),
        follower=Follower(database, hints_for(database, settings.redis_url)),
        metrics=Metrics(),
        refusals=RefusalCount(database),
        access=Access(Passwords(), Seal(settings.secret_key), provider_of(settings)),
        rules=rules,
        clock=utcnow,
        stopping=asyncio.Event(),
    )
