"""Secrets that are shown once, after a redirect, so that a reload repeats nothing.

For the moment between, the browser keeps the secret sealed. It opens on one page, for the session
that asked for it, and that page takes it away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from triage.api.cookies import SESSION, cookie_of, drop_cookie, set_cookie
from triage.api.state import State
from triage.domain.person import Principal
from triage.store.sessions import hashed

KEPT = "triage_shown_once"  # the cookie
LASTS = timedelta(minutes=2)

Secret = tuple[str, str]  # whose it is, and what


def lead_to(
    path: str, request: Request, state: State, viewer: Principal, secret: Secret
) -> Response:
    """Return the answer that leads to the page on which a secret is shown."""
    answer = RedirectResponse(path, 303)
    sealed = state.access.seal.close(f"{KEPT} {path}", [_whose(request, viewer), *secret])
    set_cookie(request, answer, KEPT, sealed, int(LASTS.total_seconds()))
    return answer


def show(
    request: Request, state: State, viewer: Principal, page: Callable[[Secret | None], Response]
) -> Response:
    """Return a page with the secret that this browser was led to it for, if there is one."""
    purpose = f"{KEPT} {request.url.path}"
    kept = state.access.seal.open(purpose, cookie_of(request, KEPT), LASTS)
    if kept is None or kept[0] != _whose(request, viewer):
        return page(None)
    answer = page((kept[1], kept[2]))
    drop_cookie(request, answer, KEPT)
    return answer


def _whose(request: Request, viewer: Principal) -> str:
    """Return what stands for a session, or for a program, which has none."""
    return hashed(cookie_of(request, SESSION) or viewer.name)
