"""The supervisor's page, put together: one module a page, what they share in `shell`."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from triage.page import desk, login, promises, ticket
from triage.page.shell import STATIC

PAGES = (login, desk, ticket, promises)


def install(app: FastAPI) -> None:
    """Add the page to the application."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for one in PAGES:
        app.include_router(one.router, include_in_schema=False)
