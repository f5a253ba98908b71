"""The strip of those in danger, on every page: who is with nobody stays until somebody has them.

Whoever has seen it finds it calm afterwards, each for themselves; it goes only once the ticket is
in somebody's hands. What somebody holds and nobody has seen is an alert, and not here twice.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from triage.api.access import require
from triage.domain.person import Right
from triage.page.shell import Reader, ReadState, fragment
from triage.store import danger
from triage.store.danger import InDanger

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/danger", dependencies=[Depends(require(Right.READ))])
def show_danger(state: ReadState, viewer: Reader) -> Response:
    """The strip as this viewer has it; their browser knows what else they have seen."""
    with state.database.reading() as connection:
        found = danger.waiting(connection)
    alone = [it for it in found if it.holder is None]
    held = [it for it in found if it.holder is not None and not it.unseen]
    values = {"alone": alone, "held": held, "viewer": viewer, "key": key}
    return HTMLResponse(fragment("danger.html", **values))


def key(one: InDanger) -> str:
    """Return what names a ticket for as long as its customer waits this time."""
    return f"{one.id}:{one.waiting_since.timestamp():.0f}"
