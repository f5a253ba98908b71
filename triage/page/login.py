"""The log-in by name and password, and the log-out."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import log_in as verb
from triage.api.access import address_of
from triage.api.cookies import BROWSER, SESSION, cookie_of, drop_cookie, set_cookie
from triage.api.state import State
from triage.domain.person import LONGEST_PASSWORD
from triage.errors import NotLoggedIn, TooManyTries
from triage.helpdesks.hygiene import clean
from triage.log_in import BROWSER_KNOWN, Attempt, Opened
from triage.page.paths import own_path
from triage.page.shell import ReadState, page

LONGEST_TYPED = 200  # characters of a name

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/login")
def ask(state: ReadState, next: Annotated[str, Query()] = "/") -> Response:  # noqa: A002 - its name in the address
    """The form that asks for name and password."""
    return form(state, own_path(next))


@router.post("/login")
async def log_in(
    request: Request,
    state: ReadState,
    name: Annotated[str, Form(max_length=LONGEST_TYPED)] = "",
    password: Annotated[str, Form(max_length=LONGEST_PASSWORD)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - as above
) -> Response:
    """Open a session for who knows the password of this person."""
    attempt = Attempt(
        name=clean(name).strip(),
        password=password,
        address=address_of(request),
        browser=cookie_of(request, BROWSER),
    )
    then = own_path(next)
    try:
        opened = await asyncio.get_running_loop().run_in_executor(
            state.access.threads, _try, state, attempt
        )
    except NotLoggedIn as error:
        return form(state, then, attempt.name, str(error), 401)
    except TooManyTries as error:
        return later(form(state, then, attempt.name, str(error), 429), error)
    await asyncio.to_thread(end_earlier, request, state)
    answer = RedirectResponse(then, 303)
    set_cookie(request, answer, SESSION, opened.token)
    set_cookie(request, answer, BROWSER, opened.browser, int(BROWSER_KNOWN.total_seconds()))
    return answer


@router.post("/logout")
def log_out(request: Request, state: ReadState) -> Response:
    """End this browser's session."""
    end_earlier(request, state)
    answer = RedirectResponse("/login", 303)
    drop_cookie(request, answer, SESSION)
    return answer


def end_earlier(request: Request, state: State) -> None:
    """A browser has one session: who was logged in before is logged out."""
    if token := cookie_of(request, SESSION):
        verb.log_out(state.database, token, state.clock())


def _try(state: State, attempt: Attempt) -> Opened:
    access = state.access
    return verb.log_in(state.database, access.passwords, access.seal, attempt, state.clock())


def later(answer: Response, error: TooManyTries) -> Response:
    """Have an answer say when another try is looked at."""
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def form(state: State, then: str, name: str = "", trouble: str = "", status: int = 200) -> Response:
    """Return the page of the log-in, with what went wrong."""
    known = state.access.provider
    return page(
        "login.html",
        None,
        status,
        next=then,
        name=name,
        trouble=trouble,
        provider=known.host if known else None,
    )
