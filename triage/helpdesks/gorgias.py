"""Gorgias: HTTP integrations with our template, one for each event.

Gorgias signs nothing: the secret stands in a header of the integration, or in its address. What a
template can hold is documented in part only, so all but the ids and the words is optional.
Clicks: docs/helpdesks/gorgias.md; templates: triage/helpdesks/hooking/gorgias.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, trials, words
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import Field, iso_moment

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret

SCHEMA = "triage.gorgias.v1"

_NOTE = "internal-note"
_CHANNELS = {
    "email": Channel.EMAIL,
    "contact_form": Channel.WEB,
    "help-center": Channel.WEB,
    "chat": Channel.CHAT,
    "sms": Channel.CHAT,
    "whatsapp": Channel.CHAT,
    "facebook-messenger": Channel.CHAT,
    "instagram-direct-message": Channel.CHAT,
    "phone": Channel.PHONE,
    "aircall": Channel.PHONE,
    "facebook": Channel.SOCIAL,
    "instagram-comment": Channel.SOCIAL,
    "twitter": Channel.SOCIAL,
    "yotpo-review": Channel.REVIEW,
}
#: A placeholder comes out as text; Python's, as the reference has it, or JSON's.
_YES = frozenset({"true", "1", "yes"})


class _Name(NamedTuple):
    """What an event's name, typed into the template, means."""

    kind: Kind
    status: Status | None = None


_NAMES = {
    "ticket-created": _Name(Kind.TICKET_CREATED),
    "ticket-message-created": _Name(Kind.MESSAGE_ADDED),
    "ticket-closed": _Name(Kind.STATUS_CHANGED, Status.CLOSED),
    "ticket-updated": _Name(Kind.STATUS_CHANGED, Status.CLOSED),  # where the template says so
}


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if the delivery carries any secret. Raises Refused."""
    signatures.require_secret(delivery, secrets, in_url=True)


def trial(secret: str, address: str, _now: datetime) -> Delivery:
    """Return a delivery to that address as Gorgias sends it, which `parse` ignores."""
    # of its kinds only a note is nothing to us
    body = trials.encoded({"schema": SCHEMA, "event": "ticket-message-created", "channel": _NOTE})
    return trials.delivery(address, body, {"x-triage-secret": secret})


def delivery_key(delivery: Delivery) -> str:
    """Return a fingerprint: Gorgias names no delivery. A message's id is in the bytes."""
    return ids.delivery_key(None, delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    # lenient on line breaks: a template may pass them on as they are
    body, key = read_json(delivery.body, strict=False), delivery_key(delivery)
    meaning = body["schema"].one_of({SCHEMA: body["event"]}).one_of(_NAMES)
    channel = body["channel"].line().lower()
    if channel == _NOTE:
        return Ignored(key, "an internal note")
    if delivery.is_ours(body["sender_email"].line()):
        return Ignored(key, "a message of our own")
    if body["event"].value == "ticket-updated" and body["status"].line().lower() != "closed":
        return Ignored(key, "a change that closes nothing")
    at = _moment(body, delivery)
    return Event(
        delivery_key=key,
        kind=meaning.kind,
        occurred_at=at,
        ticket_id=body["ticket_id"].id(),
        message=None if meaning.status else _message(body, at),
        subject=body["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(channel, Channel.OTHER),
        customer_id=body["customer_id"].id_or_none() or body["customer_email"].id_or_none(),
        customer_name=body["customer_name"].line() or None,
        language_hint=hygiene.language(body["language"].line()),
        tags=hygiene.tags(body["tags"].line(hygiene.MAX_TEXT).split(",")),
        status=meaning.status,
    )


def _moment(body: Field, delivery: Delivery) -> datetime:
    """Return when it was, or came: how a template shows a moment is documented nowhere."""
    given = body["created_at"] or body["closed_at"]
    return (iso_moment(given.line()) if given else None) or delivery.moment()


def _message(body: Field, at: datetime) -> NewMessage:
    from_agent = body["from_agent"].value
    is_staff = from_agent is True or str(from_agent).strip().lower() in _YES
    return NewMessage(
        external_id=body["message_id"].id(),
        author=Author.AGENT if is_staff else Author.CUSTOMER,
        text=_text(body),
        sent_at=at,
    )


def _text(body: Field) -> str:
    """Return the plain text without quotes, or else the HTML's."""
    return words.plain(body["text"]) or words.from_markup(body["html"])
