"""The desk, and the stream that keeps it true.

The stream sends rows made by the same template, so that there is one way a row looks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from triage.api.access import require
from triage.api.desk import FRAMES_KEPT
from triage.api.schemas import LARGEST_ID, desk_row
from triage.api.state import State
from triage.domain.person import Right
from triage.feed import Change, Resync
from triage.page.shell import Reader, ReadState, fragment, page
from triage.store import agents, desk, events, follow_ups, work

ROWS_SHOWN = 200  # the most urgent; the rest is counted

router = APIRouter(default_response_class=HTMLResponse)
READS = [Depends(require(Right.READ))]


@router.get("/")
def show_desk(state: ReadState, viewer: Reader) -> Response:
    """The desk, or the log-in for who has no session."""
    facts = _facts(state)  # before the rows: a change in between is sent again
    with state.database.reading() as connection:
        rows = desk.waiting(connection, None, ROWS_SHOWN)
    return page("desk.html", viewer, rows=[desk_row(row) for row in rows], **facts)


@router.get("/desk/facts", dependencies=READS)
def show_facts(state: ReadState) -> Response:
    """The desk's header: how many wait, who is there, what was given up."""
    return HTMLResponse(fragment("facts.html", **_facts(state)))


@router.get("/desk/events", response_class=EventSourceResponse, dependencies=READS)
async def follow(
    state: ReadState,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    since: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Follow the desk as rows ready to be put into the page."""
    start = last_event_id if last_event_id is not None else since
    async for news in state.follower.changes(start):
        if isinstance(news, Resync):
            yield ServerSentEvent(id=str(news.seq), event="resync", data={})
        else:
            yield ServerSentEvent(id=str(news.seq), event="row", data=_shown(news))


@lru_cache(maxsize=FRAMES_KEPT)
def _shown(change: Change) -> dict[str, Any]:
    """Return what the page needs to place a row, made once for all who watch."""
    row = desk_row(change.row)
    html = fragment("row.html", row=row)
    waits = row.status == "waiting"
    return {"id": row.id, "place": row.respond_by.timestamp(), "waits": waits, "html": html}


def _facts(state: State) -> dict[str, Any]:
    now = state.clock()
    with state.database.reading() as connection:
        team = agents.all_agents(connection, state.policy, now)
        return {
            "seq": events.latest(connection),
            "waiting": desk.count(connection),
            "dead": work.backlog(connection, now).dead,
            "broken": follow_ups.count_broken(connection),
            "on_shift": sum(agent.on_shift(now) for agent in team),
            "agents": len(team),
        }
