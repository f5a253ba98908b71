"""FreeScout's API, an add-on of one's own server: a key, which is nobody's.

Its calls are not in the sources we hold, but that they exist; no limit is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import DIGITS, Ask, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "address of the server, such as https://desk.example.com"),
    Ask(
        "user", "number of the user as whom Triage writes, as in the page's address: /users/NUMBER"
    ),
    Ask("key", "API key", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 300),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    if not DIGITS.fullmatch(given["user"]):
        raise ValueError("user: expected a number")
    return f"{web_address(given['address'])}/api"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"x-freescout-api-key": given["key"]}


def quota(response: Response) -> Quota | None:
    """Return nothing: no limit is known."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/users")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    users = response.json()["_embedded"]["users"].items()
    return f"a key of this server, which has {len(list(users))} users or more"
