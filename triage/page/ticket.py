"""The page of one ticket: conversation, card, reasons, and what people do with it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from triage.api.desk import TicketNumber
from triage.api.schemas import desk_row
from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.page.shell import Reader, ReadState, page
from triage.store import inspection

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/tickets/{ticket_id}")
def show_ticket(ticket_id: TicketNumber, state: ReadState, viewer: Reader) -> Response:
    """One ticket: conversation, card, reasons."""
    try:
        with state.database.reading() as connection:
            found = inspection.ticket(connection, TicketId(ticket_id))
    except UnknownTicket:
        return page("missing.html", viewer, 404)
    decision = found.decisions[0] if found.decisions else None
    return page(
        "ticket.html",
        viewer,
        row=desk_row(found.row),
        messages=found.messages,
        decision=decision,
        earlier=found.decisions[1:],
        assignments=found.assignments,
        promises=found.promises,
        corrections=found.corrections,
    )
