"""Drafts, checked before they are sent by whoever wrote them."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends

from triage.api.access import GUARDED, require_access
from triage.api.schemas import Draft, FindingView, finding_view
from triage.api.state import State, state_of
from triage.check_reply import check
from triage.domain.acknowledgement import Playbook
from triage.domain.ticket import TicketId
from triage.playbook import load_playbook

router = APIRouter(
    prefix="/api",
    tags=["desk"],
    dependencies=[Depends(require_access)],
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
def check_reply(draft: Draft, state: Annotated[State, Depends(state_of)]) -> list[FindingView]:
    """Show what a draft still owes the customer, most important first. Nothing of it is kept."""
    found = check(draft.text, TicketId(draft.ticket), state.database, state.policy, _playbook())
    return [finding_view(it) for it in found]


@cache
def _playbook() -> Playbook:
    return load_playbook()  # at its first use: most web processes never check a draft
