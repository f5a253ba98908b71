"""Freshdesk: the ticket with its requester, and its conversations, page by page.

Sources: Freshdesk's API as clients quote it ("List all tickets", "Conversations"). Not in them:
that `fr_due_by` is the promised first answer, and `include=requester` on a single ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from triage.domain.ticket import Author, Channel
from triage.helpdesks import hygiene, ids, words
from triage.helpdesks.backlog import thread
from triage.helpdesks.backlog.thread import Told
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.event import Event, NewMessage, Thin
from triage.helpdesks.freshdesk_templates import QUOTE
from triage.helpdesks.reading import Field

PER_PAGE, MOST_PAGES = 100, 5

CLOSED = (4, 5)  # resolved, closed
_OUTBOUND = 10
_CHANNELS = {
    1: Channel.EMAIL,
    2: Channel.WEB,
    3: Channel.PHONE,
    7: Channel.CHAT,
    9: Channel.WEB,
    _OUTBOUND: Channel.EMAIL,
}


def complete(thin: Thin, answers: Sequence[Response]) -> Step:
    """Return the next call, or what was said in the ticket. Raises Malformed."""
    path = f"/tickets/{quote(thin.ticket_id, safe='')}"
    if not answers:
        return Request(path=path, query=(("include", "requester"),))
    pages = [list(it.json().items()) for it in answers[1:]]
    if len(pages) < MOST_PAGES and (not pages or len(pages[-1]) == PER_PAGE):
        query = (("per_page", str(PER_PAGE)), ("page", str(len(pages) + 1)))
        return Request(path=f"{path}/conversations", query=query)
    return events(answers[0].json(), [one for page in pages for one in page])


def events(ticket: Field, conversations: Sequence[Field]) -> list[Event]:
    requester, source = ticket["requester"], ticket["source"].value
    told = Told(
        ticket_id=ticket["id"].id(),
        updated_at=ticket["updated_at"].moment(),
        closed=ticket["status"].value in CLOSED or is_gone(ticket),
        subject=ticket["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=_CHANNELS.get(source, Channel.OTHER) if isinstance(source, int) else Channel.OTHER,
        customer_id=requester["email"].id_or_none() or ticket["requester_id"].id_or_none(),
        customer_name=requester["name"].line() or None,
        tags=ticket["tags"].tags(),
    )
    replies = [_reply(it) for it in conversations if not it["private"].flag()]
    said = [_description(ticket), *replies]
    first, *rest = thread.events(told, said)
    answered = any(it.author is Author.AGENT for it in said)  # then that promise was kept or broken
    due = None if answered or not ticket["fr_due_by"] else ticket["fr_due_by"].moment()
    return [replace(first, promised_at=due), *rest]


def _description(ticket: Field) -> NewMessage:
    outbound = ticket["source"].value == _OUTBOUND
    return NewMessage(
        external_id=ids.message_id(ticket["id"].id(), "description"),
        author=Author.AGENT if outbound else Author.CUSTOMER,
        text=_text(ticket["description_text"], ticket["description"]),
        sent_at=ticket["created_at"].moment(),
    )


def _reply(item: Field) -> NewMessage:
    return NewMessage(
        external_id=item["id"].id(),
        author=Author.CUSTOMER if item["incoming"].flag() else Author.AGENT,
        text=_text(item["body_text"], item["body"]),
        sent_at=item["created_at"].moment(),
    )


def _text(plain: Field, html: Field) -> str:
    text = words.plain(plain) or words.from_markup(html)
    return text.partition(QUOTE)[0].rstrip() or text


def is_gone(ticket: Field) -> bool:
    return ticket["spam"].value is True or ticket["deleted"].value is True
