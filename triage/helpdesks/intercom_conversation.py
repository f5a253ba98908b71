"""Intercom's conversation object: who wrote what in it, in the shapes of every API version.

Lists stand plain or within an object of the same name; before 2.0 the first message stood under
`conversation_message`, and the customer under `user`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids, words
from triage.helpdesks.event import Event, Kind, NewMessage
from triage.helpdesks.reading import Field

#: A bot's words, Fin's too, are no human's answer.
_AUTHORS = {
    "user": Author.CUSTOMER,
    "lead": Author.CUSTOMER,
    "contact": Author.CUSTOMER,
    "visitor": Author.CUSTOMER,
    "admin": Author.AGENT,
    "team": Author.AGENT,
    "teammate": Author.AGENT,
    "bot": Author.SYSTEM,
    "operator": Author.SYSTEM,
}

#: Only `conversation` and `email` are in the sources we hold; an unknown one is OTHER.
_CHANNELS = {
    "conversation": Channel.CHAT,
    "email": Channel.EMAIL,
    "whatsapp": Channel.CHAT,
    "sms": Channel.CHAT,
    "instagram": Channel.CHAT,
    "facebook": Channel.CHAT,
    "twitter": Channel.SOCIAL,
    "phone_call": Channel.PHONE,
    "phone_switch": Channel.PHONE,
}
#: What stands where Intercom had to remove a post of X; vendor's text.
_REMOVED = "We've removed this part of the conversation to comply with Twitter's terms"
_COMMENTS = frozenset({"comment"})


def source_message(item: Field) -> NewMessage:
    """Return the message that began the conversation. Raises Malformed."""
    source = item["source"] or item["conversation_message"]
    return NewMessage(
        external_id=ids.message_id(item["id"].id(), "source"),
        author=source["author"]["type"].one_of(_AUTHORS),
        text=_text(source["body"]),
        sent_at=item["created_at"].moment(),
    )


def last_part(
    item: Field, authors: Collection[Author], kinds: Collection[str] = _COMMENTS
) -> NewMessage | None:
    """Return the newest public part with words by one of these, if there is any."""
    found = [it for it in parts(item, kinds) if it.author in authors]
    return max(found, key=lambda it: it.sent_at, default=None)


def parts(item: Field, kinds: Collection[str] = _COMMENTS) -> Iterator[NewMessage]:
    """Yield the parts that people read; notes are of another kind. Raises Malformed."""
    for part in _list(item["conversation_parts"], "conversation_parts").items():
        if part["part_type"].line() in kinds and (part["body"] or "comment" in kinds):
            yield NewMessage(
                external_id=part["id"].id(),
                author=part["author"]["type"].one_of(_AUTHORS),
                text=_text(part["body"]),
                sent_at=part["created_at"].moment(),
            )


def event(
    item: Field,
    key: str,
    kind: Kind,
    at: datetime,
    message: NewMessage | None,
    *,
    status: Status | None = None,
) -> Event:
    """Return the canonical event about this conversation. Raises Malformed."""
    source = item["source"] or item["conversation_message"]
    contact = next(_list(item["contacts"], "contacts").items(), item["user"])
    author, began = source["author"], source["author"]["type"].line()
    name = author["name"].line() if _AUTHORS.get(began) is Author.CUSTOMER else ""
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=at,
        ticket_id=item["id"].id(),
        message=message,
        subject=_subject(source["subject"]),
        channel=_CHANNELS.get(source["type"].line(), Channel.OTHER),
        customer_id=contact["id"].id_or_none(),
        customer_name=name or None,
        tags=words.names(_list(item["tags"], "tags"), "name"),
        status=status,
    )


def _text(body: Field) -> str:
    text = words.from_markup(body)
    return "" if text.startswith(_REMOVED) else text


def _subject(field: Field) -> str | None:
    """Return the subject, which of mail is HTML."""
    return hygiene.one_line(words.from_markup(field), hygiene.MAX_SUBJECT) or None


def _list(field: Field, name: str) -> Field:
    return field[name] if isinstance(field.value, dict) else field
