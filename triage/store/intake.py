"""What a delivery leaves in the database: its key, its ticket and its message, once each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, tuple_, update

from triage.domain.deadline import respond_by, when_due
from triage.domain.policy import Lane, Policy
from triage.domain.ticket import Author, Status, TicketId, status_after
from triage.helpdesks.event import Event, NewMessage
from triage.store import decisions, follow_ups
from triage.store.database import insert_once
from triage.store.tables import dead_letter, delivery, message, ticket

WAKE_AFTER = timedelta(seconds=2)  # the sweep leaves a fresh ticket to the publisher for so long
#: What a helpdesk had long ago lets everything pass that comes now: `work.claim_waiting`.
WAKE_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing an event changed: a decision is `due`, or the customer waits no longer."""

    ticket_id: TicketId
    due: bool = False
    became: Status | None = None


def first_delivery(connection: Connection, source_id: int, key: str, now: datetime) -> bool:
    """Note the delivery; return False where it was noted before."""
    row = {"source_id": source_id, "key": key, "received_at": now}
    return insert_once(connection, delivery, row) is not None


def keep_dead_letter(
    connection: Connection, source_id: int, key: str, reason: str, body: bytes, now: datetime
) -> None:
    """Keep an authentic delivery that could not be understood, for the operator to see."""
    connection.execute(
        insert(dead_letter).values(
            source_id=source_id, key=key, reason=reason, body=body, received_at=now
        )
    )


def lock_tickets(connection: Connection, keys: Collection[tuple[int, str]]) -> None:
    """Lock those of the tickets that exist, in the order in which whoever decides locks them.

    For several events in one transaction; a key is a source's id and the ticket's external id.
    """
    if connection.dialect.name == "postgresql" and keys:  # SQLite has one writer at a time
        mine = tuple_(ticket.c.source_id, ticket.c.external_id).in_(keys)
        connection.execute(select(ticket.c.id).where(mine).order_by(ticket.c.id).with_for_update())


def store_event(
    connection: Connection,
    source_id: int,
    event: Event,
    policy: Policy,
    now: datetime,
    wake_after: timedelta = WAKE_AFTER,
) -> Stored:
    """Store an event's ticket and message; a reply may come before its ticket.

    The sweep leaves it for `wake_after` to whoever else decides it.
    """
    wake_at = now + wake_after
    first = event.message is not None and event.message.author is Author.CUSTOMER
    status = Status.WAITING if first else Status.ANSWERED
    new = _insert_ticket(connection, source_id, event, status, policy, now, wake_at)
    if new:
        if event.message:
            _add_message(connection, new, event.message, now)
        return _closed(connection, event, status, Stored(new, due=first), now)
    row = _existing_ticket(connection, source_id, event, policy)
    stored = Stored(TicketId(row.id))
    if event.message and _add_message(connection, row.id, event.message, now):
        if first:
            stored = _after_customer(connection, row, event.message, policy, now, wake_at)
        else:
            stored = _after_staff(connection, row, event.message, policy, now)
    return _closed(connection, event, Status(row.status), stored, now)


def _insert_ticket(
    connection: Connection,
    source_id: int,
    event: Event,
    status: Status,
    policy: Policy,
    now: datetime,
    wake_at: datetime,
) -> TicketId | None:
    opened = min(event.occurred_at, now)
    since = min(event.message.sent_at, opened) if event.message else opened
    row = {
        "source_id": source_id,
        "external_id": event.ticket_id,
        "subject": event.subject or "",
        "channel": event.channel,
        "status": status,
        "customer_id": event.customer_id,
        "customer_name": event.customer_name,
        "language_hint": event.language_hint,
        "tags": sorted(event.tags),
        "opened_at": opened,
        "waiting_since": since,
        "lane": Lane.UNSCORED,
        "tier": event.tier,
        "promised_at": event.promised_at,
        "respond_by": respond_by(
            since, Lane.UNSCORED, 0, policy, tier=event.tier, promised=event.promised_at
        ),
        "state": "due" if status is Status.WAITING else "done",
        "revision": 1 if status is Status.WAITING else 0,
        "wake_at": wake_at,
    }
    new = insert_once(connection, ticket, row)
    return TicketId(new.id) if new else None


def _existing_ticket(connection: Connection, source_id: int, event: Event, policy: Policy) -> Any:
    mine = (ticket.c.source_id == source_id) & (ticket.c.external_id == event.ticket_id)
    row = connection.execute(select(ticket).where(mine).with_for_update()).one()
    learned = {
        "subject": event.subject if not row.subject else None,
        "tier": event.tier,
        "promised_at": event.promised_at,
    }
    if known := {name: value for name, value in learned.items() if value}:
        connection.execute(update(ticket).where(mine).values(known))
        row = connection.execute(select(ticket).where(mine)).one()
        due = _due(row, row.waiting_since, policy)
        connection.execute(update(ticket).where(mine).values(respond_by=due))
    return row


