"""The desk, and the stream that keeps it true.

The stream sends rows made by the same template, so that there is one way a row looks. However
long the desk is, a page holds a window of it, asked for by number or around a row's place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from triage.api.access import require
from triage.api.desk import FRAMES_KEPT
from triage.api.schemas import LARGEST_ID, desk_row
from triage.api.state import State
from triage.api.welcome import Welcomed
from triage.domain.flag import Flag
from triage.domain.person import Right
from triage.feed import Change, Resync
from triage.page.asked import AskedPlace, AskedView
from triage.page.shell import Reader, ReadState, fragment, page
from triage.store import agents, desk_search, desk_windows, sources
from triage.store.desk_state import DeskState, desk_state
from triage.store.desk_views import View

FIRST_ROWS = 40  # that the page brings along
MOST_ROWS = 200  # of one window

router = APIRouter(default_response_class=HTMLResponse)
READS = [Depends(require(Right.READ))]


@router.get("/")
def show_desk(state: ReadState, viewer: Reader, view: AskedView) -> Response:
    """The desk, or the log-in for who has no session."""
    facts = _facts(state)  # before the rows: a change in between is sent again
    with state.database.reading() as connection:
        now = state.clock()
        found = desk_windows.window(connection, view, 0, FIRST_ROWS, now)
        rows = _rows(connection, found.rows)
        numbered = [] if found.rows else desk_search.numbered(connection, view.search)
        everybody = agents.listed(connection)
        choices = {
            "sources": [it[0] for it in sources.listed(connection)],
            "agents": [(it.id, it.name) for it in everybody],
            "teams": sorted({it.team for it in everybody if it.team}),
            "languages": sorted({one for it in everybody for one in it.languages}),
        }
    return page(
        "desk.html",
        viewer,
        rows=rows,
        total=found.total,
        numbered=numbered,
        view=view,
        everything=View(),
        flags=list(Flag),
        state=facts,
        choices=choices,
    )


@router.get("/desk/state", dependencies=READS)
def show_state(state: ReadState) -> Response:
    """The desk's header: who is in trouble, what is late, how the team is."""
    return HTMLResponse(fragment("state.html", state=_facts(state)))


@router.get("/desk/rows", dependencies=READS, response_class=JSONResponse)
def show_rows(
    state: ReadState,
    view: AskedView,
    place: AskedPlace,
    at: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
) -> dict[str, Any]:
    """A window of the view: from a number on, or around a place."""
    now = state.clock()
    with state.database.reading() as connection:
        found = desk_windows.window(connection, view, place or at, limit, now)
        rows = _rows(connection, found.rows)
    return {"total": found.total, "first": found.first, "rows": rows}


@router.get("/desk/changed", dependencies=READS, response_class=JSONResponse)
def count_changed(
    state: ReadState, since: Annotated[int, Query(ge=0, le=LARGEST_ID)]
) -> dict[str, int]:
    """How many of those who wait changed after an event that somebody saw."""
    with state.database.reading() as connection:
        return {"changed": desk_windows.changed_since(connection, since)}


@router.get("/desk/events", response_class=EventSourceResponse, dependencies=READS)
async def follow(
    state: ReadState,
    welcome: Welcomed,
    view: AskedView,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    since: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    ticket: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Follow the desk, or one ticket, as rows ready to be put into the page."""
    start = last_event_id if last_event_id is not None else since
    async for news in welcome.while_it_lasts(state.follower.changes(start)):
        if isinstance(news, Resync):
            yield ServerSentEvent(id=str(news.seq), event="resync", data={})
        elif ticket in {None, news.row.id}:
            yield _told(news, shown=view.holds(news.row, state.clock()))


@lru_cache(maxsize=FRAMES_KEPT)
def _told(change: Change, *, shown: bool) -> ServerSentEvent:
    """Return what a page needs to place a row, or to take it away; made once for all who watch."""
    gone = {"id": change.row.id, "seq": change.seq, "html": None}
    told = orjson.dumps(_row(change.row, change.seq) if shown else gone).decode()
    return ServerSentEvent(id=str(change.seq), event="row", raw_data=told)


def _rows(connection: Any, rows: Sequence[Any]) -> list[dict[str, Any]]:
    changes = desk_windows.last_changes(connection, [row.id for row in rows])
    return [_row(row, changes.get(row.id, 0)) for row in rows]


def _row(row: Any, seq: int) -> dict[str, Any]:
    shown = desk_row(row)
    place = row.respond_by.timestamp()
    html = fragment("row.html", row=shown, seq=seq)
    return {"id": row.id, "place": place, "seq": seq, "html": html}


def _facts(state: State) -> DeskState:
    with state.database.reading() as connection:
        return desk_state(connection, state.policy, state.clock())
