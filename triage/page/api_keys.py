"""Which programs may ask: their API keys, made and shown once, revoked for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import programs
from triage.api.schemas import Text
from triage.api.state import State
from triage.domain.person import Principal, Right
from triage.errors import BadInput
from triage.page import once
from triage.page.once import Secret
from triage.page.shell import Administrator, ReadState, page
from triage.store import api_keys

HERE = "/people/keys"
KeyName = Annotated[Text, Form(max_length=200)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/people/keys")
def show(request: Request, state: ReadState, viewer: Administrator) -> Response:
    """All keys: what each may, when it was used; a key itself only where it was just made."""
    return once.show(request, state, viewer, lambda secret: _page(state, viewer, secret=secret))


@router.post("/people/keys")
def add(
    request: Request,
    state: ReadState,
    viewer: Administrator,
    name: KeyName,
    scope: Annotated[Right, Form()] = Right.READ,
) -> Response:
    """Make a key; it is shown once, on the page that this leads to."""
    try:
        key = programs.add_key(state.database, viewer, name.strip(), [scope], state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error), typed=(name, scope))
    return once.lead_to(HERE, request, state, viewer, (name.strip(), key))


@router.post("/people/keys/revoke")
def revoke(state: ReadState, viewer: Administrator, name: KeyName) -> Response:
    """End a key at once."""
    try:
        programs.revoke_key(state.database, viewer, name, state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    return RedirectResponse(HERE, 303)


def _page(
    state: State,
    viewer: Principal,
    status: int = 200,
    *,
    trouble: str = "",
    secret: Secret | None = None,
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
        secret=secret,
        typed=typed,
    )
