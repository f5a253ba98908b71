"""What Front's events mean: messages in and out, and conversations that end.

Tags, comments and assignments are our own echo, or nobody's words to the customer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, words
from triage.helpdesks.event import Event, Ignored, Kind, NewMessage, Thin
from triage.helpdesks.reading import Field

#: By an application's outer name and by the event's own, which rules send alone. Own names other
#: than "inbound" are not in the sources we hold.
_MESSAGES = frozenset({"inbound_received", "inbound", "outbound_sent", "outbound", "out_reply"})
_ENDS = frozenset({"conversation_archived", "archive", "conversation_deleted", "trash", "delete"})
_ENDED = frozenset({"archived", "deleted", "spam"})

#: A conversation made this close to its message was made by it: 0.05 s were seen.
_SAME_ACTION = timedelta(seconds=2)

#: Only "email" is in the sources we hold; an unknown one is OTHER.
_CHANNELS = {
    "email": Channel.EMAIL,
    "sms": Channel.CHAT,
    "whatsapp": Channel.CHAT,
    "front_chat": Channel.CHAT,
    "intercom": Channel.CHAT,
    "facebook": Channel.CHAT,
    "tweet": Channel.SOCIAL,
    "tweet_dm": Channel.CHAT,
    "call": Channel.PHONE,
    "phone-call": Channel.PHONE,
    "voicemail": Channel.PHONE,
    "googleplay": Channel.REVIEW,
}


def read(event: Field, name: str, key: str) -> Event | Thin | Ignored:
    """Return the canonical event of one with this name. Raises Malformed."""
    if name in _ENDS:
        return _ended(event, key)
    if name not in _MESSAGES:
        return Ignored(key, "an event that tells of nobody's words to the customer")
    message = event["target"]["data"]
    if not message or not (message["text"] or message["body"]):
        return _preview(event, message, key)
    if message["is_draft"] and message["is_draft"].flag():
        return Ignored(key, "a draft")
    return message_event(event["conversation"], message, key)


def message_event(conversation: Field, message: Field, key: str) -> Event:
    """Return the event of a message; of its conversation only the id must be known."""
    said, person = said_in(message), _customer(conversation, message)
    began = conversation["created_at"]
    is_first = bool(began) and said.sent_at - began.moment() <= _SAME_ACTION
    ended = conversation["status"].line() in _ENDED and said.author is Author.AGENT
    return Event(
        delivery_key=key,
        kind=Kind.TICKET_CREATED if is_first else Kind.MESSAGE_ADDED,
        occurred_at=said.sent_at,
        ticket_id=conversation["id"].id(),
        message=said,
        subject=(conversation["subject"] or message["subject"]).line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(message["type"].line(), Channel.OTHER),
        customer_id=person["handle"].id_or_none(),
        customer_name=person["name"].line() or None,
        tags=words.names(conversation["tags"], "name"),
        status=Status.CLOSED if ended else None,
    )


def said_in(message: Field) -> NewMessage:
    """Return a message. What comes in is the customer's case, also where a colleague passed it on.

    Raises Malformed.
    """
    return NewMessage(
        external_id=message["id"].id(),
        author=Author.CUSTOMER if message["is_inbound"].flag() else Author.AGENT,
        text=words.plain(message["text"]) or words.from_markup(message["body"]),
        sent_at=message["created_at"].moment(),
    )


def _preview(event: Field, message: Field, key: str) -> Thin:
    """Return what to fetch: a rule may send events without their words."""
    known = message["id"] or event["conversation"]["last_message"]["id"]
    return Thin(
        delivery_key=key,
        what="message",
        occurred_at=_at(event),
        ticket_id=event["conversation"]["id"].id(),
        message_id=known.id_or_none(),
    )


def _ended(event: Field, key: str) -> Event:
    return Event(
        delivery_key=key,
        kind=Kind.STATUS_CHANGED,
        occurred_at=_at(event),
        ticket_id=event["conversation"]["id"].id(),
        status=Status.CLOSED,
    )


def _at(event: Field) -> datetime:
    return event["emitted_at"].moment()


def _customer(conversation: Field, message: Field) -> Field:
    """Return who the customer is: the one whom the conversation is with, or who wrote."""
    if conversation["recipient"] or not message["is_inbound"].flag():
        return conversation["recipient"]
    senders = (it for it in message["recipients"].items() if it["role"].line() == "from")
    return next(senders, Field(None))
