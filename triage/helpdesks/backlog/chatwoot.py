"""Chatwoot's backlog: all conversations, the last active first, and each one's messages.

Whatever becomes active meanwhile moves to the front, so that nothing slips through to the back; the
next reconciliation finds it. Sources: Chatwoot's API description (which lists these calls). Not in
it: the order, `last_activity_at`, and `before` with 20 messages each (docs/helpdesks/backlog.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from triage.domain.ticket import Status
from triage.helpdesks import chatwoot
from triage.helpdesks.backlog import backlog
from triage.helpdesks.backlog.backlog import Broken, Cursor, Listed, Page, Step
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Event, Kind
from triage.helpdesks.reading import Field

TOGETHER = 20  # messages in an answer
MOST_SKIPPED = 10  # pages in a row that nobody can read


def page_request(cursor: Cursor) -> Request:
    """Return the request for the page where the cursor stands."""
    return Request(
        path="/conversations",
        query=(
            ("status", "all"),
            ("assignee_type", "all"),
            ("sort_by", "last_activity_at_desc"),
            ("page", str(cursor.page)),
        ),
    )


def read_page(response: Response, cursor: Cursor) -> Page:
    """Return the page without what was active before; with such a one it ends. Raises Malformed."""
    found = backlog.listed(_payload(response.json()["data"]["payload"]), _listed)
    tickets = [it for it in found if isinstance(it, Broken) or it.updated_at >= cursor.since]
    ended = not found or len(tickets) < len(found)
    return Page(tickets, None if ended else backlog.went_on(cursor, page=cursor.page + 1))


def beyond(cursor: Cursor, _now: datetime) -> Cursor | None:
    """Return the page behind one that nobody can read."""
    if cursor.steps >= MOST_SKIPPED:
        return None
    return replace(cursor, page=cursor.page + 1, steps=cursor.steps + 1)


def _payload(field: Field) -> Sequence[Field]:
    if not isinstance(field.value, list):
        raise field.unlike("a list")
    return list(field.items())


def _listed(item: Field) -> Listed:
    active = item["last_activity_at"] or item["timestamp"]
    return Listed(item["id"].id(), active.moment(), item["status"].line() == "resolved", item)


def thread(listed: Listed, answers: Sequence[Response]) -> Step:
    """Return the next call for messages, or what they tell. Raises Malformed."""
    parts = [_payload(it.json()["payload"]) for it in answers]
    if not parts or len(parts[-1]) >= TOGETHER:
        path = f"/conversations/{quote(listed.external_id, safe='')}/messages"
        before = str(min(map(_number, parts[-1]))) if parts else ""
        return Request(path=path, query=(("before", before),) if before else ())
    return _events(listed, [one for part in parts for one in part])


def _number(item: Field) -> int:
    if not (name := item["id"].id()).isdecimal():
        raise item["id"].unlike("a whole number")
    return int(name)


def _events(listed: Listed, items: Sequence[Field]) -> list[Event]:
    key = f"pull:{listed.external_id}"[:200]
    conversation = _with_channel(listed.ticket)
    said = sorted(filter(None, map(chatwoot.public_message, items)), key=lambda it: it.sent_at)
    events = [chatwoot.event(conversation, key, Kind.MESSAGE_ADDED, it.sent_at, it) for it in said]
    if listed.closed:
        at = listed.updated_at + chatwoot.WITHIN_THE_SECOND
        kind, status = Kind.STATUS_CHANGED, Status.CLOSED
        events.append(chatwoot.event(conversation, key, kind, at, None, status))
    return events


def _with_channel(conversation: Field) -> Field:
    """Return the conversation as webhooks have it, with its channel at the top."""
    value = conversation.value if isinstance(conversation.value, dict) else {}
    return Field({"channel": conversation["meta"]["channel"].value} | value, conversation.path)
