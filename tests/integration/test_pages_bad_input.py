"""No page falls over whatever its address asks for. The routes are found, not listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.admitted import a_person, a_session
from tests.integration.test_api import on_sqlite
from triage.api.cookies import SESSION
from triage.domain.person import Role
from triage.page.routes import PAGES

STREAMS = {"/desk/events"}  # end when the reader goes
SENT_AWAY = {"/login/oidc", "/login/oidc/callback"}  # tests/integration/test_oidc.py
NASTY = (
    "",
    "-1",
    "1e400",
    "nan",
    "9007199254740993",
    "9" * 40,
    "\x00",
    "../../etc/passwd",
    "<script>",
    "'",
    "[]",
    "true",
    "x" * 5_000,
    "2026-13-45",
)
FORMS: tuple[dict[str, str], ...] = ({}, dict.fromkeys(("name", "role", "scope", "old"), "\x00"))
OURS = {"Sec-Fetch-Site": "same-origin"}


def routes(method: str) -> Iterator[APIRoute]:
    for module in PAGES:
        for route in module.router.routes:
            if isinstance(route, APIRoute) and method in route.methods:
                yield route


def fields_of(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for one in dependant.dependencies:
        yield from fields_of(one)


def asked(route: APIRoute) -> list[str]:
    """Return the names that the route's address may carry, also those of its dependencies."""
    fields = list(fields_of(route.dependant))
    names = [one.alias for one in fields]
    nested = [getattr(one.field_info.annotation, "model_fields", {}) for one in fields]
    return [*names, *(name for model in nested for name in model)]


@pytest.fixture
def admin(service: Any) -> Any:
    person = a_person(service.database, "Ada", Role.ADMIN)
    service.client.cookies.set(SESSION, a_session(service.database, person))
    service.decide(service.accept("m1", "full of anger"))
    return service.client


@on_sqlite
def test_no_address_of_a_page_is_a_crash(service, admin):
    visited = 0
    for route in routes("GET"):
        if route.path in STREAMS | SENT_AWAY:
            continue
        paths = {route.path.replace("{ticket_id}", "1").replace("{name}", it) for it in ("x", "1")}
        for path, name in ((path, name) for path in paths for name in asked(route) or ["other"]):
            for value in NASTY:
                answer = admin.get(path, params={name: value})
                assert answer.status_code < 500, (path, name, value)
                visited += 1
    assert visited > 20 * len(NASTY)


@on_sqlite
def test_no_form_of_a_page_is_a_crash(service, admin):
    for route in routes("POST"):
        for number in ("1", "9" * 30, "x"):
            path = route.path
            for part in route.param_convertors:
                path = path.replace(f"{{{part}}}", number)
            for form in FORMS:
                answer = admin.post(path, data=form, headers=OURS)
                assert answer.status_code < 500, (path, form)
            person = a_person(service.database, f"Ada {path} {number}", Role.ADMIN)
            admin.cookies.clear()  # one of them is the log-out
            admin.cookies.set(SESSION, a_session(service.database, person))


def test_the_desks_address_is_among_what_is_tried():
    by_path = {route.path: asked(route) for route in routes("GET")}
    assert {"lane", "flag", "q"} <= set(by_path["/"])
    assert {"place", "at", "limit"} <= set(by_path["/desk/rows"])
