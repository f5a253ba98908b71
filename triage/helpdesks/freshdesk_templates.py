"""Our templates for Freshdesk's rules, and its own "simple" content; all their values are texts.

Nothing in them tells a time: what is told happened when it came. With the words the reply itself
has no name; without them they are fetched, by the ticket's id, and have all that Freshdesk knows.
"""

from __future__ import annotations

import re
from datetime import datetime

from triage.domain.ticket import Author, Channel
from triage.helpdesks import hygiene, ids, words
from triage.helpdesks.event import Event, Kind, NewMessage, Thin
from triage.helpdesks.reading import Field
from triage.helpdesks.template import ENDED, SPOKEN, Meaning

SCHEMA = "triage.freshdesk.v1"
#: Where Freshdesk begins the mail that is answered.
QUOTE = "----- Original message -----"

#: `latest_public_comment` may begin with who wrote it: "Dana Reyes : <div>…".
_WRITER = re.compile(r"\s*([^<>:\n]{1,100}) : (?=<)")
_CHANNELS = {
    "email": Channel.EMAIL,
    "portal": Channel.WEB,
    "feedback widget": Channel.WEB,
    "phone": Channel.PHONE,
    "chat": Channel.CHAT,
    "whatsapp": Channel.CHAT,
    "twitter": Channel.SOCIAL,
    "facebook": Channel.SOCIAL,
    "outbound email": Channel.EMAIL,
}


_NAMES = {**SPOKEN, "ticket.closed": ENDED, "ticket.changed": Meaning(Kind.STATUS_CHANGED)}


def read(body: Field, key: str, came: datetime) -> Event | Thin:
    """Return the canonical event, or what to fetch. Raises Malformed."""
    if simple := body["freshdesk_webhook"]:
        return changed(simple["ticket_id"].id(), came)
    meaning = body["schema"].one_of({SCHEMA: body["event"]}).one_of(_NAMES)
    ticket_id = body["ticket_id"].id()
    if meaning.status is None and not body["html"]:
        return changed(ticket_id, came)
    return Event(
        delivery_key=key,
        kind=meaning.kind,
        occurred_at=came,
        ticket_id=ticket_id,
        message=_message(body, key, meaning, came),
        subject=body["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(body["source"].line().lower(), Channel.OTHER),
        customer_id=body["requester_email"].id_or_none(),
        customer_name=body["requester_name"].line() or None,
        language_hint=hygiene.language(body["requester_language"].line()),
        tags=hygiene.tags(body["tags"].line(hygiene.MAX_TEXT).split(",")),
        status=meaning.status,
    )


def changed(ticket_id: str, came: datetime) -> Thin:
    """Return that something was said in this ticket; those that wait become one."""
    return Thin(
        delivery_key=ids.message_id(ticket_id, "changed"),
        what="ticket",
        occurred_at=came,
        ticket_id=ticket_id,
        repeats=True,
    )


def _message(body: Field, key: str, meaning: Meaning, came: datetime) -> NewMessage | None:
    if meaning.author is None:
        return None
    is_first = meaning.kind is Kind.TICKET_CREATED
    outbound = is_first and body["source"].line().lower() == "outbound email"
    return NewMessage(
        external_id=ids.message_id(body["ticket_id"].id(), "description" if is_first else key),
        author=Author.AGENT if outbound else meaning.author,
        text=_text(body["html"], is_first=is_first),
        sent_at=came,
    )


def _text(html: Field, *, is_first: bool) -> str:
    """Return what was written, without who wrote it and without the mail that it answers."""
    written = html.text()
    if not is_first and (writer := _WRITER.match(written)):
        written = written[writer.end() :]
    text = words.from_markup(Field(written, html.path))
    return text.partition(QUOTE)[0].rstrip() or text
