"""Zendesk's ticket events: `zen:event-type:ticket.…`, with the ticket in `detail`.

Which events Zendesk sends for one action, and in which order, is not promised.
Source: https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from triage.domain.ticket import Author, Status
from triage.helpdesks import hygiene, ids
from triage.helpdesks.event import Event, Ignored, Kind, NewMessage
from triage.helpdesks.reading import MAX_WORD, Field
from triage.helpdesks.zendesk_channels import channel

PREFIX = "zen:event-type:"
_CLOSED = frozenset({"SOLVED", "CLOSED", "DELETED", "ARCHIVED", "SCRUBBED"})

#: The description and the comment that carries it are one action, some milliseconds apart.
_SAME_ACTION = timedelta(seconds=60)


def read(body: Field, key: str) -> Event | Ignored:
    """Return the canonical event. Raises Malformed."""
    name = body["type"].line()
    if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in _READERS:
        return Ignored(key, f"an event we have no use for: {name[:MAX_WORD]}")
    return body["type"].one_of(_BY_TYPE)(body, key)


def _created(body: Field, key: str) -> Event | Ignored:
    detail = body["detail"]
    if detail["is_public"].value is False:
        return Ignored(key, "a private ticket")
    message = NewMessage(
        external_id=ids.message_id(detail["id"].id(), "description"),
        # an agent or a web form may have filed it for the customer (`submitter_id`), and nothing
        # here tells which: it is the customer's case either way, and must stand on the desk
        author=Author.CUSTOMER,
        text=hygiene.shorten(detail["description"].text()),
        sent_at=detail["created_at"].moment(),
    )
    return _event(body, key, Kind.TICKET_CREATED, message, status=_status(detail))


def _commented(body: Field, key: str) -> Event | Ignored:
    comment = body["event"]["comment"]
    if not comment["is_public"].flag():
        return Ignored(key, "a private comment")
    author = Author.AGENT if comment["author"]["is_staff"].flag() else Author.CUSTOMER
    message = NewMessage(
        external_id=_message_id(body, comment),
        author=author,
        text=hygiene.shorten(comment["body"].text()),
        sent_at=body["time"].moment(),
    )
    name = comment["author"]["name"].line() if author is Author.CUSTOMER else None
    return _event(body, key, Kind.MESSAGE_ADDED, message, name=name or None)


def _status_changed(body: Field, key: str) -> Event | Ignored:
    if status := _status(body["detail"]):
        return _event(body, key, Kind.STATUS_CHANGED, None, status=status)
    # whose turn it is follows from who wrote last, not from "open", "pending" or "hold"
    return Ignored(key, "a status that closes nothing")


def _gone(body: Field, key: str) -> Event | Ignored:
    return _event(body, key, Kind.STATUS_CHANGED, None, status=Status.CLOSED)


_READERS: Mapping[str, Callable[[Field, str], Event | Ignored]] = {
    "ticket.created": _created,
    "ticket.comment_added": _commented,
    "ticket.status_changed": _status_changed,
    "ticket.soft_deleted": _gone,
    "ticket.permanently_deleted": _gone,
    "ticket.marked_as_spam": _gone,
}
_BY_TYPE = {PREFIX + name: reader for name, reader in _READERS.items()}


def _event(
    body: Field,
    key: str,
    kind: Kind,
    message: NewMessage | None,
    *,
    status: Status | None = None,
    name: str | None = None,
) -> Event:
    detail = body["detail"]
    return Event(
        delivery_key=key,
        kind=kind,
        occurred_at=body["time"].moment(),
        ticket_id=detail["id"].id(),
        message=message,
        subject=detail["subject"].line(hygiene.MAX_SUBJECT) or None,
        channel=channel(detail["via"]["channel"]),
        customer_id=detail["requester_id"].id_or_none(),
        customer_name=name,
        tags=detail["tags"].tags(),
        status=status,
    )


def _status(detail: Field) -> Status | None:
    return Status.CLOSED if detail["status"].line().upper() in _CLOSED else None


def _message_id(body: Field, comment: Field) -> str:
    """Return the comment's id, but the description's for the comment that carries it.

    Whether creating a ticket also adds a comment is not documented: if so, it counts once.
    """
    detail = body["detail"]
    same_text = detail["description"].value == comment["body"].value
    if same_text and body["time"].moment() - detail["created_at"].moment() <= _SAME_ACTION:
        return ids.message_id(detail["id"].id(), "description")
    return comment["id"].id()
