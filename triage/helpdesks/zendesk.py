"""Zendesk: ticket events, and for accounts without them our trigger templates.

Signed is timestamp + body by HMAC-SHA256 in base64; the secret is the key as it is written. An old
copy of the manual has body + timestamp, which is refused. Source: Zendesk's "Verifying webhook
authenticity" and "Ticket events". Clicks and templates: docs/helpdesks/zendesk.md.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime

from triage.helpdesks import ids, signatures, trials, zendesk_events, zendesk_triggers
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Malformed
from triage.helpdesks.reading import Field, iso_moment

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: Zendesk makes its own

_SIGNATURE = "x-zendesk-webhook-signature"
_SIGNED_AT = "x-zendesk-webhook-signature-timestamp"
_TICKET_ID = re.compile(rb'"ticket_id"\s{0,9}:\s{0,9}"?([0-9]{1,19})\b')


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes within the window. Raises Refused."""
    given = signatures.header(delivery, _SIGNATURE)
    timestamp = signatures.header(delivery, _SIGNED_AT)
    keys = signatures.plain_keys(secrets)
    signatures.require_match([given], [_signature(key, timestamp, delivery.body) for key in keys])
    signatures.require_fresh(iso_moment(timestamp.decode()), now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as Zendesk signs it, which `parse` ignores."""
    body = trials.encoded({"type": f"{zendesk_events.PREFIX}{trials.TEST}"})
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    signature = _signature(secret.encode(), at.encode(), body).decode()
    return trials.delivery(address, body, {_SIGNATURE: signature, _SIGNED_AT: at})


def delivery_key(delivery: Delivery) -> str:
    """Return the event's id, or the invocation's for triggers, or else a fingerprint."""
    try:
        return _key(read_json(delivery.body, strict=False), delivery)
    except Malformed:
        return _invocation(delivery)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    try:
        # lenient on line breaks: every mail has some, and a template may pass them on as they are
        body = read_json(delivery.body, strict=False)
    except Malformed as error:
        raise _unescaped(error, delivery.body) from error
    key = _key(body, delivery)
    if body["schema"]:
        signed_at = iso_moment(delivery.headers.get(_SIGNED_AT, ""))
        return zendesk_triggers.read(body, key, signed_at)
    return zendesk_events.read(body, key)


def _key(body: Field, delivery: Delivery) -> str:
    return body["id"].id_or_none() or _invocation(delivery)


def _invocation(delivery: Delivery) -> str:
    return ids.delivery_key(delivery.headers.get("x-zendesk-webhook-invocation-id"), delivery.body)


def _unescaped(error: Malformed, body: bytes) -> Malformed:
    """Name the ticket if the template's text broke the JSON: then it can be looked up by hand."""
    if (found := _TICKET_ID.search(body)) is None:
        return error
    return Malformed(
        f"{error}; this is ticket {found[1].decode()}, whose text was probably put into the"
        " trigger's template without escaping: use ticket events, or fetch the ticket"
    )


def _signature(key: bytes, timestamp: bytes, body: bytes) -> bytes:
    return base64.b64encode(signatures.mac(key, timestamp + body, "sha256"))
