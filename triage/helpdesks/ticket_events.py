"""Our own ticket events, `ticket.created` and so on, however they were wrapped and signed.

Version 1: docs/helpdesks/event-1.schema.json says the same as this file, and a test holds both to
it. Described for people in docs/helpdesks/generic.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from models.text import from_html
from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hygiene, ids
from triage.helpdesks.event import Event, Kind, NewMessage
from triage.helpdesks.reading import Field

_AUTHORS = {author.value: author for author in Author}
_CHANNELS = {channel.value: channel for channel in Channel}


class _Type(NamedTuple):
    """What a type of event means; who may have written its words, the default first."""

    kind: Kind
    authors: tuple[Author, ...] = ()
    status: Status | None = None


TYPES = {
    "ticket.created": _Type(Kind.TICKET_CREATED, (Author.CUSTOMER, Author.AGENT, Author.SYSTEM)),
    "ticket.customer_replied": _Type(Kind.MESSAGE_ADDED, (Author.CUSTOMER, Author.SYSTEM)),
    "ticket.agent_replied": _Type(Kind.MESSAGE_ADDED, (Author.AGENT, Author.SYSTEM)),
    "ticket.closed": _Type(Kind.STATUS_CHANGED, status=Status.CLOSED),
}


def read(name: Field, timestamp: Field, data: Field, key: str) -> Event:
    """Return the canonical event of a type's name, its moment and its data. Raises Malformed."""
    meaning = name.one_of(TYPES)
    _check(data)
    at = timestamp.moment()
    message = _message(data, meaning, at, key) if meaning.authors else None
    customer = _customer(data, message)
    return Event(
        delivery_key=key,
        kind=meaning.kind,
        occurred_at=at,
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


def _check(data: Field) -> None:
    """Raise Malformed where a field is of the wrong kind, whether or not this type reads it."""
    for text in ("subject", "text", "html", "channel", "language", "tier"):
        _ = data[text].text() if data[text].value is not None else ""
    for person in (data["author"], data["requester"]):
        _ = person["kind"].one_of(_AUTHORS) if person["kind"] else None
        _ = (person["id"].id_or_none(), person["email"].id_or_none(), person["name"].line())
    data["message_id"].id_or_none()


def _message(data: Field, meaning: _Type, at: datetime, key: str) -> NewMessage:
    is_first = meaning.kind is Kind.TICKET_CREATED
    made_up = ids.message_id(data["ticket_id"].id(), "first") if is_first else key
    return NewMessage(
        external_id=data["message_id"].id_or_none() or made_up,
        author=_author(data["author"]["kind"], meaning.authors),
        text=_text(data),
        sent_at=at,
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
