"""Runs that score tickets of the database again: begun, looked at, and steered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from triage import rescore, rescored
from triage.api.access import GUARDED, Decider, Reader
from triage.api.rescore_schemas import (
    Begun,
    NewRescore,
    Pace,
    RescoreDetail,
    RescoreView,
    run_detail,
    run_view,
)
from triage.api.schemas import LARGEST_ID
from triage.api.state import State, state_of
from triage.domain.rescoring import Verb
from triage.rescore_by import asked_of

Parts = Annotated[State, Depends(state_of)]
RunNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]

router = APIRouter(
    prefix="/api/rescores",
    tags=["rescores"],
    responses=GUARDED | {404: {"description": "no such run"}},
)
STEERED: dict[int | str, dict[str, str]] = {
    400: {"description": "the body is no JSON"},
    409: {"description": "not possible as the run is now"},
    413: {"description": "the body is too large"},
    422: {"description": "not what was expected"},
}


@router.post("", status_code=201, responses=STEERED)
def begin(new: NewRescore, state: Parts, decider: Decider) -> Begun:
    """Begin to score tickets again. Nothing on the desk changes until it is applied."""
    in_force = asked_of(state.settings, None, None, None)
    names = ("policy", "playbook")
    in_force["names"] = tuple(
        name if getattr(new, name) is not None else known
        for name, known in zip(names, in_force["names"], strict=True)
    )
    asked = new.asked(in_force)
    return Begun(run=rescore.start(state.database, asked, decider, state.clock()))


@router.get("")
def show_all(
    state: Parts, _reader: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[RescoreView]:
    """Show the newest runs, newest first."""
    return [run_view(it) for it in rescore.look_at_all(state.database, limit)]


@router.get("/{run}")
def show(run: RunNumber, state: Parts, _reader: Reader) -> RescoreDetail:
    """Show a run: how far it is, and what it would change."""
    looked = rescore.look(state.database, run)
    compared = rescored.comparison(state.database, looked.run)
    return run_detail(looked, compared, rescored.not_done(state.database, run))


@router.post("/{run}/apply", responses=STEERED)
def apply(run: RunNumber, state: Parts, decider: Decider, pace: Pace | None = None) -> RescoreView:
    """Apply what was found, most urgent first; what changed meanwhile is skipped."""
    now, rate = state.clock(), pace.rate if pace else None
    rescore.act(state.database, run, Verb.APPLY, decider, now, rate)
    return run_view(rescore.look(state.database, run))


@router.post("/{run}/pause", responses=STEERED)
def pause(run: RunNumber, state: Parts, decider: Decider) -> RescoreView:
    """Let it stand; what is being worked on is finished first."""
    rescore.act(state.database, run, Verb.PAUSE, decider, state.clock())
    return run_view(rescore.look(state.database, run))


@router.post("/{run}/resume", responses=STEERED)
def resume(run: RunNumber, state: Parts, decider: Decider) -> RescoreView:
    """Let it go on."""
    rescore.act(state.database, run, Verb.RESUME, decider, state.clock())
    return run_view(rescore.look(state.database, run))


@router.post("/{run}/cancel", responses=STEERED)
def cancel(run: RunNumber, state: Parts, decider: Decider) -> RescoreView:
    """End it; what was applied stays, and may be taken back."""
    rescore.act(state.database, run, Verb.CANCEL, decider, state.clock())
    return run_view(rescore.look(state.database, run))


@router.post("/{run}/undo", responses=STEERED)
def undo(run: RunNumber, state: Parts, decider: Decider) -> RescoreView:
    """Take back all that it applied, where nothing newer happened since."""
    rescore.act(state.database, run, Verb.UNDO, decider, state.clock())
    return run_view(rescore.look(state.database, run))
