"""Jira's API: Basic authentication with an API token of an agent, points that nobody counts for us.

Sources: open clients (the base, Basic authentication), Jira's rate limits (`Retry-After`). How fast
it may be called is our own choice.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, basic, hosted
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "site (the part before .atlassian.net)"),
    Ask("email", "e-mail address of the agent whose token it is"),
    Ask("token", "API token", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 300),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return hosted(given["address"], "atlassian.net")


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return basic(given["email"], given["token"])


def quota(response: Response) -> Quota | None:
    """Return nothing: what its headers count is not a number of calls."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/rest/api/3/myself")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["displayName"].line() or "nobody"
