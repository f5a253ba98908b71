"""Chatwoot: messages of conversations, and what becomes of them.

Signed is timestamp + "." + body by HMAC-SHA256. Servers before 2026 sign nothing, and of API
inboxes the shown secret may not be the signing one: for those the secret may stand in the address,
`?secret=`. Sources: Chatwoot's pull request 13573, "How to use webhooks", its listeners and
presenters. Clicks: docs/helpdesks/chatwoot.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, signatures, trials, words
from triage.helpdesks.document import read_json
from triage.helpdesks.event import Delivery, Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import Field

check_secret = signatures.check_plain_secret
new_secret = signatures.new_plain_secret

#: Words at the top of a delivery, numbers within a conversation. Templates are a machine's.
_DIRECTIONS = {
    "incoming": Author.CUSTOMER,
    "outgoing": Author.AGENT,
    "template": Author.SYSTEM,
    "0": Author.CUSTOMER,
    "1": Author.AGENT,
    "3": Author.SYSTEM,
}
_BOTS = frozenset({"agent_bot", "AgentBot", "captain_assistant", "Captain::Assistant"})
_CHANNELS = {
    "Channel::Email": Channel.EMAIL,
    "Channel::WebWidget": Channel.CHAT,
    "Channel::Whatsapp": Channel.CHAT,
    "Channel::Sms": Channel.CHAT,
    "Channel::TwilioSms": Channel.CHAT,
    "Channel::Telegram": Channel.CHAT,
    "Channel::Line": Channel.CHAT,
    "Channel::Instagram": Channel.CHAT,
    "Channel::FacebookPage": Channel.CHAT,
    "Channel::TwitterProfile": Channel.SOCIAL,
}
#: A conversation's `timestamp` has whole seconds; what was written in that second came before.
WITHIN_THE_SECOND = timedelta(seconds=1)


def verify(delivery: Delivery, secrets: tuple[str, ...], now: datetime) -> None:
    """Return if any secret signs the delivery, or stands in an unsigned one's address.

    Raises Refused.
    """
    signed_at = delivery.headers.get("x-chatwoot-timestamp", "")
    if not (signed_at or delivery.headers.get("x-chatwoot-signature")):
        signatures.require_secret(delivery, secrets, in_url=True)
        return
    timestamp = signatures.header(delivery, "x-chatwoot-timestamp")
    signed = timestamp + b"." + delivery.body
    signatures.require_hex(delivery, "x-chatwoot-signature", signed, secrets, "sha256")
    signatures.require_fresh(signatures.unix_moment(timestamp), now)


def trial(secret: str, address: str, now: datetime) -> Delivery:
    """Return a delivery to that address as Chatwoot signs it, which `parse` ignores."""
    body = trials.encoded({"event": trials.TEST})
    at = str(int(now.timestamp()))
    signature = signatures.as_hex(secret, at.encode() + b"." + body, "sha256")
    headers = {"x-chatwoot-timestamp": at, "x-chatwoot-signature": signature}
    return trials.delivery(address, body, headers)


def delivery_key(delivery: Delivery) -> str:
    """Return the delivery's id, the same for every try, or else a fingerprint."""
    return ids.delivery_key(delivery.headers.get("x-chatwoot-delivery"), delivery.body)


def parse(delivery: Delivery) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    body, key = read_json(delivery.body), delivery_key(delivery)
    if (reader := _READERS.get(body["event"].text())) is None:
        return Ignored(key, "an event that we have no use for")
    return reader(body, key)


def _created(body: Field, key: str) -> Event | Ignored:
    """Return the first message, if it was there already; else its own event will tell it."""
    for item in body["messages"].items():
        if (message := public_message(item)) and message.author is Author.CUSTOMER:
            return event(body, key, Kind.TICKET_CREATED, message.sent_at, message)
    return Ignored(key, "a conversation without a message yet")


def _said(body: Field, key: str) -> Event | Ignored:
    if (message := public_message(body)) is None:
        return Ignored(key, "a private note, or no message of anybody")
    conversation = body["conversation"]
    closes = message.author is Author.AGENT and conversation["status"].line() == "resolved"
    status = Status.CLOSED if closes else None
    return event(conversation, key, Kind.MESSAGE_ADDED, message.sent_at, message, status)


def _status_changed(body: Field, key: str) -> Event | Ignored:
    if body["status"].line() != "resolved":
        return Ignored(key, "a status that closes nothing")
    at = body["timestamp"].moment() + WITHIN_THE_SECOND
    return event(body, key, Kind.STATUS_CHANGED, at, None, Status.CLOSED)


_READERS: Mapping[str, Callable[[Field, str], Event | Ignored]] = {
    "conversation_created": _created,
    "message_created": _said,
    "conversation_status_changed": _status_changed,
}


def public_message(item: Field) -> NewMessage | None:
    """Return what somebody said in public; None for notes, our own too, and for activities."""
    direction = str(item["message_type"].value)
    if (item["private"] and item["private"].flag()) or direction in {"activity", "2"}:
        return None
    author = Field(direction, item["message_type"].path).one_of(_DIRECTIONS)
    sender = (item["sender"]["type"] or item["sender_type"]).line()
    return NewMessage(
        external_id=item["id"].id(),
        author=Author.SYSTEM if author is Author.AGENT and sender in _BOTS else author,
        text=_text(item),
        sent_at=item["created_at"].moment(),
    )


def _text(item: Field) -> str:
    """Return the reply that Chatwoot cut out of a mail, or else all; of attachments alone none."""
    mail = item["content_attributes"]["email"]
    return words.plain(mail["text_content"]["reply"] or item["content"])


def event(
    conversation: Field,
    key: str,
    kind: Kind,
    at: datetime,
    message: NewMessage | None,
    status: Status | None = None,
) -> Event:
    """Return the canonical event about a conversation. Raises Malformed."""
    customer, about = conversation["meta"]["sender"], conversation["additional_attributes"]
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=at,
        ticket_id=conversation["id"].id(),
        message=message,
        subject=about["mail_subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(conversation["channel"].line(), Channel.OTHER),
        customer_id=customer["id"].id_or_none() or customer["email"].id_or_none(),
        customer_name=customer["name"].line() or None,
        language_hint=hygiene.language(about["browser_language"].line()),
        tags=conversation["labels"].tags(),
        status=status,
    )