def _due(row: Any, since: datetime, policy: Policy) -> datetime:
    """Return when a customer who waits since then must have been answered."""
    lane, level = Lane(row.lane), row.level
    return respond_by(since, lane, level, policy, tier=row.tier, promised=row.promised_at)


def _add_message(connection: Connection, ticket_id: int, new: NewMessage, now: datetime) -> bool:
    row = {
        "ticket_id": ticket_id,
        "external_id": new.external_id,
        "author": new.author,
        "text": new.text,
        "sent_at": min(new.sent_at, now),
        "received_at": now,
    }
    return insert_once(connection, message, row) is not None


def _after_customer(
    connection: Connection,
    row: Any,
    new: NewMessage,
    policy: Policy,
    now: datetime,
    wake_at: datetime,
) -> Stored:
    waits = row.state == "due" and row.wake_at is not None
    changes: dict[str, Any] = {
        "state": "due",
        "revision": ticket.c.revision + 1,
        "attempts": 0 if row.state == "dead" else ticket.c.attempts,
        "wake_at": min(row.wake_at, wake_at) if waits else wake_at,
    }
    if not _wrote_later(connection, row, new, Author.AGENT):
        sent = min(new.sent_at, now)
        since = min(row.waiting_since, sent) if row.status == Status.WAITING else sent
        changes |= {
            "status": Status.WAITING,
            "waiting_since": since,
            "respond_by": _due(row, since, policy),
            "relieved": False,
            "snoozed_until": None,
            "reopened": row.reopened + (row.status == Status.CLOSED),
            "released_at": None,
        }
    connection.execute(update(ticket).where(ticket.c.id == row.id).values(changes))
    return Stored(TicketId(row.id), due=True)


def _after_staff(
    connection: Connection, row: Any, new: NewMessage, policy: Policy, now: datetime
) -> Stored:
    ticket_id = TicketId(row.id)
    if new.author is Author.AGENT:
        follow_ups.keep(connection, ticket_id, now, before=min(new.sent_at, now))
    status = status_after(Status(row.status), new.author)
    if status == row.status or _wrote_later(connection, row, new, Author.CUSTOMER):
        return Stored(ticket_id)
    _release(connection, ticket_id, status, now)
    _promise(connection, row, min(new.sent_at, now), policy)
    return Stored(ticket_id, became=status)


def _promise(connection: Connection, row: Any, answered: datetime, policy: Policy) -> None:
    """Note what the card said would follow an answer of that moment."""
    card = decisions.card(connection, row.decision_id) or {}
    minutes = card.get("follow_up", {}).get("minutes")
    if minutes is not None:
        due = when_due(answered, timedelta(minutes=minutes), Lane(row.lane), policy)
        text = card["follow_up"]["text"]
        follow_ups.promise(connection, TicketId(row.id), text, due, answered)


def _wrote_later(connection: Connection, row: Any, new: NewMessage, author: Author) -> bool:
    """Return whether `author` wrote after this message, which then came late."""
    return _wrote_after(connection, TicketId(row.id), new.sent_at, author)


def _wrote_after(
    connection: Connection, ticket_id: TicketId, moment: datetime, author: Author
) -> bool:
    later = select(message.c.id).where(
        (message.c.ticket_id == ticket_id)
        & (message.c.author == author)
        & (message.c.sent_at > moment)
    )
    return connection.execute(later.limit(1)).first() is not None


def _closed(
    connection: Connection,
    event: Event,
    was: Status,
    stored: Stored,
    now: datetime,
) -> Stored:
    """Close the ticket after its message, where the event says so: agents answer and close.

    Not where the customer wrote after it was closed, and the event came late.
    """
    if event.status is not Status.CLOSED or was is Status.CLOSED:
        return stored
    if _wrote_after(connection, stored.ticket_id, event.occurred_at, Author.CUSTOMER):
        return stored
    _release(connection, stored.ticket_id, Status.CLOSED, now)
    follow_ups.keep(connection, stored.ticket_id, now)
    return replace(stored, became=Status.CLOSED)


def _release(connection: Connection, ticket_id: TicketId, status: Status, now: datetime) -> None:
    """Let the ticket stand on the desk no more; what was promised counted for this answer only.

    One that waits no longer keeps the moment when it stopped to wait.
    """
    waits = ticket.c.status == Status.WAITING
    released = case((waits, now), else_=func.coalesce(ticket.c.released_at, now))
    connection.execute(
        update(ticket)
        .where(ticket.c.id == ticket_id)
        .values(status=status, released_at=released, promised_at=None)
    )
