"""Gorgias's API: Basic authentication with an e-mail address and an API key.

Its limit is an old text's "2 requests per second". How to sign in and its headers are not in the
sources we hold.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, basic, hosted
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "domain (the part before .gorgias.com)"),
    Ask("email", "e-mail address of the user whose key it is"),
    Ask("key", "API key", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 120),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return f"{hosted(given['address'], 'gorgias.com')}/api"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return basic(given["email"], given["key"])


def quota(response: Response) -> Quota | None:
    """Return nothing: what its headers count is not known."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/account")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["domain"].line() or "nobody"
