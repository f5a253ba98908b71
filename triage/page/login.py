"""The log-in and the log-out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage.api.access import COOKIE, SESSION_SECONDS
from triage.page.shell import ReadState, page

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/login")
def ask_key() -> Response:
    """The form that asks for the access key."""
    return page("login.html", None, wrong=False)


@router.post("/login")
def log_in(
    request: Request, state: ReadState, key: Annotated[str, Form(max_length=200)]
) -> Response:
    """Open a session for who has the access key."""
    if not state.access.is_key(key.strip()):
        return page("login.html", None, status=401, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    session = state.access.new_session()
    answer.set_cookie(
        COOKIE, session, SESSION_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return answer


@router.post("/logout")
def log_out() -> Response:
    """End this browser's session."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer
