"""Front: the webhook that is an action of a rule, with the whole event or a preview of it.

Signed is the body by HMAC-SHA1 with the API secret, without a timestamp. Front's manual signs
compact JSON, so a body that was written otherwise may be signed so, too. Chosen by the source's
vendor, never by trying both. Source: Front's "Rule webhooks". Clicks: docs/helpdesks/front.md.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime

from triage.helpdesks import front, signatures
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Malformed

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: it is Front's API secret

delivery_key = front.delivery_key
parse = front.parse


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes, or the same compact. Raises Refused."""
    given = signatures.header(delivery, "x-front-signature")
    keys = signatures.plain_keys(secrets)
    written = list(_written(delivery.body))
    macs = [signatures.mac(key, body, "sha1") for key in keys for body in written]
    signatures.require_match([given], [base64.b64encode(one) for one in macs])


def _written(body: bytes) -> Iterator[bytes]:
    """Yield the body as it came and, if it has space between its parts, without."""
    yield body
    if b'": ' in body or b"\n" in body:
        try:
            document = read_json(body).value
        except Malformed:
            return
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        yield text.encode(errors="replace")
