"""Zendesk's backlog: the incremental cursor export of tickets, and each ticket's comments.

Changes of the last minute are left out by Zendesk, deleted tickets are in. Sources: "Incremental
exports", "Ticket comments". Paging of comments by `next_page` and `include=users` for who is staff
are not in the sources we hold (docs/helpdesks/backlog.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlsplit

from triage.domain.ticket import Author
from triage.helpdesks import hygiene, ids
from triage.helpdesks.backlog import backlog
from triage.helpdesks.backlog.backlog import Cursor, Listed, Page, Step
from triage.helpdesks.backlog.thread import Told, events
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Event, NewMessage
from triage.helpdesks.reading import Field
from triage.helpdesks.zendesk_channels import channel

PAGE = "1000"  # tickets; the export's own most

_CLOSED = frozenset({"solved", "closed", "deleted"})
_STAFF = frozenset({"agent", "admin"})


def page_request(cursor: Cursor) -> Request:
    """Return the request for the page where the cursor stands."""
    start = ("start_time", str(int(cursor.since.timestamp())))
    where = ("cursor", cursor.token) if cursor.token else start
    return Request(
        path="/incremental/tickets/cursor.json",
        query=(where, ("per_page", PAGE)),
        counts="export",
    )


def read_page(response: Response, cursor: Cursor) -> Page:
    """Return the page. Raises Malformed."""
    body = response.json()
    tickets = backlog.listed(body["tickets"].items(), _listed)
    if body["end_of_stream"].flag():
        return Page(tickets, None)
    seen = backlog.newest(tickets, cursor.seen)
    return Page(tickets, backlog.went_on(cursor, token=body["after_cursor"].id(), seen=seen))


def _listed(item: Field) -> Listed:
    status = item["status"].line().lower()
    return Listed(
        item["id"].id(), item["updated_at"].moment(), status in _CLOSED, item, status == "deleted"
    )


beyond = backlog.beyond


def thread(listed: Listed, answers: Sequence[Response]) -> Step:
    """Return the next call for comments, or what they tell. Raises Malformed."""
    if listed.gone:
        return _events(listed, [])
    bodies = [it.json() for it in answers]
    if not bodies:
        return _comments(listed.external_id, {"include": "users"})
    query = dict(parse_qsl(urlsplit(bodies[-1]["next_page"].line(2_000)).query))
    more = query.get("page", "")
    if more.isdecimal() and int(more) == len(bodies) + 1:
        return _comments(listed.external_id, {"include": "users", "page": more})
    return _events(listed, [one for body in bodies for one in _authored(body)])


def _authored(body: Field) -> list[Field]:
    """Return the comments, each with the role of who wrote it."""
    roles = {it["id"].id(): it["role"].line() for it in body["users"].items()}
    return [
        Field({"comment": it.value, "role": roles.get(it["author_id"].id())}, it.path)
        for it in body["comments"].items()
    ]


def _comments(ticket_id: str, query: Mapping[str, str]) -> Request:
    path = f"/tickets/{quote(ticket_id, safe='')}/comments.json"
    return Request(path=path, query=tuple(query.items()))


def _events(listed: Listed, messages: Sequence[Field]) -> Sequence[Event]:
    ticket = listed.ticket
    if ticket["is_public"].value is False:
        return []
    requester = ticket["requester_id"].id_or_none()
    first = min(messages, key=lambda it: it["comment"]["created_at"].moment(), default=Field(None))
    opening = first["comment"]["id"].id_or_none()
    public = [it for it in messages if it["comment"]["public"].flag()]
    told = Told(
        ticket_id=listed.external_id,
        updated_at=listed.updated_at,
        closed=listed.closed,
        subject=ticket["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=channel(ticket["via"]["channel"]),
        customer_id=requester,
        tags=ticket["tags"].tags(),
    )
    return events(told, [_message(it, listed, requester, opening) for it in public])


def _message(item: Field, listed: Listed, requester: str | None, opening: str | None) -> NewMessage:
    """Return the message by the key that its event would have: the first is the description."""
    comment = item["comment"]
    opens = comment["id"].id() == opening
    name = ids.message_id(listed.external_id, "description") if opens else comment["id"].id()
    role, author = item["role"].line(), comment["author_id"].id()
    staff = role in _STAFF if role else author != requester
    return NewMessage(
        external_id=name,
        # a ticket that an agent files for a customer is the customer's, as in its event
        author=Author.AGENT if staff and not opens else Author.CUSTOMER,
        text=hygiene.shorten((comment["plain_body"] or comment["body"]).text()),
        sent_at=comment["created_at"].moment(),
    )
