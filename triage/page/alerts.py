"""The page of alerts: what holds now and who has seen it, how often there was one, and what would
have fired last week.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from triage.api.schemas import LARGEST_ID
from triage.api.state import State
from triage.channels import channels
from triage.domain.person import Principal
from triage.errors import BadInput
from triage.page.shell import Decider, Reader, ReadState, fragment, page
from triage.review_alerts import edited, review, try_out, unseen
from triage.store import alerts, audit
from triage.store.audit import Action

FIRED_SHOWN = 300  # newest first; the table of days counts all
Typed = Annotated[str, Query(max_length=20)]
AlertNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Numbers = Annotated[list[Annotated[int, Form(ge=1, le=LARGEST_ID)]], Form(max_length=500)]

router = APIRouter(prefix="/alerts", default_response_class=HTMLResponse)


@router.get("")
def show_alerts(state: ReadState, viewer: Reader) -> Response:
    """What holds now, and the last week with its rate."""
    found = review(state.database, state.policy, state.clock())
    rules = state.policy.alerts
    return page("alerts.html", viewer, found=found, rules=rules, ways=_ways(state))


@router.get("/now")
def show_now(state: ReadState, viewer: Reader) -> Response:
    """The alert that everybody should see now, for the banner of every page."""
    found = unseen(state.database, state.clock())
    if not found:
        return JSONResponse({"unseen": 0})
    html = fragment("alert_banner.html", one=found[0], more=len(found) - 1, viewer=viewer)
    newest = max(it.raised_at for it in found)
    said = {"critical": found[0].critical, "newest": newest.timestamp(), "html": html}
    return JSONResponse({"unseen": len(found)} | said)


@router.get("/week")
def show_week(
    state: ReadState, viewer: Reader, sensitivity: Typed = "", near: Typed = ""
) -> Response:
    """What would have fired last week, by the rules in force or edited ones. Writes nothing."""
    rules, wrong = state.policy.alerts, ""
    try:
        rules = edited(rules, sensitivity.strip(), near.strip())
    except BadInput as error:
        wrong = str(error)
    found = try_out(state.database, state.policy, rules, state.clock())
    return page(
        "alerts_week.html",
        viewer,
        422 if wrong else 200,
        found=found,
        in_force=state.policy.alerts,
        wrong=wrong,
        shown=found.fired[:FIRED_SHOWN],
        typed={"sensitivity": sensitivity, "near": near} if wrong else None,
    )


@router.post("/seen")
def say_all_seen(state: ReadState, decider: Decider, alert: Numbers) -> Response:
    """Note that somebody has seen these alerts: those that the page showed them, no newer ones."""
    return _seen(state, decider, alert)


@router.post("/{alert_id}/seen")
def say_seen(alert_id: AlertNumber, state: ReadState, decider: Decider) -> Response:
    """Note that somebody has seen an alert."""
    return _seen(state, decider, [alert_id])


def _seen(state: State, decider: Principal, which: list[int]) -> Response:
    with state.database.writing() as connection:
        now = state.clock()
        alerts.see(connection, which, decider.name, now)
        about = ", ".join(map(str, which))
        audit.note(connection, decider, Action.SAW_ALERTS, about=about, now=now)
    return RedirectResponse("/alerts", 303)


def _ways(state: State) -> list[str] | str:
    """Return the names of the channels, or what is wrong with their settings."""
    try:
        return [it.name for it in channels(state.settings)]
    except BadInput as error:
        return str(error)
