"""Who may log in: people with their role, added, changed, shut out, and given a new password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import admit
from triage.api.schemas import LARGEST_ID, Text
from triage.api.state import State
from triage.domain.person import LONGEST_NAME, Principal, Role
from triage.errors import BadInput, UnknownPerson
from triage.page import once
from triage.page.once import Secret
from triage.page.shell import Administrator, ReadState, page
from triage.store import agents, people

HERE = "/people"
LONGEST_EMAIL = 254
PersonNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
NewName = Annotated[Text, Form(max_length=LONGEST_NAME * 2)]
NewRole = Annotated[Role, Form()]
NewEmail = Annotated[Text, Form(max_length=LONGEST_EMAIL)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/people")
def show(request: Request, state: ReadState, viewer: Administrator) -> Response:
    """Everybody who may log in, and who may no longer; a password that was just made."""
    return once.show(request, state, viewer, lambda secret: _page(state, viewer, secret=secret))


@router.post("/people")
def add(
    request: Request,
    state: ReadState,
    viewer: Administrator,
    name: NewName,
    role: NewRole,
    email: NewEmail = "",
) -> Response:
    """Add a person; their password is shown once, on the page that this leads to."""
    access, name = state.access, name.strip()
    try:
        password = admit.add(
            state.database, access.passwords, viewer, name, role, email, state.clock()
        )
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error), typed=(name, role, email))
    return once.lead_to(HERE, request, state, viewer, (name, password))


@router.post("/people/{person_id:int}")
def change(
    person_id: PersonNumber,
    state: ReadState,
    viewer: Administrator,
    role: NewRole,
    email: NewEmail = "",
) -> Response:
    """Give somebody a role and an e-mail address; it counts with their next request."""
    try:
        admit.change(state.database, viewer, person_id, role, email, state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    except UnknownPerson as error:
        return _page(state, viewer, 404, trouble=str(error))
    return RedirectResponse(f"/people#person-{person_id}", 303)


@router.post("/people/{person_id:int}/active")
def set_active(
    person_id: PersonNumber,
    state: ReadState,
    viewer: Administrator,
    active: Annotated[bool, Form()],
) -> Response:
    """Shut somebody out at once, or let them in again."""
    try:
        admit.set_active(state.database, viewer, person_id, active=active, now=state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    except UnknownPerson as error:
        return _page(state, viewer, 404, trouble=str(error))
    return RedirectResponse(f"/people#person-{person_id}", 303)


@router.post("/people/{person_id:int}/unlink")
def unlink(person_id: PersonNumber, state: ReadState, viewer: Administrator) -> Response:
    """Forget which account of the identity provider is somebody's; their sessions end."""
    try:
        admit.unlink(state.database, viewer, person_id, state.clock())
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    except UnknownPerson as error:
        return _page(state, viewer, 404, trouble=str(error))
    return RedirectResponse(f"/people#person-{person_id}", 303)


@router.post("/people/{person_id:int}/password")
def reset_password(
    request: Request, person_id: PersonNumber, state: ReadState, viewer: Administrator
) -> Response:
    """Give somebody else a new password, shown once where this leads to; their sessions end."""
    passwords, now = state.access.passwords, state.clock()
    try:
        person, password = admit.set_password(
            state.database, passwords, viewer, person_id, None, now
        )
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    except UnknownPerson as error:
        return _page(state, viewer, 404, trouble=str(error))
    return once.lead_to(HERE, request, state, viewer, (person.name, password))


def _page(
    state: State,
    viewer: Principal,
    status: int = 200,
    *,
    trouble: str = "",
    secret: Secret | None = None,
    typed: tuple[str, str, str] = ("", Role.AGENT, ""),
) -> Response:
    with state.database.reading() as connection:
        everybody = people.everybody(connection)
        roster = agents.names_by_email(connection)
    return page(
        "people.html",
        viewer,
        status,
        everybody=everybody,
        roles=list(Role),
        trouble=trouble,
        secret=secret,
        typed=typed,
        roster=roster,
    )
