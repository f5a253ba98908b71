"""The log-in by the identity provider: there, and back."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from triage.api.cookies import SESSION, cookie_of, drop_cookie, set_cookie
from triage.api.state import State
from triage.errors import NotLoggedIn, ProviderUnavailable
from triage.oidc import Begun, Provider
from triage.page.login import end_earlier, form
from triage.page.paths import HERE, own_path
from triage.page.shell import ReadState
from triage.recognise import recognise

UNDER_WAY = "triage_oidc"  # the cookie of a log-in that the provider has not answered yet
LASTS = timedelta(minutes=10)
BACK = "login/oidc/callback"
LATE = "That log-in took too long, or began in another browser; please log in again."

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/login/oidc")
async def go(request: Request, state: ReadState, next: Annotated[str, Query()] = "/") -> Response:  # noqa: A002 - its name in the address
    """Send the browser to the provider; it keeps, sealed, what the answer must fit to."""
    provider, begun = state.access.provider, Begun.anew()
    if provider is None:
        return RedirectResponse("/login", 303)
    try:
        address = await provider.address(begun, _callback(request, state))
    except ProviderUnavailable as error:
        return form(state, own_path(next), trouble=str(error), status=503)
    answer = RedirectResponse(address, 303)
    kept = state.access.seal.close(UNDER_WAY, asdict(begun) | {"next": own_path(next)})
    set_cookie(request, answer, UNDER_WAY, kept, int(LASTS.total_seconds()))
    return answer


@router.get(f"/{BACK}")
async def come_back(request: Request, state: ReadState) -> Response:
    """Open a session for whom the provider vouches for."""
    provider = state.access.provider
    kept = state.access.seal.open(UNDER_WAY, cookie_of(request, UNDER_WAY), LASTS)
    then = own_path(kept.pop("next")) if kept else HERE
    if provider is None or kept is None:
        answer = form(state, then, trouble=LATE, status=401)
    else:
        answer = await _opened(request, state, provider, Begun(**kept), then)
    drop_cookie(request, answer, UNDER_WAY)  # one answer, once
    return answer


async def _opened(
    request: Request, state: State, provider: Provider, begun: Begun, then: str
) -> Response:
    callback = _callback(request, state)
    try:
        identity = await provider.identity(begun, dict(request.query_params), callback)
        token = await asyncio.to_thread(
            recognise, state.database, identity, provider.roles, state.clock()
        )
    except NotLoggedIn as error:
        return form(state, then, trouble=str(error), status=401)
    except ProviderUnavailable as error:
        return form(state, then, trouble=str(error), status=503)
    await asyncio.to_thread(end_earlier, request, state)
    answer = RedirectResponse(then, 303)
    set_cookie(request, answer, SESSION, token)
    return answer


def _callback(request: Request, state: State) -> str:
    """Return the address that is registered with the provider."""
    return f"{(state.settings.public_url or str(request.base_url)).rstrip('/')}/{BACK}"
