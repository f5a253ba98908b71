"""Front: events of an application's webhook, each with its conversation and most with the message.

Signed is timestamp + ":" + body by HMAC-SHA256 with the app's signing key; rules sign otherwise
(`front_rule`). Sources: Front's "Application webhooks", "Rule webhooks", an AsyncAPI file and a
captured event. Clicks: docs/helpdesks/front.md.
"""

from __future__ import annotations

from datetime import datetime

from triage.helpdesks import front_events, ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed, Thin
from triage.helpdesks.reading import Field

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: it is the app's signing key

_MILLISECONDS = 1_000


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes within the window. Raises Refused."""
    timestamp = signatures.header(delivery, "x-front-request-timestamp")
    signed = timestamp + b":" + delivery.body
    signatures.require_base64(delivery, "x-front-signature", signed, secrets, "sha256")
    signatures.require_fresh(signatures.unix_moment(timestamp, _MILLISECONDS), now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as Front signs it, which `parse` ignores."""
    body = trials.encoded({"type": trials.TEST, "payload": {"type": trials.TEST}})
    at = str(int(now.timestamp() * _MILLISECONDS))
    signature = signatures.as_base64(secret, at.encode() + b":" + body, "sha256")
    headers = {"x-front-request-timestamp": at, "x-front-signature": signature}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return the event's id, the same for every try, or else a fingerprint."""
    try:
        return _key(_event_of(read_json(delivery.body)), delivery)
    except Malformed:
        return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Event | Thin | Ignored:
    """Return the canonical event. Raises Malformed."""
    body = read_json(delivery.body)
    found = _event_of(body)
    key = _key(found, delivery)
    if body["type"].line() == "sync":  # it asks whether we are who we say
        challenge = ids.usable(delivery.headers.get("x-front-challenge")) or ""
        return Ignored(key, "a check of the address", challenge)
    return front_events.read(found, body["type"].text(), key)


def _event_of(body: Field) -> Field:
    """Return the event: an application's stands in an envelope, a rule's by itself."""
    return body["payload"] or body


def _key(event: Field, delivery: Delivery) -> str:
    return ids.delivery_key(event["id"].id_or_none(), delivery.body)
