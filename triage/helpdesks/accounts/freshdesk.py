"""Freshdesk's API: Basic authentication with an API key, limits by minute and plan.

Sources: Freshdesk's "Rate limits", clients that quote its API (key, headers).
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, basic, hosted, quota_of
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "domain (the part before .freshdesk.com)"),
    Ask("key", "API key of the agent as whom Triage writes", secret=True),
)

#: Of trial accounts, the least there is, until the first answer says more.
LIMITS: tuple[Limit, ...] = (Limit("account", 50),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return f"{hosted(given['address'], 'freshdesk.com')}/api/v2"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return basic(given["key"], "X")


def quota(response: Response) -> Quota | None:
    """Return what an answer says of the account's limit."""
    return quota_of(response, "x-ratelimit-total", "x-ratelimit-remaining")


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/agents/me")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["contact"]["name"].line() or "nobody"
