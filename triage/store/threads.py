"""Tickets with their threads and scorings, as the rules want them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from triage.domain.agent import AgentId
from triage.domain.emotion import Emotion, Scoring, ScoringState, SeenFlag, SentenceScores, Span
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.reading import Corrected
from triage.domain.ticket import (
    Author,
    Channel,
    Familiar,
    Message,
    MessageId,
    Mode,
    Status,
    Ticket,
    TicketId,
)
from triage.store import corrections
from triage.store.database import insert_new
from triage.store.tables import message, scoring, source, ticket

OWN_AND_ANOTHER = 2  # tickets of a customer: the one asked about may be the last
SHARE_OF_ONE = 4  # digits kept of a probability
OF_SOURCE = (source.c.name.label("source_name"), source.c.mode, source.c.opening_raises)


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket, the scorings there are of its messages, the sender's language hint, and what people
    corrected.
    """

    ticket: Ticket
    scorings: dict[MessageId, Scoring]
    language_hint: str | None
    corrected: dict[MessageId, Corrected]


def load(
    connection: Connection,
    ids: Collection[TicketId],
    model_version: str,
    known_since: datetime | None = None,
) -> dict[TicketId, Thread]:
    """Return the threads of these tickets with the scorings of this model.

    Whoever answered a customer since `known_since` is familiar to them; without it nobody is.
    """
    query = select(ticket, *OF_SOURCE).join(source)
    rows = connection.execute(query.where(ticket.c.id.in_(ids))).all()
    messages = _messages(connection, ids)
    scorings = _scorings(connection, ids, model_version)
    known = familiar(connection, rows, known_since) if known_since else {}
    corrected = corrections.labels_of(connection, ids)
    return {
        TicketId(row.id): Thread(
            replace(to_ticket(row, messages[row.id]), familiar=known.get(row.id)),
            scorings[row.id],
            row.language_hint,
            corrected[row.id],
        )
        for row in rows
    }


def familiar(connection: Connection, rows: Sequence[Any], since: datetime) -> dict[int, Familiar]:
    """Return by ticket who answered another one of the same customer last, since then.

    Uses `ix_ticket_customer`; of each customer only the last two tickets leave the database.
    """
    customers = {(row.source_id, row.customer_id) for row in rows if row.customer_id is not None}
    if not customers:
        return {}
    of_customer = (ticket.c.source_id, ticket.c.customer_id)
    nth = func.row_number().over(partition_by=of_customer, order_by=ticket.c.released_at.desc())
    answered = (
        select(
            ticket.c.id, *of_customer, ticket.c.assignee_id, ticket.c.released_at, nth.label("nth")
        )
        .where(tuple_(*of_customer).in_(customers), ticket.c.released_at > since)
        .where(ticket.c.customer_id.is_not(None), ticket.c.assignee_id.is_not(None))
        .subquery()
    )
    newest = select(answered).where(answered.c.nth <= OWN_AND_ANOTHER).order_by(answered.c.nth)
    found: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
    for one in connection.execute(newest):
        found[one.source_id, one.customer_id].append(one)
    known = {}
    for row in rows:
        others = [it for it in found[row.source_id, row.customer_id] if it.id != row.id]
        if others:
            known[row.id] = Familiar(AgentId(others[0].assignee_id), others[0].released_at)
    return known


def to_ticket(row: Any, messages: Iterable[Message]) -> Ticket:
    """Return the domain's ticket of a row that carries `OF_SOURCE`."""
    return Ticket(
        id=TicketId(row.id),
        source=row.source_name,
        subject=row.subject,
        channel=Channel(row.channel),
        status=Status(row.status),
        opened_at=row.opened_at,
        waiting_since=row.waiting_since,
        messages=tuple(messages),
        customer_name=row.customer_name,
        reopened=row.reopened,
        hand_overs=row.hand_overs,
        missed_promises=row.missed_promises,
        assignee=AgentId(row.assignee_id) if row.assignee_id else None,
        pinned=row.pinned,
        declined=frozenset(map(AgentId, row.declined)),
        lane=Lane(row.chosen_lane) if row.chosen_lane else None,
        tags=frozenset(row.tags),
        tier=row.tier,
        promised=row.promised_at,
        mode=Mode(row.mode),
        opening_raises=row.opening_raises,
    )


def save_scorings(
    connection: Connection, scored: Sequence[tuple[MessageId, Scoring]], now: datetime
) -> None:
    """Store scorings; one that is there already stays as it is."""
    rows = [
        {
            "message_id": message_id,
            "model_version": one.model_version,
            "result": as_json(one),
            "scored_at": now,
        }
        for message_id, one in scored
    ]
    if rows:
        connection.execute(insert_new(connection, scoring), rows)


def as_json(one: Scoring) -> dict[str, Any]:
    """Return a scoring as JSON values."""
    return {
        "state": one.state,
        "language": one.language,
        "own_words": [one.own_words.start, one.own_words.end],
        "emotions": _rounded(one.emotions),
        "shown": sorted(one.shown),
        "charge": one.charge,
        "flags": [[it.flag, it.span.start, it.span.end] for it in one.flags],
        "sentences": [
            [s.span.start, s.span.end, _rounded(s.emotions), s.charge, s.fall]
            for s in one.sentences
        ],
    }


def from_json(model_version: str, stored: dict[str, Any]) -> Scoring:
    """Return the scoring that `as_json` stored."""
    return Scoring(
        model_version=model_version,
        state=ScoringState(stored["state"]),
        language=stored["language"],
        own_words=Span(*stored["own_words"]),
        emotions=_emotions(stored["emotions"]),
        shown=frozenset(Emotion(name) for name in stored["shown"]),
        charge=stored.get("charge"),  # older ones have none, and no flags
        flags=tuple(
            SeenFlag(Flag(name), Span(start, end)) for name, start, end in stored.get("flags", ())
        ),
        sentences=tuple(
            SentenceScores(Span(start, end), _emotions(emotions), *charges)
            for start, end, emotions, *charges in stored["sentences"]  # older ones have no charges
        ),
    )


def _messages(connection: Connection, ids: Collection[TicketId]) -> dict[int, list[Message]]:
    rows = connection.execute(
        select(
            message.c.ticket_id, message.c.id, message.c.author, message.c.text, message.c.sent_at
        )
        .where(message.c.ticket_id.in_(ids))
        .order_by(message.c.ticket_id, message.c.sent_at, message.c.id)
    )
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(
            Message(
                id=MessageId(row.id), author=Author(row.author), text=row.text, sent_at=row.sent_at
            )
        )
    return found


def _scorings(
    connection: Connection, ids: Collection[TicketId], model_version: str
) -> dict[int, dict[MessageId, Scoring]]:
    rows = connection.execute(
        select(message.c.ticket_id, scoring.c.message_id, scoring.c.result)
        .join(scoring, scoring.c.message_id == message.c.id)
        .where(message.c.ticket_id.in_(ids), scoring.c.model_version == model_version)
    )
    found: defaultdict[int, dict[MessageId, Scoring]] = defaultdict(dict)
    for row in rows:
        found[row.ticket_id][MessageId(row.message_id)] = from_json(model_version, row.result)
    return found


def _rounded(scores: Any) -> dict[str, float]:
    return {str(emotion): round(p, SHARE_OF_ONE) for emotion, p in scores.items()}


def _emotions(stored: dict[str, float]) -> dict[Emotion, float]:
    return {Emotion(name): p for name, p in stored.items()}
