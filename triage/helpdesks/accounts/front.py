"""Front's API: a bearer token. Its limits and their headers are not in the sources we hold."""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, quota_of, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "https://api2.frontapp.com", otherwise="https://api2.frontapp.com"),
    Ask("token", "API token", secret=True),
)

#: Of the smallest plan, as far as we know, until the first answer says more.
LIMITS: tuple[Limit, ...] = (Limit("account", 50),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return web_address(given["address"])


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"authorization": f"Bearer {given['token']}"}


def quota(response: Response) -> Quota | None:
    """Return what an answer says of the account's limit."""
    return quota_of(response, "x-ratelimit-limit", "x-ratelimit-remaining")


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/me")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    return response.json()["name"].line() or "nobody"
