"""The supervisor's page, put together: one module a page, what they share in `shell`."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from triage.page import (
    account,
    alerts,
    api_keys,
    audit,
    charts,
    danger,
    desk,
    give,
    login,
    login_oidc,
    people,
    promises,
    rescores,
    sources,
    team,
    ticket,
    trends,
)
from triage.page.shell import STATIC, Forbidden, say_forbidden

PAGES = (
    login,
    login_oidc,
    desk,
    ticket,
    give,
    danger,
    promises,
    team,
    trends,
    rescores,
    sources,
    charts,
    people,
    api_keys,
    audit,
    account,
    alerts,
)


def install(app: FastAPI) -> None:
    """Add the page to the application."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(Forbidden, say_forbidden)
    for one in PAGES:
        app.include_router(one.router, include_in_schema=False)
