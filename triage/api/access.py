"""Who asks: a person by the session cookie of the page, or a program by its key; and what they may.

Both are looked up with every request, so that what is taken from them is gone with the next one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from triage.api.cookies import SESSION, cookie_of
from triage.domain.person import Principal, Right, fault_of_name
from triage.errors import BadInput, NotAllowed, StoreUnavailable
from triage.oidc import Provider
from triage.passwords import Passwords
from triage.sealed import Seal
from triage.store import api_keys, audit, sessions
from triage.store.audit import Action

if TYPE_CHECKING:
    from triage.api.state import State

NOWHERE = "unknown"  # an address, where the server is told none
HASHED_AT_ONCE = 2  # passwords; each takes 46 MiB, and more at once would only take turns

#: What every guarded route may answer besides its own, for the documentation.
GUARDED: dict[int | str, dict[str, Any]] = {
    401: {"description": "no session and no key"},
    403: {"description": "a session or key without that right"},
    503: {"description": "database away"},
}

bearer = HTTPBearer(auto_error=False, description="an API key, as `triage keys add` prints it")


@dataclass(frozen=True, slots=True)
class Access:
    """What log-ins need: passwords, seals, and threads of their own beside those that answer."""

    passwords: Passwords
    seal: Seal
    provider: Provider | None = None
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(HASHED_AT_ONCE, "log-in")
    )


def principal_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal | None:
    """The dependency that says who asks; None: nobody whom we know."""
    state: State = request.app.state.triage
    if credentials:
        return _program(state, credentials.credentials)
    token = cookie_of(request, SESSION)
    if not token:
        return None
    with state.database.reading() as connection:
        return sessions.whose(connection, token, state.clock())


def _program(state: State, key: str) -> Principal | None:
    with state.database.reading() as connection:
        known, unnoted = api_keys.whose(connection, key, state.clock())
    if known and unnoted:
        with contextlib.suppress(StoreUnavailable), state.database.writing() as connection:
            api_keys.note_use(connection, key, state.clock())
    return known


Asking = Annotated[Principal | None, Depends(principal_of)]


def require(right: Right) -> Callable[[Principal | None], Awaitable[Principal]]:
    """Return the dependency of a route that needs this right. It answers 401 or 403."""

    async def check(principal: Asking) -> Principal:
        if principal is None:
            raise HTTPException(
                401, "log in, or send an API key as a bearer token", {"WWW-Authenticate": "Bearer"}
            )
        if not principal.may(right):
            raise HTTPException(403, f"{principal.name} may not {right} here")
        return principal

    return check


Reader = Annotated[Principal, Depends(require(Right.READ))]
Decider = Annotated[Principal, Depends(require(Right.DECIDE))]


async def may_write_notes(reader: Reader) -> Principal:
    """The dependency of notes. Raises NotAllowed."""
    if not reader.may_write_notes():
        raise NotAllowed(f"{reader.name} may only read here; a note needs the scope decide")
    return reader


NoteWriter = Annotated[Principal, Depends(may_write_notes)]


def address_of(request: Request) -> str:
    """Return the address that asks. A header that a proxy passed on may hold anything."""
    said = request.client.host.partition("%")[0] if request.client else ""
    try:
        return str(ip_address(said))
    except ValueError:
        return NOWHERE


def acting_as(who: Principal, name: str | None) -> str:
    """Return under whose name a change is kept; `name`: on whose behalf, where that was said.

    Raises BadInput for a name that nobody could have, and for a person: who is logged in as Tom
    must not be able to act as Sue.
    """
    if name is not None and (fault := fault_of_name(name)):
        raise BadInput(f"by: {fault}")
    by = who.on_behalf_of(name)
    if by is None:
        raise BadInput(f"by: you act as {who.name}; only a program may say on whose behalf it acts")
    return by


def note_view(state: State, who: Principal, ticket_id: int, part: str = "") -> None:
    """Note that somebody sees a ticket. Raises StoreUnavailable: what is not noted is not shown."""
    with state.database.writing() as connection:
        audit.note(connection, who, Action.SAW, ticket_id, part, now=state.clock())
