"""What replies did, by strategy and feeling. There is no such figure about a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from triage.api.access import GUARDED, require
from triage.api.schemas import OutcomesView, outcomes_view
from triage.api.state import State, state_of
from triage.domain.person import Right
from triage.outcomes import outcomes
from triage.since import SPAN, span

router = APIRouter(
    prefix="/api",
    tags=["learning"],
    dependencies=[Depends(require(Right.READ))],
    responses=GUARDED | {422: {"description": "no such span of time"}},
)


@router.get("/outcomes")
def show_outcomes(
    state: Annotated[State, Depends(state_of)],
    since: Annotated[str, Query(pattern=f"^{SPAN.pattern}$")] = "90d",
) -> OutcomesView:
    """Show how customers' next messages read after replies, with counts and 95 % intervals."""
    start = state.clock() - span(since)
    return outcomes_view(outcomes(state.database, state.policy, start))
