"""HubSpot: a ticket's words, or a message and the thread and ticket that it belongs to.

A message's ticket is the one that HubSpot associates with its thread, else the thread itself.
Sources: HubSpot's "Conversations inbox & messages" reference and its SDKs' models. Not in them: the
names of a ticket's properties, and that `content` is what the customer wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.domain.ticket import Author, Channel, Status
from triage.helpdesks import hubspot_events, hygiene, ids, words
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.event import Event, Kind, NewMessage, Thin
from triage.helpdesks.reading import Field

_THREADS = "/conversations/v3/conversations/threads"
_PROPERTIES = "subject,content,createdate,hs_lastmodifieddate,source_type,closed_date"
_CHANNELS = {
    "EMAIL": Channel.EMAIL,
    "FORM": Channel.WEB,
    "CHAT": Channel.CHAT,
    "PHONE": Channel.PHONE,
}
_TRUNCATED = "TRUNCATED"  # not "…_TO_MOST_RECENT_REPLY", which is what was written


def complete(thin: Thin, answers: Sequence[Response]) -> Step:
    """Return the next call, or what the answers say. Raises Malformed."""
    if thin.what == "ticket":
        return _ticket(thin, answers)
    thread = f"{_THREADS}/{quote(thin.ticket_id, safe='')}"
    if not answers:
        return Request(path=thread, query=(("association", "TICKET"),))
    if thin.what == "thread":
        return _thread_closed(thin, answers[0].json())
    message = f"{thread}/messages/{quote(thin.message_id or '', safe='')}"
    if len(answers) == 1:
        return Request(path=message)
    return _message(thin, message, answers)


def _ticket(thin: Thin, answers: Sequence[Response]) -> Step:
    if not answers:
        path = f"/crm/v3/objects/tickets/{quote(thin.ticket_id, safe='')}"
        query = (("properties", _PROPERTIES), ("associations", "contacts"))
        return Request(path=path, query=query)
    body = answers[0].json()
    about = body["properties"]
    if not about["content"]:
        return []  # made of a conversation, whose messages are told apart
    made = about["createdate"] or body["createdAt"]
    contact = next(body["associations"]["contacts"]["results"].items(), Field(None))
    said = NewMessage(
        external_id=ids.message_id(thin.ticket_id, "description"),
        author=Author.CUSTOMER,
        text=words.plain(about["content"]),
        sent_at=made.moment(),
    )
    return [
        Event(
            delivery_key=thin.delivery_key,
            kind=Kind.TICKET_CREATED,
            occurred_at=made.moment(),
            ticket_id=thin.ticket_id,
            message=said,
            subject=about["subject"].line(hygiene.MAX_SUBJECT) or None,
            channel=_CHANNELS.get(about["source_type"].line(), Channel.OTHER),
            customer_id=contact["id"].id_or_none(),
        )
    ]


def _message(thin: Thin, path: str, answers: Sequence[Response]) -> Step:
    thread, message = answers[0].json(), answers[1].json()
    if message["type"].line() != "MESSAGE":
        return []  # a comment among colleagues, or a machine's welcome
    whole = message
    if message["truncationStatus"].line() == _TRUNCATED:
        if len(answers) == 2:  # noqa: PLR2004 - thread, message, and then its whole words
            return Request(path=f"{path}/original-content")
        whole = answers[2].json()
    sender = next(message["senders"].items(), Field(None))
    said = NewMessage(
        external_id=message["id"].id(),
        author=_author(message, sender),
        text=words.plain(whole["text"]) or words.from_markup(whole["richText"]),
        sent_at=message["createdAt"].moment(),
    )
    return [_said(thin, thread, message, sender, said)]


def _said(thin: Thin, thread: Field, message: Field, sender: Field, said: NewMessage) -> Event:
    wrote = said.author is Author.CUSTOMER
    contact = thread["associatedContactId"].id_or_none()
    return Event(
        delivery_key=thin.delivery_key,
        kind=Kind.MESSAGE_ADDED,
        occurred_at=said.sent_at,
        ticket_id=_ticket_id(thin, thread),
        message=said,
        subject=message["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=Channel.EMAIL if message["subject"] else Channel.CHAT,
        customer_id=contact or (sender["actorId"].id_or_none() if wrote else None),
        customer_name=(sender["name"].line() or None) if wrote else None,
    )


def _author(message: Field, sender: Field) -> Author:
    """Return who wrote: names of agents begin with "A-", and other senders' are machines."""
    if message["direction"].line() == "INCOMING":
        return Author.CUSTOMER
    return Author.AGENT if sender["actorId"].line().startswith("A-") else Author.SYSTEM


def _thread_closed(thin: Thin, thread: Field) -> list[Event]:
    if thread["status"].line() != "CLOSED":
        return []
    return [
        Event(
            delivery_key=thin.delivery_key,
            kind=Kind.STATUS_CHANGED,
            occurred_at=thin.occurred_at,
            ticket_id=_ticket_id(thin, thread),
            status=Status.CLOSED,
        )
    ]


def _ticket_id(thin: Thin, thread: Field) -> str:
    ticket = thread["threadAssociations"]["associatedTicketId"].id_or_none()
    return ticket or hubspot_events.thread(thin.ticket_id)
