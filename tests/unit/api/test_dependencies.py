"""Dependencies: FastAPI runs those that are no coroutines in a thread, for every request."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

import triage.api
import triage.page
from triage.api.access import principal_of
from triage.api.state import state_of

ASK_THE_DATABASE = {principal_of}


def test_only_what_asks_the_database_takes_the_way_through_a_thread():
    called = {call for route in routes() for call in calls(route.dependant)}
    assert state_of in called
    assert {call for call in called if not is_coroutine(call)} == ASK_THE_DATABASE


def is_coroutine(call: Callable[..., Any]) -> bool:
    return any(map(inspect.iscoroutinefunction, (call, getattr(call, "__call__", None))))  # noqa: B004


def calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Yield what a route depends on, and what that depends on."""
    for it in dependant.dependencies:
        assert it.call
        yield it.call
        yield from calls(it)


def routes() -> Iterator[APIRoute]:
    for folder in (triage.api, triage.page):
        for found in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            router = getattr(importlib.import_module(found.name), "router", None)
            if isinstance(router, APIRouter):
                yield from (it for it in router.routes if isinstance(it, APIRoute))
