"""FreeScout with its "API & Webhooks" module: the conversation, its newest thread among them.

Signed is the raw body by HMAC-SHA1, without a moment; the key is the MD5 (in hex) of the
installation's APP_KEY and "webhook_key", which is what the source has as its secret. The module is
closed: three open projects agree on the signature, nobody documents the body.
Clicks: docs/helpdesks/freescout.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, trials, words
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import MAX_WORD, Field

new_secret = signatures.new_plain_secret  # of use in tests only: FreeScout has its own

_EVENT = "x-freescout-event"
_CREATED = "convo.created"
_REPLIED = {"convo.customer.reply.created": "customer", "convo.agent.reply.created": "message"}
_GONE = frozenset({"convo.deleted", "convo.deleted_forever"})
_AUTHORS = {"customer": Author.CUSTOMER, "message": Author.AGENT}  # a "note" is private
_CHANNELS = {"email": Channel.EMAIL, "phone": Channel.PHONE, "chat": Channel.CHAT}


def check_secret(secret: str) -> None:
    """Raise ValueError with one clear sentence if a source should not be made with it."""
    signatures.check_plain_secret(secret)
    if secret.startswith("base64:"):
        raise ValueError("the secret is an APP_KEY, which opens all of FreeScout: give its MD5")


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery's bytes. Raises Refused."""
    signatures.require_base64(delivery, "x-freescout-signature", delivery.body, secrets, "sha1")


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as FreeScout signs it, which `parse` ignores."""
    body = trials.encoded({"id": 0})
    signature = signatures.as_base64(secret, body, "sha1")
    headers = {_EVENT: f"convo.{trials.TEST}", "x-freescout-signature": signature}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return the event's name with a fingerprint: FreeScout names no delivery."""
    name = ids.usable(delivery.headers.get(_EVENT)) or ""
    prefix = f"{name}:" if name.startswith(("convo.", "customer.")) and len(name) < MAX_WORD else ""
    return prefix + ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    name = Field(delivery.headers.get(_EVENT), f"the header {_EVENT}")
    event = name.line(MAX_WORD)
    if event == _CREATED or event in _REPLIED:
        return _with_words(body, key, event, delivery)
    if event in _GONE or (event == "convo.status" and body["status"].line() == "closed"):
        at = body["updatedAt"].moment() if body["updatedAt"] else delivery.moment()
        return _event(body, key, Kind.STATUS_CHANGED, at, status=Status.CLOSED)
    if not event.startswith(("convo.", "customer.")):
        raise name.unlike("the name of an event, such as convo.created")
    return Ignored(key, f"an event we have no use for: {event}")


def _with_words(body: Field, key: str, event: str, delivery: Delivery) -> Event:
    is_first = event == _CREATED
    wanted = frozenset(_AUTHORS) if is_first else frozenset({_REPLIED[event]})
    threads = sorted(_threads(body, wanted), key=lambda it: it["createdAt"].moment())
    if threads:
        message = _message(threads[0 if is_first else -1])
    else:
        message = _preview(body, key, event, delivery)
    kind = Kind.TICKET_CREATED if is_first else Kind.MESSAGE_ADDED
    closes = body["status"].line() == "closed" and message.author is Author.AGENT
    status = Status.CLOSED if closes else None
    return _event(body, key, kind, message.sent_at, message, status)


def _message(thread: Field) -> NewMessage:
    return NewMessage(
        external_id=thread["id"].id(),
        author=_AUTHORS[thread["type"].line()],
        text=words.from_markup(thread["body"]),
        sent_at=thread["createdAt"].moment(),
    )


def _preview(body: Field, key: str, event: str, delivery: Delivery) -> NewMessage:
    """Return the beginning of the words, for installations that send no threads along."""
    is_first = event == _CREATED
    at = body["createdAt"] if is_first else body["updatedAt"]
    return NewMessage(
        external_id=ids.message_id(body["id"].id(), "first" if is_first else key),
        author=_AUTHORS[_REPLIED.get(event, "customer")],
        text=words.plain(body["preview"]),
        sent_at=at.moment() if at else delivery.moment(),
    )


def _threads(body: Field, wanted: frozenset[str]) -> Iterator[Field]:
    """Yield the public threads of these types, whichever comes first in the list."""
    for thread in body["_embedded"]["threads"].items():
        if thread["type"].line() in wanted and thread["state"].line() in {"", "published"}:
            yield thread


def _event(
    body: Field,
    key: str,
    kind: Kind,
    at: datetime,
    message: NewMessage | None = None,
    status: Status | None = None,
) -> Event:
    customer = body["customer"]
    name = f"{customer['firstName'].line()} {customer['lastName'].line()}".strip()
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=at,
        ticket_id=body["id"].id(),
        message=message,
        subject=body["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(body["type"].line().lower(), Channel.OTHER),
        customer_id=customer["id"].id_or_none() or customer["email"].id_or_none(),
        customer_name=name[: hygiene.MAX_NAME] or None,
        tags=words.names(body["tags"], "name"),
        status=status,
    )
