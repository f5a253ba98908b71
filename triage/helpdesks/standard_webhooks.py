"""Our own inbound contract: Standard Webhooks 1.0.0 with ticket events (vendor "generic").

Signed is `id.timestamp.body` by HMAC-SHA256, and several signatures may stand side by side.
`ticket_events` reads the events, `whsec` knows the secrets.
"""

from __future__ import annotations

import base64
import re
import secrets as random
from datetime import UTC, datetime

from triage.helpdesks import ids, signatures, ticket_events, trials, whsec
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored

check_secret = whsec.check_secret
new_secret = whsec.new_secret

_SECONDS = re.compile(rb"[0-9]{1,11}")


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes within the window. Raises Refused."""
    webhook_id = signatures.header(delivery, "webhook-id")
    timestamp = signatures.header(delivery, "webhook-timestamp")
    given = signatures.header(delivery, "webhook-signature").split(b" ")
    signed = b".".join((webhook_id, timestamp, delivery.body))
    signatures.require_match(given, [_signature(key, signed) for key in whsec.usable_keys(secrets)])
    signatures.require_fresh(_moment(timestamp), now)


def verify_or_secret(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """As `verify`; what has no signature must carry the secret itself. Raises Refused.

    For formats with no authentication of their own.
    """
    if "webhook-signature" in delivery.headers:
        verify(delivery, secrets, now)
    else:
        signatures.require_secret(delivery, secrets)


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the `webhook-signature` header of a body sent at unix seconds. Raises ValueError."""
    signed = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
    return _signature(whsec.key_of(secret), signed).decode()


def signed(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a body that is sent now. Raises ValueError."""
    webhook_id, at = f"msg_{random.token_hex(12)}", int(now.timestamp())
    signature = sign(secret, webhook_id, at, body)
    return {"webhook-id": webhook_id, "webhook-timestamp": str(at), "webhook-signature": signature}


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as its sender signs it, which `parse` ignores."""
    body = trials.encoded({"type": trials.TEST})
    return trials.delivery(address, body, signed(secret, body, now))


def delivery_key(delivery: Delivery) -> str:
    """Return the webhook's id, the same for every try, or else a fingerprint."""
    return ids.delivery_key(delivery.headers.get("webhook-id"), delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    if body["type"].value == trials.TEST:
        return Ignored(key, trials.WHY)
    return ticket_events.read(body["type"], body["timestamp"], body["data"], key)


def _signature(key: bytes, signed: bytes) -> bytes:
    # `v1a`, the asymmetric scheme, is not for us: no secret of ours could sign it
    return b"v1," + base64.b64encode(signatures.mac(key, signed, "sha256"))


def _moment(timestamp: bytes) -> datetime | None:
    known = _SECONDS.fullmatch(timestamp)
    return datetime.fromtimestamp(int(timestamp), tz=UTC) if known else None
