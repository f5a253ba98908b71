"""The page of one ticket: conversation, card, reasons, and what people do with it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from triage.api.access import note_view
from triage.api.desk import TicketNumber
from triage.api.schemas import desk_row
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.page.shell import Reader, ReadState, page
from triage.store import agents, events, inspection

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/tickets/{ticket_id}")
def show_ticket(ticket_id: TicketNumber, state: ReadState, viewer: Reader) -> Response:
    """One ticket: conversation, card, reasons."""
    try:
        with state.database.reading() as connection:
            found = inspection.ticket(connection, TicketId(ticket_id))
            seq = events.latest(connection)
            everybody = agents.listed(connection)
    except UnknownTicket:
        return page("missing.html", viewer, 404)
    note_view(state, viewer, ticket_id)
    decision = found.decisions[0] if found.decisions else None
    return page(
        "ticket.html",
        viewer,
        row=desk_row(found.row, unmasked=True),
        messages=found.messages,
        decision=decision,
        earlier=found.decisions[1:],
        assignments=found.assignments,
        promises=found.promises,
        corrections=found.corrections,
        notes=found.notes,
        told=found.told,
        charges=_charges(decision or {}),
        seq=seq,
        choices={"agents": [(it.id, it.name) for it in everybody]},
        names={it.id: it.name for it in everybody},
        emotions=list(Emotion),
        flags=list(Flag),
    )


def _charges(decision: dict[str, Any]) -> dict[int, float]:
    """Return by message how charged it was read; older decisions do not say."""
    of = decision.get("inputs", {}).get("messages", [])
    return dict(zip(of, decision.get("charges", []), strict=False))
