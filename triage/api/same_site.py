"""Requests that change something come from our own pages: no other site may send a person's cookie.

Browsers say where a request comes from in Sec-Fetch-Site or, on plain http, in Origin (Referer
where that is missing). Helpdesks' webhooks are signed, and programs' keys are sent by no browser by
itself: both pass.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from triage.api.cookies import HOST_ONLY, SESSION

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OURS = frozenset({"same-origin", "none"})
WEBHOOKS = "/webhooks/"
REFUSED = "this request comes from another site; nothing was changed"


class SameSite:
    """Refuses with 403 what another site makes a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_ours(scope):
            await JSONResponse({"detail": REFUSED}, 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_ours(scope: Scope) -> bool:
    """Return whether a request changes nothing, or comes from our own pages or from no browser."""
    if scope["method"] in SAFE or scope["path"].startswith(WEBHOOKS):
        return True
    headers = Headers(scope=scope)
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return True
    said = _from_us(headers)
    # a log-in has no session yet: there, who says nothing is no browser
    return not _has_session(headers) if said is None else said


def _from_us(headers: Headers) -> bool | None:
    """Return whether the request says it comes from our own pages; None: it says nothing."""
    if site := headers.get("sec-fetch-site"):
        return site in OURS
    origin = headers.get("origin") or headers.get("referer")
    return urlsplit(origin).netloc == headers.get("host") if origin else None


def _has_session(headers: Headers) -> bool:
    named = (f"{SESSION}=", f"{HOST_ONLY}{SESSION}=")
    crumbs = headers.get("cookie", "").split(";")
    return any(crumb.strip().startswith(named) for crumb in crumbs)
