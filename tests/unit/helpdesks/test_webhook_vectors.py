"""Signatures that others published or computed; see reference webhooks.md, section 17."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from signed_deliveries import EXAMPLES
from standardwebhooks.webhooks import Webhook

from triage.helpdesks import standard_webhooks
from triage.helpdesks.event import Delivery, Refused
from triage.helpdesks.registry import HELPDESKS

VECTORS = json.loads((EXAMPLES / "vectors.json").read_text())
GOOD = [vector for vector in VECTORS if vector["good"]]
BAD = [vector for vector in VECTORS if not vector["good"]]
OLD_ORDER = next(vector for vector in BAD if vector["vendor"] == "zendesk")


def verify(vector: dict) -> None:
    delivery = Delivery(vector["headers"], vector["body"].encode(), vector.get("url", ""))
    now = datetime.fromisoformat(vector["now"])
    HELPDESKS[vector["vendor"]].verify(delivery, (vector["secret"],), now)


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["what"])
def test_a_known_signature_is_let_in(vector):
    verify(vector)


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["what"])
def test_a_known_wrong_signature_is_refused(vector):
    with pytest.raises(Refused) as refusal:
        verify(vector)
    assert refusal.value.reason == "signature"


def test_the_old_order_of_zendesk_is_refused_for_its_order_alone():
    """Body + timestamp is what the superseded manual signed; timestamp + body is let in."""
    key, body = OLD_ORDER["secret"].encode(), OLD_ORDER["body"].encode()
    at = OLD_ORDER["headers"]["x-zendesk-webhook-signature-timestamp"].encode()
    sign = lambda signed: b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()  # noqa: E731
    assert sign(body + at) == OLD_ORDER["headers"]["x-zendesk-webhook-signature"]
    header = {"x-zendesk-webhook-signature": sign(at + body)}
    verify({**OLD_ORDER, "headers": {**OLD_ORDER["headers"], **header}})


@pytest.mark.parametrize("body", [b"", b"{}", "Grüße — 東京".encode()])
def test_the_standard_webhooks_package_accepts_what_we_sign(body):
    now, secret = datetime.now(tz=UTC), standard_webhooks.new_secret()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": standard_webhooks.sign(secret, "msg_1", int(now.timestamp()), body),
    }
    Webhook(secret).verify(body, headers, json_parse=False)
    standard_webhooks.verify(Delivery(headers, body), (secret,), now)
