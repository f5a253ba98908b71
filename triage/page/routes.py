"""The supervisor's page: log-in, desk, ticket, and the stream that keeps the desk true.

All markup is ours and made by the templates, which escape every word of a customer's. The stream
sends rows made by the same template, so that there is one way a row looks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined

from triage.api.access import COOKIE, SESSION_SECONDS, is_let_in, require_access
from triage.api.desk import FRAMES_KEPT, TicketNumber
from triage.api.schemas import LARGEST_ID, desk_row
from triage.api.state import State, state_of
from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.feed import Change, Resync
from triage.page.words import FILTERS
from triage.store import agents, desk, events, follow_ups, inspection, work

STATIC = Path(__file__).parent / "static"
ROWS_SHOWN = 200  # the most urgent; the rest is counted
PROMISES_SHOWN = 200  # due first

ReadState = Annotated[State, Depends(state_of)]
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
guarded = APIRouter(include_in_schema=False, dependencies=[Depends(require_access)])

templates = Environment(
    loader=PackageLoader("triage.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters |= FILTERS


def install(app: FastAPI) -> None:
    """Add the page to the application."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(router)
    app.include_router(guarded)


@router.get("/")
def show_desk(state: ReadState, let_in: Annotated[bool, Depends(is_let_in)]) -> Response:
    """The desk, or the log-in for who has no session."""
    if not let_in:
        return RedirectResponse("/login", 303)
    facts = _facts(state)  # before the rows: a change in between is sent again
    with state.database.reading() as connection:
        rows = desk.waiting(connection, None, ROWS_SHOWN)
    return _page("desk.html", rows=[desk_row(row) for row in rows], **facts)


@router.get("/tickets/{ticket_id}")
def show_ticket(
    ticket_id: TicketNumber, state: ReadState, let_in: Annotated[bool, Depends(is_let_in)]
) -> Response:
    """One ticket: conversation, card, reasons."""
    if not let_in:
        return RedirectResponse("/login", 303)
    try:
        with state.database.reading() as connection:
            found = inspection.ticket(connection, TicketId(ticket_id))
    except UnknownTicket:
        return _page("missing.html", 404)
    decision = found.decisions[0] if found.decisions else None
    return _page(
        "ticket.html",
        row=desk_row(found.row),
        messages=found.messages,
        decision=decision,
        earlier=found.decisions[1:],
        assignments=found.assignments,
        promises=found.promises,
        corrections=found.corrections,
    )


@router.get("/promises")
def show_promises(state: ReadState, let_in: Annotated[bool, Depends(is_let_in)]) -> Response:
    """What was promised to customers and is not kept yet; broken ones in red."""
    if not let_in:
        return RedirectResponse("/login", 303)
    with state.database.reading() as connection:
        rows = follow_ups.open_ones(connection, PROMISES_SHOWN)
    return _page("promises.html", rows=rows)


@router.get("/login")
def ask_key() -> Response:
    """The form that asks for the access key."""
    return _page("login.html", wrong=False)


@router.post("/login")
def log_in(
    request: Request, state: ReadState, key: Annotated[str, Form(max_length=200)]
) -> Response:
    """Open a session for who has the access key."""
    if not state.access.is_key(key.strip()):
        return _page("login.html", status=401, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    session = state.access.new_session()
    answer.set_cookie(
        COOKIE, session, SESSION_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return answer


@router.post("/logout")
def log_out() -> Response:
    """End this browser's session."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@guarded.get("/desk/facts")
def show_facts(state: ReadState) -> Response:
    """The desk's header: how many wait, who is there, what was given up."""
    return _page("facts.html", **_facts(state))


@guarded.get("/desk/events", response_class=EventSourceResponse)
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
    html = templates.get_template("row.html").render(row=row)
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


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates.get_template(template).render(values), status)
