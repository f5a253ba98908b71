"""Secrets as Standard Webhooks 1.0.0 writes them: `whsec_` and the key in base64."""

from __future__ import annotations

import base64
import binascii
import secrets as random

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)  # 192 to 512 bits, says the standard


def new_secret() -> str:
    """Return a random secret of 256 bits."""
    return PREFIX + base64.b64encode(random.token_bytes(32)).decode()


def check_secret(secret: str) -> None:
    """Raise ValueError with a sentence that never repeats the secret if it is not fit for use."""
    key_of(secret)


def key_of(secret: str) -> bytes:
    """Return the key for HMAC; missing padding is forgiven. Raises ValueError."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"the secret does not begin with {PREFIX}")
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"the secret is not base64 after {PREFIX}") from None
    if len(key) not in KEY_BYTES:
        raise ValueError(
            f"the secret decodes to {len(key)} bytes, expected {KEY_BYTES[0]} to {KEY_BYTES[-1]}"
        )
    return key


def usable_keys(secrets: tuple[str, ...]) -> list[bytes]:
    """Return the keys of the secrets that are fit for use: a spoilt one must not stop the rest."""
    keys = []
    for secret in secrets:
        try:
            keys.append(key_of(secret))
        except ValueError:  # refused when the source was made; then it signs nothing
            continue
    return keys
