"""What people taught: corrected messages, and what stood on tickets that were closed. Read only.

Every pass goes over tickets by their primary key in chunks, so that none holds a connection for
long, and finds the rest by the indexes that begin with a ticket's id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.lessons import Shown
from triage.domain.reading import Corrected
from triage.domain.ticket import MessageId, Mode, Status, TicketId
from triage.store.corrections import IN_FORCE, LABELS, What, labels_of
from triage.store.tables import correction, decision, message, scoring, ticket

READ_ALONE = ("inputs", "messages")  # of a receipt: which messages it was made from
MODE = decision.c.result["mode"].as_string()  # what Triage might do with the ticket then
WORKED_BY = MODE != Mode.OBSERVE  # by what is only observed nobody works: silence says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A customer's message, what a person said of it, and what stood there when it was closed.

    `claimed` is the feeling that stood there before somebody named another one. `shown` is None
    where the ticket is open, was only observed, or was never shown by this message alone.
    """

    ticket_id: TicketId
    text: str
    language_hint: str | None
    corrected: Corrected | None
    claimed: Emotion | None
    shown: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed ticket that was decided, and how it might be assigned then."""

    ticket_id: TicketId
    mode: Mode


def corrected_tickets(connection: Connection, after: TicketId, limit: int) -> list[TicketId]:
    """Return the next tickets of which a label was corrected, by their id."""
    mine = (correction.c.ticket_id > after) & correction.c.what.in_(LABELS) & IN_FORCE
    query = select(correction.c.ticket_id).distinct().where(mine)
    rows = connection.execute(query.order_by(correction.c.ticket_id).limit(limit))
    return [TicketId(it) for it in rows.scalars()]


def closed_tickets(
    connection: Connection, before: TicketId, limit: int, since: datetime | None = None
) -> list[Closed]:
    """Return the closed tickets with lower ids by whose decision people worked, newest first."""
    mine = (ticket.c.id < before) & (ticket.c.status == Status.CLOSED) & WORKED_BY
    if since is not None:
        mine &= ticket.c.released_at >= since
    last = decision.c.id == ticket.c.decision_id
    query = select(ticket.c.id, MODE.label("mode")).join(decision, last).where(mine)
    rows = connection.execute(query.order_by(ticket.c.id.desc()).limit(limit))
    return [Closed(ticket_id=TicketId(it.id), mode=Mode(it.mode)) for it in rows]


def taught(connection: Connection, tickets: Collection[TicketId]) -> list[Taught]:
    """Return what people said of these tickets' messages, or left as it stood."""
    corrected = labels_of(connection, tickets)
    claimed = _claimed(connection, tickets)
    shown = _shown(connection, tickets)
    said = [it for messages in corrected.values() for it in messages]
    wanted = message.c.id.in_([*said, *shown])
    query = select(message.c.id, message.c.ticket_id, message.c.text, ticket.c.language_hint)
    rows = connection.execute(query.join(ticket).where(wanted).order_by(message.c.id))
    return [
        Taught(
            ticket_id=TicketId(row.ticket_id),
            text=row.text,
            language_hint=row.language_hint,
            corrected=corrected[row.ticket_id].get(MessageId(row.id)),
            claimed=claimed.get(MessageId(row.id)),
            shown=shown.get(MessageId(row.id)),
        )
        for row in rows
    ]


def changed(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[TicketId, dict[tuple[MessageId | None, What], tuple[Any, Any]]]:
    """Return by ticket what people corrected: what stood there first, and what they said last."""
    query = select(correction).where(correction.c.ticket_id.in_(tickets), IN_FORCE)
    found: defaultdict[TicketId, dict[tuple[MessageId | None, What], tuple[Any, Any]]]
    found = defaultdict(dict)
    for row in connection.execute(query.order_by(correction.c.id)):
        mine, key = found[TicketId(row.ticket_id)], (row.message_id, What(row.what))
        first = mine[key][0] if key in mine else row.was
        mine[key] = (first, row.now)
    return found


def _claimed(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[MessageId, Emotion | None]:
    return {
        message_id: Emotion(first) if first else None
        for one in changed(connection, tickets).values()
        for (message_id, what), (first, _) in one.items()
        if what is What.EMOTION and message_id is not None
    }


def _shown(connection: Connection, tickets: Collection[TicketId]) -> dict[MessageId, Shown]:
    """Return what the first decision of each closed ticket said, if it read one message alone.

    A thread's level and feeling are nobody's word about one of its messages.
    """
    first = (
        select(func.min(decision.c.id))
        .join(ticket, ticket.c.id == decision.c.ticket_id)
        .where(decision.c.ticket_id.in_(tickets), ticket.c.status == Status.CLOSED)
        .group_by(decision.c.ticket_id)
    )
    result = decision.c.result
    query = (
        select(
            decision.c.message_id,
            result["state"].as_string().label("state"),
            result["level"].as_integer().label("level"),
            result["feeling"].as_string().label("feeling"),
            result["emotions"].label("emotions"),
            result["flags"].label("flags"),
            result[READ_ALONE].label("read"),
            scoring.c.result["charge"].as_float().label("charge"),
        )
        .join(
            scoring,
            (scoring.c.message_id == decision.c.message_id)
            & (scoring.c.model_version == decision.c.model_version),
        )
        .where(decision.c.id.in_(first), WORKED_BY)
    )
    rows = connection.execute(query)
    return {
        MessageId(row.message_id): Shown(
            state=ScoringState(row.state),
            level=row.level,
            charge=row.charge,
            feeling=Emotion(row.feeling) if row.feeling else None,
            emotions={Emotion(name): p for name, p in row.emotions.items()},
            flags=frozenset(Flag(it["flag"]) for it in row.flags),
        )
        for row in rows
        if row.read == [row.message_id]
    }
