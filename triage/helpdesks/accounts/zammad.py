"""Zammad's API: an access token of one's own server. No limits are documented.

Source: Zammad's REST manual (introduction). How fast it may be called is our own choice.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "address of the server, such as https://desk.example.com"),
    Ask("token", "access token", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 600),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return f"{web_address(given['address'])}/api/v1"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"authorization": f"Token token={given['token']}"}


def quota(response: Response) -> Quota | None:
    """Return nothing: Zammad tells of no limit, a proxy before it refuses when it must."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/users/me")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["login"].line() or "nobody"
