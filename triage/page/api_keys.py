"""Which programs may ask: their API keys, made and shown once, revoked for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import programs
from triage.api.schemas import Text
from triage.api.state import State
from triage.domain.person import Principal, Right
from triage.errors import BadInput
from triage.page.shell import Administrator, ReadState, page
from triage.store import api_keys

KeyName = Annotated[Text, Form(max_length=200)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/people/keys")
def show(state: ReadState, viewer: Administrator) -> Response:
    """All keys: what each may, when it was used; never the key itself."""
    return _page(state, viewer)


@router.post("/people/keys")
def add(
    state: ReadState,
    viewer: Administrator,
    name: KeyName,
    scope: Annotated[Right, Form()] = Right.READ,
) -> Response:
    """Make a key; it is shown in this answer and nowhere else."""
    try:
        key = programs.add_key(state.database, viewer, name.strip(), [scope], state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error), typed=(name, scope))
    return _page(state, viewer, shown=(name.strip(), key))


@router.post("/people/keys/revoke")
def revoke(state: ReadState, viewer: Administrator, name: KeyName) -> Response:
    """End a key at once."""
    try:
        programs.revoke_key(state.database, viewer, name, state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    return RedirectResponse("/people/keys", 303)


def _page(
    state: State,
    viewer: Principal,
    status: int = 200,
    *,
    trouble: str = "",
    shown: tuple[str, str] | None = None,
    typed: tuple[str, str] = ("", Right.READ),
) -> Response:
    with state.database.reading() as connection:
        keys = api_keys.listed(connection)
    return page(
        "api_keys.html",
        viewer,
        status,
        keys=keys,
        scopes=list(Right),
        trouble=trouble,
        shown=shown,
        typed=typed,
    )
