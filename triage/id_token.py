"""What an identity provider's signed token says, where it can be believed.

It must be signed by the provider's keys, from the issuer that is set, for us, for this log-in, for
the access token that came with it, and not expired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from authlib.integrations.base_client import OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

LEEWAY = 60  # s that the provider's clock may differ
#: What an answer raises that cannot be trusted.
UNTRUSTED = (OAuthError, JoseError, KeyError, ValueError)
SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]  # by keys that only the provider has


def claims_of(
    token: Mapping[str, Any], keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """Return the claims of a token endpoint's answer. Raises one of UNTRUSTED."""
    known = KeySet.import_key_set(cast(KeySetSerialization, keys))
    signed = jwt.decode(token["id_token"], known, algorithms=SIGNED_BY)
    expected = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
    }
    bound = {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(signed.claims, signed.header, expected, bound)
    claims.validate(leeway=LEEWAY)
    return dict(claims)
