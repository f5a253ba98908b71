"""The page of the team: who is here, what each carries, what might be done for whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import look_after
from triage.api.access import require
from triage.api.schemas import LARGEST_ID
from triage.domain.agent import AgentId
from triage.domain.person import Right
from triage.page.shell import Decider, Reader, ReadState, fragment, page

router = APIRouter(prefix="/team", default_response_class=HTMLResponse)
AgentNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Yes = Annotated[bool, Form()]


@router.get("")
def show_team(state: ReadState, viewer: Reader) -> Response:
    """Everybody with what they carry."""
    crew = look_after.crew(state.database, state.policy, state.clock())
    return page("team.html", viewer, crew=crew)


@router.get("/now", dependencies=[Depends(require(Right.READ))])
def show_now(state: ReadState, viewer: Reader) -> Response:
    """The part of the page that changes, for its script."""
    crew = look_after.crew(state.database, state.policy, state.clock())
    return HTMLResponse(fragment("crew.html", viewer=viewer, crew=crew))


@router.post("/{agent_id}/present")
def say_present(
    agent_id: AgentNumber, present: Yes, state: ReadState, decider: Decider
) -> Response:
    """Say whether somebody is here; who comes gets the earliest that fits at once."""
    now, who = state.clock(), AgentId(agent_id)
    look_after.say_present(state.database, who, decider, now, present=present)
    state.publisher.tell_free()
    return _back(agent_id)


@router.post("/{agent_id}/opted-out")
def say_opted_out(
    agent_id: AgentNumber, opted_out: Yes, state: ReadState, decider: Decider
) -> Response:
    """Say whether somebody gets no heavy tickets."""
    now, who = state.clock(), AgentId(agent_id)
    look_after.say_opted_out(state.database, who, decider, now, opted_out=opted_out)
    return _back(agent_id)


def _back(agent_id: int) -> Response:
    return RedirectResponse(f"/team#agent-{agent_id}", 303)
