"""Why a ticket stands where it does, in words, and what would change that."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from triage.api.access import GUARDED, Reader, note_view, require
from triage.api.desk import TicketNumber
from triage.api.state import State, state_of
from triage.domain.person import Right
from triage.domain.ticket import TicketId
from triage.explain import Explanation, explain

router = APIRouter(
    prefix="/api",
    tags=["desk"],
    dependencies=[Depends(require(Right.READ))],
    responses=GUARDED,
)


@router.get(
    "/tickets/{ticket_id}/explanation",
    responses={404: {"description": "no such ticket"}, 409: {"description": "not decided yet"}},
)
def show_explanation(
    ticket_id: TicketNumber, state: Annotated[State, Depends(state_of)], reader: Reader
) -> Explanation:
    """Show what `triage explain` prints: the newest decision, and the nearest changes to it."""
    found = explain(state.database, TicketId(ticket_id), state.policy, state.clock())
    note_view(state, reader, ticket_id, "explanation")
    return found
