"""Help Scout's API: OAuth2 with an app's own credentials, which a token is fetched with each time.

A token lives two days, and is not kept. Source: an open client of the Mailbox API 2.0, tested
against it. The limit is the older API's; the newer one's is not in the sources we hold.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.domain.quota import Limit, Quota
from triage.helpdesks.accounts.account import Ask, web_address
from triage.helpdesks.call import Request, Response

ASKS: tuple[Ask, ...] = (
    Ask("address", "https://api.helpscout.net/v2", otherwise="https://api.helpscout.net/v2"),
    Ask("id", "App ID of an OAuth2 application"),
    Ask("secret", "App Secret", secret=True),
)
LONGEST_TOKEN = 4_000  # characters
LIMITS: tuple[Limit, ...] = (Limit("account", 200),)


def address(given: Mapping[str, str]) -> str:
    """Return the address below which all paths stand. Raises ValueError."""
    return web_address(given["address"])


def headers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return nothing: a call carries the token that `token_request` asks for."""
    return {}


def token_request(given: Mapping[str, str]) -> Request:
    """Return the call that answers with a token."""
    body = {
        "grant_type": "client_credentials",
        "client_id": given["id"],
        "client_secret": given["secret"],
    }
    return Request(path="/oauth2/token", method="POST", body=body, is_form=True)


def token_headers(response: Response) -> Mapping[str, str]:
    """Return what every call carries, from the token's answer. Raises Malformed."""
    field = response.json()["access_token"]
    token = field.line(LONGEST_TOKEN)
    if not token.isascii() or not token or " " in token:
        raise field.unlike("a token of printable ASCII characters")
    return {"authorization": f"Bearer {token}"}


def quota(response: Response) -> Quota | None:
    """Return nothing: what its headers count is not known."""
    return None


def whoami() -> Request:
    """Return a small call that only good credentials may make."""
    return Request(path="/users/me")


def name(response: Response) -> str:
    """Return as whom we are known there. Raises Malformed."""
    user = response.json()
    return f"{user['firstName'].line()} {user['lastName'].line()}".strip() or "nobody"
