"""HubSpot's API: a bearer token of a private app, limits in spans of ten seconds.

The limits' numbers and headers are not in the sources we hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, quota_of, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "https://api.hubapi.com", otherwise="https://api.hubapi.com"),
    Ask("token", "access token of the private app", secret=True),
)

#: Of the smallest plan, as far as we know, until the first answer says more.
LIMITS: tuple[Limit, ...] = (Limit("account", 100, timedelta(seconds=10)),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return web_address(given["address"])


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"authorization": f"Bearer {given['token']}"}


def quota(response: Response) -> Quota | None:
    """Return what an answer says of the account's limit."""
    return quota_of(response, "x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining")


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/account-info/v3/details")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return f"portal {response.json()['portalId'].id()}"
