"""Log-in by an OpenID Connect provider: authorization code with PKCE, state and nonce.

What its token must be is in `id_token`, the client in `oidc_client`: loaded when somebody logs in
that way, as most installations have no provider. Its addresses come from its own discovery
document. What was wrong with an answer goes to the log, without code or token; the browser is told
little.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog

from triage.domain.identity import Identity, RoleMapping, identity_of
from triage.errors import BadInput, NotLoggedIn, ProviderUnavailable
from triage.settings import Settings

KEPT = 600.0  # s that its addresses are remembered
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
REFUSED = "The identity provider's answer cannot be trusted; please log in again."
AWAY = "The identity provider does not answer as it should; try again in a minute."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in under way: what its answer must fit to. The browser keeps it, sealed."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def anew(cls) -> Begun:
        return cls(secrets.token_urlsafe(), secrets.token_urlsafe(), secrets.token_urlsafe(48))


@dataclass(slots=True)
class Provider:
    """One identity provider, as it is set."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str
    roles: RoleMapping
    _known: dict[str, Any] = field(default_factory=dict)
    _until: float = 0.0

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).netloc

    async def address(self, begun: Begun, callback: str) -> str:
        """Return where to send the browser. Raises ProviderUnavailable."""
        async with self._client(callback) as client:
            known = await self._discovered(client)
            url, _state = client.create_authorization_url(
                known["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(url)

    async def identity(self, begun: Begun, answer: Mapping[str, str], callback: str) -> Identity:
        """Return whom the provider vouches for. Raises NotLoggedIn, ProviderUnavailable."""
        from triage.id_token import UNTRUSTED, claims_of  # noqa: PLC0415

        self._check(begun, answer)
        async with self._client(callback) as client:
            known = await self._discovered(client)
            try:
                token = await client.fetch_token(
                    known["token_endpoint"], code=answer["code"], code_verifier=begun.verifier
                )
                keys = await _json(client, known["jwks_uri"])
                claims = claims_of(token, keys, self.issuer, self.client_id, begun.nonce)
                said = await self._more(client, known, token, claims)
            except UNTRUSTED as error:
                raise _refused(type(error).__name__, str(error)) from error
            except httpx2.HTTPError as error:
                raise ProviderUnavailable(AWAY) from error
        return identity_of(self.issuer, said, self.role_claim)

    def _check(self, begun: Begun, answer: Mapping[str, str]) -> None:
        """Refuse an answer to another log-in, of another provider, or without a code."""
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise _refused("state", "not that of this browser's log-in")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise _refused("iss", "another provider answers")
        if "code" not in answer:
            raise _refused("error", answer.get("error", "no code")[:100])

    async def _more(
        self, client: Any, known: dict[str, Any], token: Any, claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Add what the provider says at its userinfo address, where the token says too little."""
        if "userinfo_endpoint" not in known or {"email", self.role_claim} <= claims.keys():
            return claims
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        more = await _json(client, known["userinfo_endpoint"], bearer)
        if more.get("sub") != claims["sub"]:
            return claims
        if "email" in claims:  # whether it is verified must be said where the address is said
            more = {name: it for name, it in more.items() if name != "email_verified"}
        return more | claims

    async def _discovered(self, client: Any) -> dict[str, Any]:
        if time.monotonic() >= self._until:
            place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                found = await _json(client, place)
            except (httpx2.HTTPError, ValueError) as error:
                raise ProviderUnavailable(AWAY) from error
            if found.get("issuer") != self.issuer:
                log.error("oidc_issuer_differs", expected=self.issuer, found=found.get("issuer"))
                raise ProviderUnavailable(AWAY)
            self._known, self._until = found, time.monotonic() + KEPT
        return self._known

    def _client(self, callback: str) -> Any:
        from triage.oidc_client import client_of  # noqa: PLC0415

        return client_of(self.client_id, self.client_secret, callback)


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that is set, if any. Raises BadInput."""
    issuer, client = settings.oidc_issuer, settings.oidc_client_id
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadInput(f"TRIAGE_OIDC_ISSUER: expected https://…, got {issuer!r}")
    if not client:
        raise BadInput("TRIAGE_OIDC_CLIENT_ID: expected what the provider calls Triage")
    roles = RoleMapping(
        agents=_words(settings.oidc_agents),
        supervisors=_words(settings.oidc_supervisors),
        admins=_words(settings.oidc_admins),
    )
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(issuer, client, secret, settings.oidc_role_claim, roles)


async def _json(client: Any, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    answer = await client.request("GET", url, headers=headers or {}, withhold_token=True)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{url}: expected a JSON object")  # noqa: TRY004 - of their answer, not of a type of ours
    return found


def _refused(what: str, why: str) -> NotLoggedIn:
    """Say little to the browser, and to the log what was wrong; neither holds a code or token."""
    log.warning("oidc_log_in_refused", what=what, why=why)
    return NotLoggedIn(REFUSED)


def _words(value: str) -> frozenset[str]:
    return frozenset(word.strip() for word in value.split(",") if word.strip())
