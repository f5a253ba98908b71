"""Streams end soon for whoever may no longer read them, also where nothing is to be sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

import pytest
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy import event as sql
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.admitted import a_person, a_session
from tests.fakes import NOON
from tests.integration.test_api import on_sqlite
from triage import admit, programs
from triage.api.app import create_app
from triage.api.cookies import SESSION
from triage.api.welcome import Welcome
from triage.domain.person import Right, Role
from triage.feed import Follower, Heard, News, Resync, Still
from triage.hints import PolledHints

LOOKS_EVERY = 0.1  # s, in place of what a stream waits for
AT_MOST = 20.0  # s for what takes a moment on an idle machine


async def nothing() -> AsyncGenerator[Heard, None]:
    """News that never come, while time goes by."""
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        yield Still()


def opened(app: Any, token: str = "", key: str = "") -> Welcome:
    """Somebody opens a stream, by a session or by a key."""
    headers = [(b"cookie", f"{SESSION}={token}".encode())]
    scope = {"type": "http", "scheme": "http", "path": "/", "headers": headers, "app": app}
    credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=key) if key else None
    return Welcome(Request(scope), credentials, LOOKS_EVERY)


async def followed(stream: Welcome) -> list[News]:
    return [one async for one in stream.while_it_lasts(nothing())]


def ends(stream: Welcome, meanwhile: Callable[[], Any]) -> None:
    """Check that a stream goes on until something happens, and ends then."""

    async def scene() -> None:
        following = asyncio.create_task(followed(stream))
        await asyncio.sleep(5 * LOOKS_EVERY)
        assert not following.done()
        await asyncio.to_thread(meanwhile)
        assert await asyncio.wait_for(following, AT_MOST) == []

    asyncio.run(scene())


def test_who_logs_out_is_shut_out_or_has_no_key_any_more_hears_nothing_more(service):
    shut_out = a_person(service.database, "Sue", Role.SUPERVISOR)
    leaving = a_session(service.database, a_person(service.database, "Tom", Role.AGENT))
    key = programs.add_key(service.database, "Ada", "wall", [Right.READ], NOON)
    browser = TestClient(service.app, cookies={SESSION: leaving})
    for stream, meanwhile in (
        (
            opened(service.app, a_session(service.database, shut_out)),
            lambda: admit.set_active(service.database, "Ada", shut_out, active=False, now=NOON),
        ),
        (
            opened(service.app, leaving),
            lambda: browser.post("/logout", headers={"Sec-Fetch-Site": "same-origin"}),
        ),
        (
            opened(service.app, key=key),
            lambda: programs.revoke_key(service.database, "Ada", "wall", NOON),
        ),
    ):
        ends(stream, meanwhile)


@on_sqlite
def test_a_page_on_which_nothing_happens_is_no_load(service):
    token = a_session(service.database, a_person(service.database, "Tom", Role.AGENT))
    asked: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engine = service.state.database.engine
    sql.listen(engine, "before_cursor_execute", note)

    async def scene() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(followed(opened(service.app, token)), 10.5 * LOOKS_EVERY)

    asyncio.run(scene())
    sql.remove(engine, "before_cursor_execute", note)
    assert 1 <= len([it for it in asked if "session" in it]) <= 10


@on_sqlite
def test_while_the_database_is_away_a_stream_that_sends_nothing_stays(settings):
    away = {"database_url": "postgresql://triage@127.0.0.1:9/away"}
    app = create_app(settings.model_copy(update=away))

    async def scene() -> None:
        following = asyncio.create_task(followed(opened(app, "a token")))
        await asyncio.sleep(5 * LOOKS_EVERY)
        assert not following.done()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    with TestClient(app):
        asyncio.run(scene())


@on_sqlite
def test_whose_stream_ends_listens_no_longer(service):
    async def scene() -> int:
        follower = Follower(service.database, PolledHints(), still_every=LOOKS_EVERY)
        reader = asyncio.create_task(follower.run())
        stream = opened(service.app, "nobody's").while_it_lasts(follower.changes(None))
        assert [one async for one in stream] == []
        reader.cancel()
        return follower.listeners

    assert asyncio.run(scene()) == 0


@pytest.mark.parametrize("count", [0, 1, 2])
@on_sqlite
def test_news_that_end_are_heard_to_their_end(service, count):
    token = a_session(service.database, a_person(service.database, "Tom", Role.AGENT))
    news = [Resync(seq) for seq in range(count)]

    async def some() -> AsyncGenerator[Heard, None]:
        for one in news:
            yield Still()
            yield one

    async def scene() -> list[News]:
        return [one async for one in opened(service.app, token).while_it_lasts(some())]

    assert asyncio.run(scene()) == news
