"""Whether a delivery is the sender's own: HMAC over the exact bytes, within a window of time.

Each vendor's file says what is signed, how it is written and where it stands. Here is what they
share. A reason is a word for the metrics; whoever is refused learns none.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets as random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from triage.helpdesks.event import Delivery, Refused

#: Both ways. The tolerance of the Standard Webhooks reference library; Zendesk documents none.
REPLAY_WINDOW = timedelta(seconds=300)

#: Characters of a secret that a vendor uses as it is written. Shorter ones can be guessed.
PLAIN_SECRET_LENGTH = range(16, 513)
LATEST = 4_102_444_800  # unix seconds of 2100: timestamps after that are none
MAX_PARAMETERS = 20  # of an address' query; a secret needs one

_UNIX = re.compile(rb"[0-9]{1,14}")


def header(delivery: Delivery, name: str) -> bytes:
    """Return a header's bytes. Raises Refused if it is missing, empty or not ASCII."""
    value = delivery.headers.get(name, "")
    if not value or not value.isascii():
        raise Refused("header")
    return value.encode("ascii")


def mac(key: bytes, signed: bytes, algorithm: Literal["sha1", "sha256"]) -> bytes:
    """Return the HMAC of the signed bytes."""
    return hmac.digest(key, signed, algorithm)


def as_hex(secret: str, signed: bytes, algorithm: Literal["sha1", "sha256"]) -> str:
    """Return `sha1=` or `sha256=` and an HMAC in hex, as `require_hex` takes it."""
    return f"{algorithm}={mac(secret.encode(), signed, algorithm).hex()}"


def as_base64(secret: str, signed: bytes, algorithm: Literal["sha1", "sha256"]) -> str:
    """Return an HMAC in base64, as `require_base64` takes it."""
    return base64.b64encode(mac(secret.encode(), signed, algorithm)).decode()


def require_hex(
    delivery: Delivery,
    name: str,
    signed: bytes,
    secrets: tuple[str, ...],
    algorithm: Literal["sha1", "sha256"],
) -> None:
    """Return if the header is `sha1=` or `sha256=` and an HMAC in hex. Raises Refused."""
    given, prefix = header(delivery, name), f"{algorithm}=".encode()
    macs = [mac(key, signed, algorithm).hex().encode() for key in plain_keys(secrets)]
    require_match([given], [prefix + one for one in macs])


def require_base64(
    delivery: Delivery,
    name: str,
    signed: bytes,
    secrets: tuple[str, ...],
    algorithm: Literal["sha1", "sha256"],
) -> None:
    """Return if the header is an HMAC in base64. Raises Refused."""
    given = header(delivery, name)
    macs = [mac(key, signed, algorithm) for key in plain_keys(secrets)]
    require_match([given], [base64.b64encode(one) for one in macs])


def unix_moment(digits: bytes, per_second: int = 1) -> datetime | None:
    """Return the moment of a timestamp header of whole seconds, or parts of them."""
    known = _UNIX.fullmatch(digits)
    seconds = int(digits) / per_second if known else 0
    in_range = known and seconds < LATEST
    return datetime.fromtimestamp(seconds, tz=UTC) if in_range else None


def require_match(given: Iterable[bytes], expected: Iterable[bytes]) -> None:
    """Return if any given signature is an expected one. Raises Refused.

    Every pair is compared, so that the time taken tells nothing about which was close.
    """
    pairs = product(expected, given)
    if sum(hmac.compare_digest(ours, theirs) for ours, theirs in pairs) == 0:
        raise Refused("signature")


def require_fresh(sent_at: datetime | None, now: datetime) -> None:
    """Return if `sent_at` is known and lies within the window around now. Raises Refused.

    Ask after the signature: then the metric counts wrong clocks and replays, not noise.
    """
    if sent_at is None or abs(now - sent_at) > REPLAY_WINDOW:
        raise Refused("stale")


def require_secret(delivery: Delivery, secrets: tuple[str, ...], *, in_url: bool = False) -> None:
    """Return if the delivery carries any secret as it is: for vendors that sign nothing.

    As `Authorization: Bearer`, as `X-Triage-Secret`, or with `in_url` as `?secret=`, for vendors
    that send no header of one's own. The body is not covered: only TLS keeps it. Raises Refused.
    """
    given = delivery.headers.get("x-triage-secret") or _bearer(delivery)
    if in_url and not given:
        given = _in_query(delivery.url)
    if not given or not given.isascii():
        raise Refused("header")
    require_match([given.encode()], plain_keys(secrets))


def _bearer(delivery: Delivery) -> str:
    scheme, _, token = delivery.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _in_query(url: str) -> str:
    try:
        found = parse_qs(urlsplit(url).query, max_num_fields=MAX_PARAMETERS).get("secret", [])
    except ValueError:
        return ""
    return found[0] if len(found) == 1 else ""


def plain_keys(secrets: tuple[str, ...]) -> list[bytes]:
    """Return the keys of secrets used as written. An empty one would let anybody sign."""
    return [secret.encode() for secret in secrets if secret]


def check_plain_secret(secret: str) -> None:
    """Raise ValueError with a sentence that never repeats the secret if it is not fit for use."""
    if len(secret) not in PLAIN_SECRET_LENGTH:
        low, high = PLAIN_SECRET_LENGTH[0], PLAIN_SECRET_LENGTH[-1]
        raise ValueError(f"the secret has {len(secret)} characters, expected {low} to {high}")
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise ValueError("the secret has spaces or other than printable ASCII characters")


def new_plain_secret() -> str:
    """Return a random secret of 256 bits."""
    return random.token_urlsafe(32)
