"""Threads as exchanges: who wrote when, how charged, and which card lay there. No names, no texts.

One pass over tickets by their primary key, in chunks; messages, scorings and decisions are found by
indexes that begin with a ticket's or a message's id. Nothing of agents is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from triage.domain.emotion import Emotion, Scoring, ScoringState, Span
from triage.domain.ticket import Author, MessageId, TicketId
from triage.store.corrections import IN_FORCE, What
from triage.store.tables import correction, decision, message, scoring, ticket

NO_WORDS = Span(0, 0)
EMOTIONS = {str(it): it for it in Emotion}


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a thread."""

    id: MessageId
    author: Author
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """Which card lay there from when on: its rule, None where there was none, and its feeling."""

    decided_at: datetime
    rule: str | None
    feeling: Emotion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """A thread, its scorings by message, newest model first, its cards, oldest first, and the
    levels that people corrected.
    """

    messages: list[Written]
    scorings: dict[MessageId, list[Scoring]]
    cards: list[Card]
    levels: dict[MessageId, int]


def answered_since(
    connection: Connection, since: datetime, after: TicketId, limit: int
) -> list[TicketId]:
    """Return the next tickets, by their id, that somebody may have answered since then."""
    moved = func.coalesce(ticket.c.released_at, ticket.c.waiting_since) >= since
    query = select(ticket.c.id).where(ticket.c.id > after, moved)
    rows = connection.execute(query.order_by(ticket.c.id).limit(limit))
    return [TicketId(it) for it in rows.scalars()]


def load(connection: Connection, tickets: Collection[TicketId]) -> list[Exchanged]:
    """Return these tickets' threads."""
    messages, scorings = _messages(connection, tickets), _scorings(connection, tickets)
    cards, levels = _cards(connection, tickets), _levels(connection, tickets)
    return [
        Exchanged(messages=messages[it], scorings=scorings[it], cards=cards[it], levels=levels[it])
        for it in tickets
    ]


def _messages(connection: Connection, tickets: Collection[TicketId]) -> dict[int, list[Written]]:
    columns = (message.c.id, message.c.ticket_id, message.c.author, message.c.sent_at)
    query = select(*columns).where(message.c.ticket_id.in_(tickets))
    found: defaultdict[int, list[Written]] = defaultdict(list)
    for row in connection.execute(query.order_by(message.c.sent_at, message.c.id)).all():
        found[row.ticket_id].append(Written(MessageId(row.id), Author(row.author), row.sent_at))
    return found


def _scorings(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, dict[MessageId, list[Scoring]]]:
    result = scoring.c.result
    query = (
        select(
            message.c.ticket_id,
            scoring.c.message_id,
            scoring.c.model_version,
            result["state"].as_string().label("state"),
            result["charge"].as_float().label("charge"),
            result["emotions"].label("emotions"),
        )
        .join(message, message.c.id == scoring.c.message_id)
        .where(message.c.ticket_id.in_(tickets))
        .order_by(scoring.c.scored_at.desc(), scoring.c.model_version)
    )
    found: defaultdict[int, defaultdict[MessageId, list[Scoring]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in connection.execute(query).all():
        found[row.ticket_id][MessageId(row.message_id)].append(_scoring(row))
    return defaultdict(dict, found)


def _scoring(row: Any) -> Scoring:
    return Scoring(
        model_version=row.model_version,
        state=ScoringState(row.state),
        language=None,
        own_words=NO_WORDS,
        emotions={EMOTIONS[name]: p for name, p in row.emotions.items()},
        charge=row.charge,
    )


def _cards(connection: Connection, tickets: Collection[TicketId]) -> dict[int, list[Card]]:
    result = decision.c.result
    query = (
        select(
            decision.c.ticket_id,
            decision.c.decided_at,
            result[("card", "rule")].as_string().label("rule"),
            result["feeling"].as_string().label("feeling"),
        )
        .where(decision.c.ticket_id.in_(tickets))
        .order_by(decision.c.id)
    )
    found: defaultdict[int, list[Card]] = defaultdict(list)
    for row in connection.execute(query).all():
        feeling = Emotion(row.feeling) if row.feeling else None
        found[row.ticket_id].append(Card(row.decided_at, row.rule, feeling))
    return found


def _levels(
    connection: Connection, tickets: Collection[TicketId]
) -> dict[int, dict[MessageId, int]]:
    mine = correction.c.ticket_id.in_(tickets) & (correction.c.what == What.LEVEL) & IN_FORCE
    query = select(correction.c.ticket_id, correction.c.message_id, correction.c.now)
    found: defaultdict[int, dict[MessageId, int]] = defaultdict(dict)
    for row in connection.execute(query.where(mine).order_by(correction.c.id)):
        found[row.ticket_id][MessageId(row.message_id)] = row.now
    return found
