"""What one vendor's account file offers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from triage.domain.quota import Limit, Quota
from triage.helpdesks.call import Request, Response

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
DIGITS = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Ask:
    """One value that connecting needs; a secret one is read without being shown."""

    name: str
    label: str
    secret: bool = False
    otherwise: str | None = None


class Account(Protocol):
    """One vendor's API: how to reach it, nothing about what is done there."""

    ASKS: tuple[Ask, ...]
    LIMITS: tuple[Limit, ...]

    def address(self, given: Mapping[str, str]) -> str:
        """Return the address below which all paths stand. Raises ValueError."""

    def headers(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return what every call carries: the credentials."""

    def quota(self, response: Response) -> Quota | None:
        """Return what an answer says of the account's limit."""

    def whoami(self) -> Request:
        """Return a small call that only good credentials may make."""

    def name(self, response: Response) -> str:
        """Return as whom we are known there. Raises Malformed."""


class SignsIn(Account, Protocol):
    """One vendor's API whose credentials buy a token, which the calls carry."""

    def token_request(self, given: Mapping[str, str]) -> Request:
        """Return the call that answers with a token."""

    def token_headers(self, response: Response) -> Mapping[str, str]:
        """Return what every call carries. Raises Malformed."""


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header of Basic authentication."""
    return {"authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def whole(headers: Mapping[str, str], name: str) -> int | None:
    """Return a header that is a whole number, else None."""
    value = headers.get(name, "").strip()
    return int(value) if DIGITS.fullmatch(value) else None


def quota_of(response: Response, limit: str, left: str) -> Quota | None:
    """Return what two headers of these names say."""
    calls = whole(response.headers, limit)
    return Quota(calls, whole(response.headers, left)) if calls else None


def hosted(given: str, domain: str) -> str:
    """Return the address of a customer of a hosted helpdesk: "acme" or "https://acme.vendor.com".

    Anything else with a scheme is taken as it is: a stand-in, or a domain of their own.
    """
    given = given.strip().rstrip("/")
    if NAME.fullmatch(given):
        return f"https://{given.lower()}.{domain}"
    return web_address(given)


def web_address(given: str) -> str:
    """Return an address of scheme, host and perhaps a port and a path. Raises ValueError."""
    given = given.strip().rstrip("/")
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", given):
        raise ValueError("address: expected one such as https://desk.example.com")
    return given
