"""Our cookies: for the whole host and no script; over https bound to it by their name's prefix.

Lax, not strict: who follows a link from an alert's message is still logged in. What changes
anything is guarded by `same_site`.
"""

from __future__ import annotations

from fastapi import Request, Response

from triage.store.sessions import LASTS

SESSION = "triage_session"
BROWSER = "triage_browser"  # known as one that its person used; docs/access.md, throttling
HOST_ONLY = "__Host-"  # the browser itself refuses such a cookie from anybody but this host
SESSION_SECONDS = int(LASTS.total_seconds())


def cookie_of(request: Request, name: str) -> str | None:
    """Return the value of one of our cookies."""
    return request.cookies.get(_named(request, name))


def set_cookie(
    request: Request, answer: Response, name: str, value: str, seconds: int = SESSION_SECONDS
) -> None:
    answer.set_cookie(
        _named(request, name),
        value,
        seconds,
        httponly=True,
        samesite="lax",
        secure=_secure(request),
    )


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    answer.delete_cookie(
        _named(request, name), httponly=True, samesite="lax", secure=_secure(request)
    )


def _named(request: Request, name: str) -> str:
    return f"{HOST_ONLY}{name}" if _secure(request) else name


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
