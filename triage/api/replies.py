"""Drafts, checked before they are sent by whoever wrote them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from triage import tone
from triage.api.access import GUARDED, require
from triage.api.schemas import Checked, Draft, finding_view
from triage.api.state import State, state_of
from triage.check_reply import check
from triage.domain.person import Right
from triage.domain.ticket import TicketId

router = APIRouter(
    prefix="/api",
    tags=["desk"],
    dependencies=[Depends(require(Right.READ))],
    responses=GUARDED,
)


@router.post(
    "/replies/check",
    responses={
        400: {"description": "the body is no JSON"},
        404: {"description": "no such ticket"},
        409: {"description": "not read yet"},
        413: {"description": "the body is too large"},
    },
)
def check_reply(draft: Draft, state: Annotated[State, Depends(state_of)]) -> Checked:
    """Show what a draft still owes the customer, most important first. Nothing of it is kept."""
    rules, ticket = state.rules.current(), TicketId(draft.ticket)
    check(draft.text, ticket, state.database, rules)  # before a worker is asked
    heard = tone.ask(state.database, state.publisher.tell_draft, draft.text, state.clock())
    found = check(draft.text, ticket, state.database, rules, heard.rude)
    return Checked(findings=[finding_view(it) for it in found], tone_read=heard.was_read)
