"""Deliveries as each vendor signs them, written without any code of ours: the tests' other side."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from standardwebhooks.webhooks import Webhook

from tests.unit.helpdesks import vendor_signatures, wrapped_signatures
from triage.helpdesks.event import Delivery
from triage.helpdesks.registry import HELPDESKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.helpdesks.event import Helpdesk

EXAMPLES = Path(__file__).parents[2] / "data" / "helpdesks"
NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


def example(name: str) -> bytes:
    [path] = EXAMPLES.glob(f"{name}.*")
    return path.read_bytes()


def examples(vendor: str) -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob(f"{vendor}_*.*"))


def generic_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    naive = at.astimezone(UTC).replace(tzinfo=None)  # as the package wants it
    return {
        "webhook-id": "msg_2b7",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_2b7", naive, body.decode()),
    }


def zendesk_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return {
        "x-zendesk-webhook-id": "01KAZENDESKWEBHOOK",
        "x-zendesk-webhook-invocation-id": "01KAINVOCATION",
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": timestamp,
    }


def zammad_headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {
        "x-zammad-trigger": "Triage: new ticket",
        "x-zammad-delivery": "b1a6fd0e-6f5e-4f7c-9a43-3f0f4e1d2c11",
        "x-hub-signature": f"sha1={digest}",
    }


@dataclass(frozen=True)
class Vendor:
    """One vendor and how to sign for it. `timed` if its signature covers a timestamp.

    `signed` is false where a shared secret stands in for a signature; `words_at` is where the
    customer's words stand in `body`, if that is JSON; else `marker` is what stands there.
    """

    name: str
    secret: str
    other_secret: str
    body: bytes
    headers: Callable[[str, bytes, datetime], dict[str, str]]
    signature_header: str
    timed: bool
    words_at: tuple[str | int, ...] = ()
    signed: bool = True
    marker: bytes = b""

    @property
    def is_json(self) -> bool:
        return bool(self.words_at)

    @property
    def helpdesk(self) -> Helpdesk:
        return HELPDESKS[self.name]

    def with_words(self, words: str) -> bytes:
        """Return the body with these words as the customer's."""
        assert self.words_at, f"{self.name} is no JSON"
        document = json.loads(self.body)
        *above, last = self.words_at
        part = document
        for key in above:
            part = part[key]
        part[last] = words
        return json.dumps(document).encode()

    def large(self, size: int = 20_000) -> bytes:
        """Return a body of this many bytes at least: long words, or many events."""
        words = "I have been waiting for nine days.\n"
        if self.marker:
            longer = self.marker + words.encode() * (size // len(words) + 1)
            assert self.marker in self.body
            return self.body.replace(self.marker, longer)
        document = json.loads(self.body)
        if isinstance(document, list):
            return json.dumps(document * (size // len(json.dumps(document)) + 1)).encode()
        return self.with_words(words * (size // len(words) + 1))

    def delivery(self, body: bytes | None = None, at: datetime = NOW) -> Delivery:
        sent = self.body if body is None else body
        headers = self.headers(self.secret, sent, at)
        return Delivery(headers, sent, vendor_signatures.ADDRESS, received_at=at)


def with_headers(delivery: Delivery, headers: Mapping[str, str]) -> Delivery:
    return replace(delivery, headers={**delivery.headers, **headers})


VENDORS = [
    Vendor(
        "generic",
        "whsec_" + base64.b64encode(b"k" * 32).decode(),
        "whsec_" + base64.b64encode(b"o" * 24).decode(),
        example("generic_created"),
        generic_headers,
        "webhook-signature",
        timed=True,
        words_at=("data", "text"),
    ),
    Vendor(
        "zendesk",
        "dGhpc19pc19ub3RfYV9zZWNyZXQ=",
        "YW5vdGhlcl9ub25fc2VjcmV0Li4=",
        example("zendesk_ticket_created"),
        zendesk_headers,
        "x-zendesk-webhook-signature",
        timed=True,
        words_at=("detail", "description"),
    ),
    Vendor(
        "zammad",
        "a-token-of-zammad-1",
        "a-token-of-zammad-2",
        example("zammad_created"),
        zammad_headers,
        "x-hub-signature",
        timed=False,
        words_at=("article", "body"),
    ),
    Vendor(
        "freshdesk",
        "a-secret-of-freshdesk-1",
        "a-secret-of-freshdesk-2",
        example("freshdesk_created"),
        vendor_signatures.freshdesk_headers,
        "x-triage-secret",
        timed=False,
        words_at=("html",),
        signed=False,
    ),
    Vendor(
        "intercom",
        "a-client-secret-of-intercom-1",
        "a-client-secret-of-intercom-2",
        example("intercom_created"),
        vendor_signatures.intercom_headers,
        "x-hub-signature",
        timed=False,
        words_at=("data", "item", "source", "body"),
    ),
    Vendor(
        "chatwoot",
        "a-secret-of-chatwoot-1",
        "a-secret-of-chatwoot-2",
        example("chatwoot_customer_replied"),
        vendor_signatures.chatwoot_headers,
        "x-chatwoot-signature",
        timed=True,
        words_at=("content",),
    ),
    Vendor(
        "helpscout",
        "a-secret-of-helpscout-1",
        "a-secret-of-helpscout-2",
        example("helpscout_created"),
        vendor_signatures.helpscout_headers,
        "x-helpscout-signature",
        timed=False,
        words_at=("preview",),
    ),
    Vendor(
        "front",
        "a-signing-key-of-front-1",
        "a-signing-key-of-front-2",
        example("front_created"),
        vendor_signatures.front_headers,
        "x-front-signature",
        timed=True,
        words_at=("payload", "target", "data", "text"),
    ),
    Vendor(
        "front-rule",
        "an-api-secret-of-front-1",
        "an-api-secret-of-front-2",
        example("front-rule_created"),
        vendor_signatures.front_rule_headers,
        "x-front-signature",
        timed=False,
        words_at=("target", "data", "text"),
    ),
    Vendor(
        "hubspot",
        "a-client-secret-of-hubspot-1",
        "a-client-secret-of-hubspot-2",
        example("hubspot_batch"),
        vendor_signatures.hubspot_headers,
        "x-hubspot-signature-v3",
        timed=True,
        words_at=(0, "sourceId"),
    ),
    Vendor(
        "jira",
        "a-secret-of-jira-1",
        "a-secret-of-jira-2",
        example("jira_created"),
        wrapped_signatures.jira_headers,
        "x-hub-signature",
        timed=False,
        words_at=("issue", "fields", "description"),
    ),
    Vendor(
        "gorgias",
        "a-secret-of-gorgias-1",
        "a-secret-of-gorgias-2",
        example("gorgias_created"),
        wrapped_signatures.gorgias_headers,
        "x-triage-secret",
        timed=False,
        words_at=("text",),
        signed=False,
    ),
    Vendor(
        "freescout",
        "767fe609bebe85ec3dcb9a3c21dc7e0e",
        "00000000000000000000000000000000",
        example("freescout_created"),
        wrapped_signatures.freescout_headers,
        "x-freescout-signature",
        timed=False,
        words_at=("_embedded", "threads", 0, "body"),
    ),
    Vendor(
        "salesforce",
        "00D5g000000abcdEAA:a-token-of-salesforce-1",
        "00D5g000000abcdEAA:a-token-of-salesforce-2",
        example("salesforce_case"),
        wrapped_signatures.salesforce_headers,
        "x-triage-secret",
        timed=False,
        signed=False,
        marker=b"I was charged twice for order 10442.",
    ),
    Vendor(
        "cloudevents",
        "whsec_" + base64.b64encode(b"c" * 32).decode(),
        "whsec_" + base64.b64encode(b"d" * 32).decode(),
        example("cloudevents_created"),
        wrapped_signatures.cloudevents_headers,
        "authorization",
        timed=False,
        words_at=("data", "text"),
        signed=False,
    ),
    Vendor(
        "email",
        "whsec_" + base64.b64encode(b"m" * 32).decode(),
        "whsec_" + base64.b64encode(b"n" * 32).decode(),
        example("email_created"),
        wrapped_signatures.email_headers,
        "x-triage-secret",
        timed=False,
        signed=False,
        marker=b"swers the phone.\n",
    ),
]
