"""The desk, its tickets and its agents as JSON, and the stream of what changes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from triage.api.access import GUARDED, Reader, note_view, require
from triage.api.schemas import LARGEST_ID, AgentView, Desk, TicketView, desk_row
from triage.api.state import State, state_of
from triage.api.welcome import Welcomed
from triage.domain.person import Right
from triage.domain.ticket import TicketId
from triage.errors import BadInput
from triage.feed import Change, Resync
from triage.store import agents, desk, events, inspection
from triage.store.desk import Place

ReadState = Annotated[State, Depends(state_of)]
FRAMES_KEPT = 1_000
TicketNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]

router = APIRouter(
    prefix="/api",
    tags=["desk"],
    dependencies=[Depends(require(Right.READ))],
    responses=GUARDED,
)


@router.get("/desk", responses={422: {"description": "bad cursor or limit"}})
def show_desk(
    state: ReadState,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Desk:
    """Show the tickets whose customer waits, in the order in which to answer them."""
    with state.database.reading() as connection:
        seq = events.latest(connection)
        rows = desk.waiting(connection, _place(cursor), limit + 1)
    more = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return Desk(rows=[desk_row(row) for row in rows[:limit]], next=more, seq=seq)


@router.get("/tickets/{ticket_id}", responses={404: {"description": "no such ticket"}})
def show_ticket(ticket_id: TicketNumber, state: ReadState, reader: Reader) -> TicketView:
    """Show one ticket: thread, scorings, decisions with reasons, card."""
    with state.database.reading() as connection:
        found = inspection.ticket(connection, TicketId(ticket_id))
    note_view(state, reader, ticket_id)
    return TicketView(
        row=desk_row(found.row, unmasked=True),
        messages=found.messages,
        scorings=found.scorings,
        decisions=found.decisions,
        assignments=found.assignments,
        promises=found.promises,
        corrections=found.corrections,
        notes=found.notes,
        told=found.told,
        card=found.decisions[0]["card"] if found.decisions else None,
    )


@router.get("/agents")
def show_agents(state: ReadState) -> list[AgentView]:
    """Show who is on shift and what everybody carries."""
    now = state.clock()
    with state.database.reading() as connection:
        everybody = agents.all_agents(connection, state.policy, now)
    return [
        AgentView(
            id=agent.id,
            name=agent.name,
            experience=agent.experience,
            skills=sorted(agent.skills),
            languages=sorted(agent.languages),
            team=agent.team,
            on_shift=agent.on_shift(now),
            cooling_down=agent.rests_until is not None and now < agent.rests_until,
            opted_out=agent.opted_out,
            load=agent.load,
            capacity=agent.capacity,
            emotional_load=round(agent.emotional_load, 2),
        )
        for agent in everybody
    ]


@router.get("/events", response_class=EventSourceResponse)
async def follow(
    state: ReadState,
    welcome: Welcomed,
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None,
    since: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Follow the desk: `row` events carry the ticket's row; `resync` means load the desk again."""
    start = last_event_id if last_event_id is not None else since
    async for news in welcome.while_it_lasts(state.follower.changes(start)):
        if isinstance(news, Resync):
            yield ServerSentEvent(id=str(news.seq), event="resync", data={})
        else:
            yield ServerSentEvent(id=str(news.seq), event="row", data=_shown(news))


@lru_cache(maxsize=FRAMES_KEPT)
def _shown(change: Change) -> dict[str, Any]:
    """Return the JSON of a change, made once for all listeners."""
    return {"kind": change.kind} | desk_row(change.row).model_dump(mode="json")


def _cursor(row: Any) -> str:
    place = f"{row.respond_by.timestamp():.6f} {row.id}"
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        when, ticket_id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        moment = datetime.fromtimestamp(float(when), UTC)
        return Place(moment, TicketId(max(0, min(int(ticket_id), LARGEST_ID))))
    except (ValueError, OverflowError, OSError, binascii.Error) as error:
        raise BadInput("cursor: expected what `next` of an earlier page said") from error
