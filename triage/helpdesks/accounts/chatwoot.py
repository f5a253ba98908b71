"""Chatwoot's API: a user's access token, one account of a server.

Sources: Chatwoot's API description (`userApiKey`), open clients. How fast it may be called is not
in them: our own choice, and 429 is heeded.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import DIGITS, Ask, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "address of the server", otherwise="https://app.chatwoot.com"),
    Ask("account", "number of the account, as in the page's address: /app/accounts/NUMBER"),
    Ask("token", "access token of an agent or administrator", secret=True),
)

LIMITS: tuple[Limit, ...] = (Limit("account", 600),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    if not DIGITS.fullmatch(given["account"]):
        raise ValueError("account: expected a number")
    return f"{web_address(given['address'])}/api/v1/accounts/{given['account']}"


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every call carries."""
    return {"api_access_token": given["token"]}


def quota(response: Response) -> Quota | None:
    """Return nothing: Chatwoot's answers tell of no limit."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/labels")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    labels = len(list(response.json()["payload"].items()))
    return f"a user of this account, which has {labels} labels"
