"""Jira's API: Basic authentication with an API token of an agent, points that nobody counts for us.

Sources: open clients (the base, Basic authentication), Jira's rate limits (`Retry-After`). How fast
it may be called is our own choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, basic, hosted
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "site (the part before .atlassian.net)"),
    Ask("projects", "keys of the service projects, such as HELP or HELP, SHOP"),
    Ask("email", "e-mail address of the agent whose token it is"),
    Ask("token", "API token", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 300),)

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,100}")


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    projects(given["projects"])
    return hosted(given["address"], "atlassian.net")


def projects(named: str) -> tuple[str, ...]:
    """Return the keys of the projects that were named. Raises ValueError."""
    keys = tuple(it.upper() for it in re.split(r"[,\s]+", named) if it)
    if not keys or not all(_KEY.fullmatch(it) for it in keys):
        raise ValueError("projects: expected keys such as HELP, with commas between them")
    return keys


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
