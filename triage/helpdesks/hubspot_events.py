"""What HubSpot's events mean: tickets and threads whose words are to be fetched, and their ends.

`eventId` is not unique, so that a key has all that names an event, but not the number of its try.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from triage.domain.ticket import Status
from triage.helpdesks import ids
from triage.helpdesks.event import Event, Ignored, Kind, Malformed, Result, Thin, Unread
from triage.helpdesks.reading import Field

TICKETS = "0-5"  # the object type of tickets; by HubSpot's own list, which our sources lack
#: What names an event. A change of one object at one moment may be of two properties, or messages.
_KEY = (
    "portalId",
    "subscriptionType",
    "eventType",
    "objectId",
    "eventId",
    "occurredAt",
    "propertyName",
    "messageId",
)


def read(event: Field) -> tuple[Result, ...]:
    """Return what one event of a delivery means; what cannot be understood harms no other."""
    try:
        key, kind = _key(event), _kind(event)
        reader = _READERS.get(kind) or _OBJECT_READERS.get(kind)
        if reader is None or (kind in _OBJECT_READERS and not _has(event, "objectTypeId", TICKETS)):
            return (Ignored(key, "a change that tells of nobody's words"),)
        return reader(event, key)
    except Malformed as error:
        body = json.dumps(event.value).encode()
        return (Unread(ids.delivery_key(None, body), str(error), body),)


def thread(thread_id: str) -> str:
    """Return the name of a conversation that belongs to no ticket, unlike any ticket's."""
    return f"thread:{thread_id}"


def _key(event: Field) -> str:
    """Return all that names an event, in one line; a hundred may come at once."""
    if not isinstance(event.value, dict):
        raise event.unlike("an object")
    name = ":".join([str(event.value.get(part, "")) for part in _KEY])
    return ids.usable(name) or ids.delivery_key(None, name.encode(errors="replace"))


def _kind(event: Field) -> str:
    """Return the subscription's type, as every sample names it; HubSpot's table says otherwise."""
    found = event.value.get("subscriptionType") if isinstance(event.value, dict) else None
    return found if isinstance(found, str) else event["eventType"].text()


def _has(event: Field, name: str, value: str) -> bool:
    return isinstance(event.value, dict) and event.value.get(name) == value


def _said(event: Field, key: str) -> tuple[Result, ...]:
    if _has(event, "messageType", "COMMENT"):
        return (Ignored(key, "a private comment"),)
    return (_thin(event, key, "message", event["messageId"].id()),)


def _made(event: Field, key: str) -> tuple[Result, ...]:
    return (_thin(event, key, "ticket"),)


def _changed(event: Field, key: str) -> tuple[Result, ...]:
    """Return the closing of a ticket: HubSpot notes when, and empties that when it is reopened."""
    if not (_has(event, "propertyName", "closed_date") and event["propertyValue"]):
        return (Ignored(key, "a change of a property, ours too"),)
    return (_closed(key, _object(event), _at(event)),)


def _deleted(event: Field, key: str) -> tuple[Result, ...]:
    return (_closed(key, _object(event), _at(event)),)


def _merged(event: Field, key: str) -> tuple[Result, ...]:
    """Return the closing of every ticket but the one that lives on."""
    lives_on = (event["newObjectId"] or event["primaryObjectId"]).id()
    gone = {it.id() for it in event["mergedObjectIds"].items()} | {event["primaryObjectId"].id()}
    return tuple(
        _closed(ids.message_id(key, one), one, _at(event)) for one in sorted(gone - {lives_on})
    )


def _thread_changed(event: Field, key: str) -> tuple[Result, ...]:
    if _has(event, "propertyName", "status") and _has(event, "propertyValue", "CLOSED"):
        return (_thin(event, key, "thread"),)
    return (Ignored(key, "a change of a thread that closes nothing"),)


def _thread_deleted(event: Field, key: str) -> tuple[Result, ...]:
    return (_closed(key, thread(_object(event)), _at(event)),)


_Reader: TypeAlias = Callable[[Field, str], tuple[Result, ...]]
_READERS: Mapping[str, _Reader] = {
    "conversation.newMessage": _said,
    "conversation.propertyChange": _thread_changed,
    "conversation.deletion": _thread_deleted,
    "conversation.privacyDeletion": _thread_deleted,
    "ticket.creation": _made,
    "ticket.propertyChange": _changed,
    "ticket.deletion": _deleted,
    "ticket.merge": _merged,
}
#: Newer subscriptions are for any object.
_OBJECT_READERS: Mapping[str, _Reader] = {
    "object.creation": _made,
    "object.propertyChange": _changed,
    "object.deletion": _deleted,
    "object.merge": _merged,
}


def _thin(event: Field, key: str, what: str, message_id: str | None = None) -> Thin:
    return Thin(
        delivery_key=key,
        what=what,
        occurred_at=_at(event),
        ticket_id=_object(event),
        message_id=message_id,
    )


def _closed(key: str, ticket_id: str, at: datetime) -> Event:
    return Event(
        delivery_key=key,
        kind=Kind.STATUS_CHANGED,
        occurred_at=at,
        ticket_id=ticket_id,
        status=Status.CLOSED,
    )


def _object(event: Field) -> str:
    """Return the id of what changed; a number, as ever, without a detour."""
    found = event.value.get("objectId") if isinstance(event.value, dict) else None
    return str(found) if type(found) is int else event["objectId"].id()


def _at(event: Field) -> datetime:
    return event["occurredAt"].milliseconds()
