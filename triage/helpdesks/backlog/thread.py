"""A whole thread as the events that its webhooks would have told, in order, by the same keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.domain.ticket import Channel, Status
from triage.helpdesks.event import Event, Kind, NewMessage

MOST_MESSAGES = 500  # the newest of a thread; Zendesk lets a ticket have 5,000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a helpdesk tells of a ticket besides its messages."""

    ticket_id: str
    updated_at: datetime
    closed: bool
    subject: str | None = None
    channel: Channel = Channel.OTHER
    customer_id: str | None = None
    customer_name: str | None = None
    language_hint: str | None = None
    tags: frozenset[str] = frozenset()


def events(told: Told, messages: Sequence[NewMessage]) -> list[Event]:
    """Return one event a message, oldest first, and the closing of a closed ticket.

    A ticket of which we know no public message is closed where it is known, and else left out.
    """
    ordered = sorted(messages, key=lambda it: it.sent_at)[-MOST_MESSAGES:]
    found = [_event(told, Kind.MESSAGE_ADDED, one.sent_at, one) for one in ordered]
    if found:
        found[0] = replace(found[0], kind=Kind.TICKET_CREATED)
    if told.closed:
        closing = _event(told, Kind.STATUS_CHANGED, told.updated_at, None)
        found.append(replace(closing, status=Status.CLOSED))
    return found


def _event(told: Told, kind: Kind, at: datetime, message: NewMessage | None) -> Event:
    return Event(
        delivery_key=f"pull:{told.ticket_id}"[:200],
        kind=kind,
        occurred_at=at,
        ticket_id=told.ticket_id,
        message=message,
        subject=told.subject,
        channel=told.channel,
        customer_id=told.customer_id,
        customer_name=told.customer_name,
        language_hint=told.language_hint,
        tags=told.tags,
    )
