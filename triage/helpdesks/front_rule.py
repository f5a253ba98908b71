"""Front: the webhook that is an action of a rule, with the whole event or a preview of it.

Signed is the body by HMAC-SHA1 with the API secret, without a timestamp. Front's manual signs
compact JSON, so a body that was written otherwise may be signed so, too. Chosen by the source's
vendor, never by trying both. Source: Front's "Rule webhooks". Clicks: docs/helpdesks/front.md.
"""

from __future__ import annotations

import json
from datetime import datetime

from triage.helpdesks import front, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Malformed, Refused

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: it is Front's API secret

delivery_key = front.delivery_key
parse = front.parse


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes, or the same compact. Raises Refused."""
    try:
        _require(delivery, delivery.body, secrets)
    except Refused:
        if (compact := _compact(delivery.body)) is None:
            raise
        _require(delivery, compact, secrets)


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as a rule of Front signs it, which `parse` ignores."""
    body = trials.encoded({"type": trials.TEST})
    headers = {"x-front-signature": signatures.as_base64(secret, body, "sha1")}
    return trials.delivery(address, body, headers)


def _require(delivery: Delivery, signed: bytes, secrets: tuple[str, ...]) -> None:
    signatures.require_base64(delivery, "x-front-signature", signed, secrets, "sha1")


def _compact(body: bytes) -> bytes | None:
    """Return the document without space between its parts; None where it has none, or is none."""
    if b'": ' not in body and b"\n" not in body:
        return None
    try:
        document = read_json(body).value
    except Malformed:
        return None
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")
