"""HubSpot: lists of up to a hundred thin events of an app, each named apart.

Signed by version 3 is method + whole address + body + timestamp, by HMAC-SHA256 in base64; the
address is the one that HubSpot called, so behind a proxy `TRIAGE_PUBLIC_URL` must be set. Older
signatures, without a timestamp, are not asked for. Sources: HubSpot's "Request validation" and
"Webhooks v3", as others quote them, and its SDKs' tests. Clicks: docs/helpdesks/hubspot.md.
"""

from __future__ import annotations

import re
from datetime import datetime

from triage.helpdesks import hubspot_events, ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Malformed, Result

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: it is the app's client secret

MOST_EVENTS = 1_000  # of a delivery; HubSpot sends 100 at most
_MILLISECONDS = 1_000

#: What HubSpot decodes in the address before it signs; every other escape stays as it is.
_DECODED = {f"{ord(sign):02X}": sign for sign in ":/?@!$'()*,;"}
_ESCAPE = re.compile("%(" + "|".join(_DECODED) + ")", re.IGNORECASE)


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery within the window. Raises Refused."""
    timestamp = signatures.header(delivery, "x-hubspot-request-timestamp")
    called = f"{delivery.method}{decoded(delivery.url)}".encode(errors="replace")
    signed = called + delivery.body + timestamp
    signatures.require_base64(delivery, "x-hubspot-signature-v3", signed, secrets, "sha256")
    signatures.require_fresh(signatures.unix_moment(timestamp, _MILLISECONDS), now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as HubSpot signs it, which `parse` ignores."""
    body = trials.encoded([{"subscriptionType": trials.TEST, "eventId": 0}])
    at = str(int(now.timestamp() * _MILLISECONDS))
    signed = f"POST{decoded(address)}".encode() + body + at.encode()
    signature = signatures.as_base64(secret, signed, "sha256")
    headers = {"x-hubspot-request-timestamp": at, "x-hubspot-signature-v3": signature}
    return trials.delivery(address, body, headers)


def decoded(url: str) -> str:
    """Return the address as HubSpot writes it where it signs."""
    return _ESCAPE.sub(lambda found: _DECODED[found[1].upper()], url)


def delivery_key(delivery: Delivery) -> str:
    """Return a fingerprint: only its events have names."""
    return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> tuple[Result, ...]:
    """Return every event, each by a key of its own. Raises Malformed."""
    events = list(read_json(delivery.body).items())
    if len(events) > MOST_EVENTS:
        raise Malformed(f"the body: expected at most {MOST_EVENTS} events, found {len(events)}")
    return tuple(one for event in events for one in hubspot_events.read(event))
