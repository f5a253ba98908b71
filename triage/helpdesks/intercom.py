"""Intercom: notifications about conversations, each with the conversation as it stands.

Signed is the raw body by HMAC-SHA1 with the app's client secret, without a timestamp: the store
takes each notification and each part once. Sources: Intercom's "Webhook notifications", "Webhook
models" (topics), "Conversation part model". Clicks: docs/helpdesks/intercom.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from triage.domain.ticket import Author, Status
from triage.helpdesks import ids, signatures, trials
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, Malformed, Thin
from triage.helpdesks.intercom_conversation import event, last_part, source_message
from triage.helpdesks.reading import Field

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret  # of use in tests only: it is the app's client secret

_CUSTOMER = frozenset({Author.CUSTOMER})
_STAFF = frozenset({Author.AGENT, Author.SYSTEM})


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes. Raises Refused."""
    signatures.require_hex(delivery, "x-hub-signature", delivery.body, secrets, "sha1")


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as Intercom signs it, which `parse` ignores."""
    body = trials.encoded({"type": "notification_event", "topic": "ping"})
    headers = {"x-hub-signature": signatures.as_hex(secret, body, "sha1")}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return the notification's id, the same for every try, or else a fingerprint."""
    try:
        return _key(read_json(delivery.body), delivery)
    except Malformed:
        return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Event | Thin | Ignored:
    """Return the canonical event. Raises Malformed."""
    body = read_json(delivery.body)
    key, topic = _key(body, delivery), body["topic"].text()
    if (reader := _TOPICS.get(topic)) is None:
        return Ignored(key, "a topic that we have no use for")
    return reader(body, key, topic)


def _key(body: Field, delivery: Delivery) -> str:
    return ids.delivery_key(body["id"].id_or_none(), delivery.body)


def _created(body: Field, key: str, _topic: str) -> Event:
    item = body["data"]["item"]
    return event(item, key, Kind.TICKET_CREATED, _at(body), source_message(item))


def _replied(body: Field, key: str, topic: str) -> Event | Thin:
    """Return the newest of the parts; where the notification has none, have them fetched."""
    item, authors = body["data"]["item"], _CUSTOMER if ".user." in topic else _STAFF
    if (part := last_part(item, authors)) is None:
        return Thin(delivery_key=key, what=topic, occurred_at=_at(body), ticket_id=item["id"].id())
    return event(item, key, Kind.MESSAGE_ADDED, _at(body), part)


def _closed(body: Field, key: str, _topic: str) -> Event:
    """Return the closing, with the words of whoever closed it, if there were any."""
    item = body["data"]["item"]
    part = last_part(item, _STAFF, kinds=frozenset({"close"}))
    kind = Kind.MESSAGE_ADDED if part else Kind.STATUS_CHANGED
    return event(item, key, kind, _at(body), part, status=Status.CLOSED)


def _deleted(body: Field, key: str, _topic: str) -> Event:
    item = body["data"]["item"]
    return Event(
        delivery_key=key,
        kind=Kind.STATUS_CHANGED,
        occurred_at=_at(body),
        ticket_id=(item["id"] or item["conversation_id"]).id(),
        status=Status.CLOSED,
    )


_TOPICS: Mapping[str, Callable[[Field, str, str], Event | Thin | Ignored]] = {
    "conversation.user.created": _created,
    "conversation.admin.single.created": _created,
    "conversation.user.replied": _replied,
    "conversation.admin.replied": _replied,
    "conversation.admin.closed": _closed,
    "conversation.deleted": _deleted,
}


def _at(body: Field) -> datetime:
    return body["created_at"].moment()
