"""What all pages share: the templates, how one is answered, and who may look.

All markup is ours and made by the templates, which escape every word of a customer's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from triage.api.access import Asking
from triage.api.state import State, state_of
from triage.domain.person import Principal, Right
from triage.page.corrections import corrected
from triage.page.language import TRANSLATIONS
from triage.page.paths import HERE, log_in_path
from triage.page.words import FILTERS

STATIC = Path(__file__).parent / "static"

ReadState = Annotated[State, Depends(state_of)]

templates = Environment(
    loader=PackageLoader("triage.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
templates.filters |= FILTERS | {"corrected": corrected}
templates.install_gettext_translations(TRANSLATIONS, newstyle=True)  # type: ignore[attr-defined]


def viewer(right: Right) -> Callable[[Request, Principal | None], Awaitable[Principal]]:
    """Return the dependency of a page that needs this right; strangers are led to the log-in."""

    async def check(request: Request, principal: Asking) -> Principal:
        if principal is None:
            raise HTTPException(303, headers={"Location": log_in_path(_looked_at(request))})
        if not principal.may(right):
            raise Forbidden(principal)
        return principal

    return check


class Forbidden(Exception):
    """Who is logged in may not see this page; the answer is a page that says so."""

    def __init__(self, viewer: Principal) -> None:
        super().__init__(f"{viewer.name} may not")
        self.viewer = viewer


def say_forbidden(_request: Request, error: Exception) -> HTMLResponse:
    """Answer Forbidden."""
    return page("forbidden.html", getattr(error, "viewer", None), 403)


def _looked_at(request: Request) -> str:
    """Return what somebody wanted to look at, so that the log-in can lead there."""
    if request.method != "GET":
        return HERE
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


Reader = Annotated[Principal, Depends(viewer(Right.READ))]
Decider = Annotated[Principal, Depends(viewer(Right.DECIDE))]
Administrator = Annotated[Principal, Depends(viewer(Right.ADMINISTER))]


def page(template: str, viewer: Principal | None, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page made by this template for who looks at it."""
    return HTMLResponse(fragment(template, viewer=viewer, **values), status)


def fragment(template: str, **values: Any) -> str:
    """Return a part of a page."""
    return templates.get_template(template).render(values)
