"""The page of promises: what was said to customers and is not kept yet; broken ones in red."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from triage.page.shell import Reader, ReadState, page
from triage.store import follow_ups

PROMISES_SHOWN = 200  # due first

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/promises")
def show_promises(state: ReadState, viewer: Reader) -> Response:
    """What was promised to customers and is not kept yet."""
    with state.database.reading() as connection:
        rows = follow_ups.open_ones(connection, PROMISES_SHOWN)
    return page("promises.html", viewer, rows=rows)
