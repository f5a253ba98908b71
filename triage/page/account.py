"""One's own account: who one is here, and another password."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage.api.access import address_of
from triage.api.cookies import SESSION, set_cookie
from triage.api.state import State
from triage.change_password import Change
from triage.change_password import change_password as verb
from triage.domain.person import LONGEST_PASSWORD, SHORTEST_PASSWORD, Principal
from triage.errors import BadInput, NotLoggedIn, TooManyTries
from triage.page.login import later
from triage.page.shell import Reader, ReadState, page
from triage.store import people

Password = Annotated[str, Form(max_length=LONGEST_PASSWORD)]

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/account")
def show(state: ReadState, viewer: Reader, changed: bool = False) -> Response:  # noqa: FBT001, FBT002 - of the address
    """One's name, role and e-mail address, and the form for another password."""
    return _page(state, viewer, changed=changed)


@router.post("/account/password")
async def change_password(
    request: Request, state: ReadState, viewer: Reader, old: Password = "", new: Password = ""
) -> Response:
    """Change one's password. One's other sessions end."""
    if viewer.person_id is None:
        raise BadInput("a program has no password")
    asked = Change(old=old, new=new, address=address_of(request))
    try:
        token = await asyncio.get_running_loop().run_in_executor(
            state.access.threads, _change, state, viewer, asked
        )
    except NotLoggedIn as error:
        return _page(state, viewer, 403, trouble=str(error))
    except TooManyTries as error:
        return later(_page(state, viewer, 429, trouble=str(error)), error)
    except BadInput as error:
        return _page(state, viewer, 422, trouble=str(error))
    answer = RedirectResponse("/account?changed=true", 303)
    set_cookie(request, answer, SESSION, token)
    return answer


def _change(state: State, viewer: Principal, asked: Change) -> str:
    return verb(state.database, state.access.passwords, viewer, asked, state.clock())


def _page(
    state: State, viewer: Principal, status: int = 200, *, trouble: str = "", changed: bool = False
) -> Response:
    with state.database.reading() as connection:
        person = people.by_id(connection, viewer.person_id or 0)
    return page(
        "account.html",
        viewer,
        status,
        person=person,
        shortest=SHORTEST_PASSWORD,
        trouble=trouble,
        changed=changed,
    )
