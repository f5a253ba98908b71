"""Intercom: the conversation as it stands, with all its parts."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from triage.domain.ticket import Status
from triage.helpdesks.call import Request, Response
from triage.helpdesks.completing.completing import Step
from triage.helpdesks.event import Event, Kind, NewMessage, Thin
from triage.helpdesks.intercom_conversation import event, parts, source_message
from triage.helpdesks.reading import Field


def complete(thin: Thin, answers: Sequence[Response]) -> Step:
    """Return the call, or what was said in the conversation. Raises Malformed."""
    if not answers:
        return Request(path=f"/conversations/{quote(thin.ticket_id, safe='')}")
    item = answers[0].json()
    said = sorted([source_message(item), *parts(item)], key=lambda it: it.sent_at)
    events = [_said(item, it, thin) for it in said]
    if item["state"].line() == "closed":
        at = item["updated_at"].moment()
        kind, status = Kind.STATUS_CHANGED, Status.CLOSED
        events.append(event(item, thin.delivery_key, kind, at, None, status=status))
    return events


def _said(item: Field, message: NewMessage, thin: Thin) -> Event:
    return event(item, thin.delivery_key, Kind.MESSAGE_ADDED, message.sent_at, message)
