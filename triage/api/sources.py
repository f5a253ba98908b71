"""How each source does, for supervisors and their programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from triage import source_health
from triage.api.access import GUARDED, Decider
from triage.api.source_schemas import SourceView, source_view
from triage.api.state import State, state_of

router = APIRouter(prefix="/api/sources", tags=["operations"], responses=GUARDED)


@router.get("")
def show_sources(state: Annotated[State, Depends(state_of)], _decider: Decider) -> list[SourceView]:
    """Show every source, the worst first: does it arrive, is it decided, what is the matter."""
    return [source_view(it) for it in source_health.look_at_all(state.database, state.clock())]
