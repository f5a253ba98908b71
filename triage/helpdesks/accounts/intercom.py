"""Intercom's API: a bearer token of the app, limits in spans of ten seconds.

Sources: Intercom's "Rate limiting", its reference's servers by region and its changelog of 2.14.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask(
        "address",
        "https://api.intercom.io, or api.eu. or api.au.intercom.io by your region",
        otherwise="https://api.intercom.io",
    ),
    Ask("token", "access token of the app", secret=True),
)

#: A sixth of 10,000 a minute; what its headers count is not told clearly enough to go by.
LIMITS: tuple[Limit, ...] = (Limit("account", 1_600, timedelta(seconds=10)),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return web_address(given["address"])


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"authorization": f"Bearer {given['token']}", "intercom-version": "2.14"}


def quota(response: Response) -> Quota | None:
    """Return nothing: see LIMITS."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/me")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["name"].line() or "nobody"
