"""Who may look: one access key, as a bearer token for programs or a signed cookie for the page.

Users and roles come later; until then whoever has the key is the supervisor.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from fastapi import Cookie, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from triage.domain.person import Principal, Right
from triage.errors import BadInput

COOKIE = "triage_session"
SESSION_SECONDS = 12 * 60 * 60
SUPERVISOR = Principal("supervisor", frozenset(Right))
_SESSION = b"supervisor"

#: What every guarded route may answer besides its own, for the documentation.
GUARDED: dict[int | str, dict[str, Any]] = {
    401: {"description": "no key"},
    403: {"description": "a key without that right"},
    503: {"description": "database away"},
}

bearer = HTTPBearer(auto_error=False, description="the access key that `triage up` prints")


class Access:
    """Checks keys and sessions. A session ends after 12 hours or when the secret key changes."""

    def __init__(self, access_key: str, secret_keys: str) -> None:
        """Raises BadInput without a key: an empty one would let everybody in."""
        if not access_key:
            raise BadInput("TRIAGE_ACCESS_KEY: expected a key, got nothing")
        self._key = access_key.encode()
        self._fernet = MultiFernet([Fernet(key.strip()) for key in secret_keys.split(",")])

    def is_key(self, given: str) -> bool:
        """Return whether `given` is the access key, in constant time."""
        return hmac.compare_digest(given.encode(errors="replace"), self._key)

    def new_session(self) -> str:
        """Return the value of a cookie that opens the page for SESSION_SECONDS."""
        return self._fernet.encrypt(_SESSION).decode()

    def is_session(self, cookie: str) -> bool:
        """Return whether the cookie is ours and not too old."""
        try:
            return self._fernet.decrypt(cookie.encode(), ttl=SESSION_SECONDS) == _SESSION
        except (InvalidToken, UnicodeEncodeError):
            return False


def principal_of(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    session: Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)] = None,
) -> Principal | None:
    """The dependency that says who asks; None: nobody whom we know."""
    access: Access = request.app.state.triage.access
    if credentials:
        known = access.is_key(credentials.credentials)
    else:
        known = bool(session and access.is_session(session))
    return SUPERVISOR if known else None


Asking = Annotated[Principal | None, Depends(principal_of)]


def require(right: Right) -> Callable[[Principal | None], Principal]:
    """Return the dependency of a route that needs this right. It answers 401 or 403."""

    def check(principal: Asking) -> Principal:
        if principal is None:
            raise HTTPException(
                401, "send the access key as a bearer token", {"WWW-Authenticate": "Bearer"}
            )
        if not principal.may(right):
            raise HTTPException(403, f"{principal.name} may not {right} here")
        return principal

    return check
