"""Zendesk's API: Basic authentication with an API token, limits by minute.

Sources: Zendesk's "Tickets" (authentication), "Rate limits", "Incremental exports".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, basic, hosted, quota_of
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "subdomain (the part before .zendesk.com)"),
    Ask("email", "e-mail address of the agent whose token it is"),
    Ask("token", "API token", secret=True),
)

UPDATES = "updates"

#: The account's until its first answer says more: the smallest plan's. The others are documented.
LIMITS: tuple[Limit, ...] = (Limit("account", 200), Limit("export", 10), Limit(UPDATES, 100))
_TOTAL = re.compile(r"\s*total=(\d{1,6})\s*;\s*remaining=(\d{1,6})\b")


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return f"{hosted(given['address'], 'zendesk.com')}/api/v2"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return basic(f"{given['email']}/token", given["token"])


def quota(response: Response) -> Quota | None:
    """Return what an answer says of the limit of updates, else of the account's."""
    if found := _TOTAL.match(response.headers.get("zendesk-ratelimit-tickets-update", "")):
        return Quota(int(found[1]), int(found[2]), UPDATES)
    return quota_of(response, "x-rate-limit", "x-rate-limit-remaining")


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/users/me.json")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    user = response.json()["user"]
    return f"{user['name'].line() or 'nobody'} ({user['role'].line() or 'no role'})"
