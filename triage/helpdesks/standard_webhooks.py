"""Our own inbound contract: Standard Webhooks 1.0.0 with ticket events (vendor "generic").

Signed is `id.timestamp.body` by HMAC-SHA256, and several signatures may stand side by side. The
events are described in docs/helpdesks/generic.md; `whsec` knows the secrets.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import NamedTuple

from models.text import from_html
from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, whsec
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import Field

check_secret = whsec.check_secret
new_secret = whsec.new_secret

_SECONDS = re.compile(rb"[0-9]{1,11}")
_CHANNELS = {channel.value: channel for channel in Channel}


class _Type(NamedTuple):
    """What a type of event means; who may have written its words, the default first."""

    kind: Kind
    authors: tuple[Author, ...] = ()
    status: Status | None = None


_TYPES = {
    "ticket.created": _Type(Kind.TICKET_CREATED, (Author.CUSTOMER, Author.AGENT, Author.SYSTEM)),
    "ticket.customer_replied": _Type(Kind.MESSAGE_ADDED, (Author.CUSTOMER, Author.SYSTEM)),
    "ticket.agent_replied": _Type(Kind.MESSAGE_ADDED, (Author.AGENT, Author.SYSTEM)),
    "ticket.closed": _Type(Kind.STATUS_CHANGED, status=Status.CLOSED),
}


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes within the window. Raises Refused."""
    webhook_id = signatures.header(delivery, "webhook-id")
    timestamp = signatures.header(delivery, "webhook-timestamp")
    given = signatures.header(delivery, "webhook-signature").split(b" ")
    signed = b".".join((webhook_id, timestamp, delivery.body))
    signatures.require_match(given, [_signature(key, signed) for key in whsec.usable_keys(secrets)])
    signatures.require_fresh(_moment(timestamp), now)


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the `webhook-signature` header of a body sent at unix seconds. Raises ValueError."""
    signed = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
    return _signature(whsec.key_of(secret), signed).decode()


def delivery_key(delivery: Delivery) -> str:
    """Return the webhook's id, the same for every try, or else a fingerprint."""
    return ids.delivery_key(delivery.headers.get("webhook-id"), delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    meaning, data = body["type"].one_of(_TYPES), body["data"]
    message = _message(body, meaning, key) if meaning.authors else None
    customer = _customer(data, message)
    return Event(
        delivery_key=key,
        kind=meaning.kind,
        occurred_at=body["timestamp"].moment(),
        ticket_id=data["ticket_id"].id(),
        message=message,
        subject=data["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(data["channel"].line(), Channel.OTHER),
        customer_id=customer["id"].id_or_none() or customer["email"].id_or_none(),
        customer_name=customer["name"].line() or None,
        language_hint=hygiene.language(data["language"].line()),
        tags=data["tags"].tags(),
        tier=data["tier"].line(hygiene.MAX_TIER) or None,
        promised_at=data["promised_at"].moment() if data["promised_at"] else None,
        status=meaning.status,
    )


def _message(body: Field, meaning: _Type, key: str) -> NewMessage:
    data, is_first = body["data"], meaning.kind is Kind.TICKET_CREATED
    made_up = ids.message_id(data["ticket_id"].id(), "first") if is_first else key
    return NewMessage(
        external_id=data["message_id"].id_or_none() or made_up,
        author=_author(data["author"]["kind"], meaning.authors),
        text=_text(data),
        sent_at=body["timestamp"].moment(),
    )


def _author(kind: Field, allowed: tuple[Author, ...]) -> Author:
    """Return who wrote. An agent's "customer_replied" contradicts itself: we do not guess."""
    return kind.one_of({author.value: author for author in allowed}) if kind else allowed[0]


def _text(data: Field) -> str:
    if data["text"].value is None and data["html"]:
        return hygiene.shorten(hygiene.clean(from_html(data["html"].text())))
    return hygiene.shorten(data["text"].text())


def _customer(data: Field, message: NewMessage | None) -> Field:
    """Return the fields of the customer: the requester, or the author who is one."""
    wrote = message is not None and message.author is Author.CUSTOMER
    return data["author"] if wrote and not data["requester"] else data["requester"]


def _signature(key: bytes, signed: bytes) -> bytes:
    # `v1a`, the asymmetric scheme, is not for us: no secret of ours could sign it
    return b"v1," + base64.b64encode(signatures.mac(key, signed, "sha256"))


def _moment(timestamp: bytes) -> datetime | None:
    known = _SECONDS.fullmatch(timestamp)
    return datetime.fromtimestamp(int(timestamp), tz=UTC) if known else None
