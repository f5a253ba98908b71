"""The client that speaks with an identity provider: authlib's, with our scope and patience."""

from __future__ import annotations

from authlib.integrations.httpx_client import AsyncOAuth2Client

TIMEOUT = 5.0  # s for each answer of the provider
SCOPE = "openid profile email"


def client_of(client_id: str, client_secret: str, callback: str) -> AsyncOAuth2Client:
    """Return a client for one log-in, to be closed."""
    return AsyncOAuth2Client(
        client_id,
        client_secret or None,
        scope=SCOPE,
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=TIMEOUT,
        follow_redirects=False,
    )
