"""What came in and what became of it, counted in the database: hours, lanes, sources, tags, models.

Every query is over tickets opened within a period and begins with `ix_ticket_opened`. Counts leave
the database, never a ticket; the one exception, `subjects`, is for counting words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    select,
)

from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import Emotion, ScoringState
from triage.store.tables import decision, source, ticket

ANGRY = (Emotion.ANGER, Emotion.FRUSTRATION)
MOST_TOPICS = 20_000  # different sets of tags; the rarest are left out
SUBJECT_READ = 300  # characters


class Tally(NamedTuple):
    """Tickets opened in one hour (or quarter) that were read alike, and what became of them.

    `answered` by their `respond_by` or `late`; of those that wait, `overdue` are past it.
    """

    at: datetime
    lane: str
    level: int
    reading: str | None
    unsure: int
    tickets: int
    answered: int
    late: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Tickets that have source, channel and tags in common."""

    source: str
    channel: str
    tags: tuple[str, ...]
    tickets: int
    charged: int
    angry: int


@dataclass(frozen=True, slots=True)
class Subject:
    """One ticket's subject, whose it is (to count people, and to leave out their names)."""

    text: str
    charged: bool
    customer: str
    name: str


def tallies(
    connection: Connection, since: datetime, until: datetime, grain: timedelta
) -> Iterator[Tally]:
    """Yield the counts of tickets opened in the period, by pieces of UTC of this length."""
    seconds = int(grain.total_seconds())
    at = _piece(connection.dialect.name, seconds).label("at")
    scored = ticket.c.reading == ScoringState.SCORED
    unsure = case((and_(scored, ticket.c.level >= 1, ticket.c.feeling.is_(None)), 1), else_=0)
    kinds = (at, ticket.c.lane, ticket.c.level, ticket.c.reading, unsure.label("unsure"))
    done, waits = ticket.c.released_at, ticket.c.released_at.is_(None)
    due = ticket.c.respond_by
    counts = (
        func.count().label("tickets"),
        _number(done <= due).label("answered"),
        _number(done > due).label("late"),
        _number(and_(waits, due < until)).label("overdue"),
    )
    query = select(*kinds, *counts).where(_opened(since, until))
    for piece, *rest in connection.execute(query.group_by("at", *kinds[1:4], "unsure")).all():
        yield Tally(datetime.fromtimestamp(piece * seconds, UTC), *rest)


def topics(connection: Connection, since: datetime, until: datetime) -> list[Topic]:
    """Return the counts of each source with each channel and set of tags, the frequent ones."""
    raw = cast(ticket.c.tags, String).label("raw")
    kinds = (ticket.c.source_id, ticket.c.channel)
    counted = select(*kinds, raw, *TOPIC).where(_opened(since, until)).group_by(*kinds, "raw")
    query = counted.order_by(func.count().desc()).limit(MOST_TOPICS)
    names = {it.id: it.name for it in connection.execute(select(source.c.id, source.c.name))}
    return [
        Topic(
            source=names[row.source_id],
            channel=row.channel,
            tags=tuple(orjson.loads(row.raw or "[]")),
            tickets=row.tickets,
            charged=row.charged,
            angry=row.angry,
        )
        for row in connection.execute(query)
    ]


def subjects(connection: Connection, since: datetime, until: datetime, most: int) -> list[Subject]:
    """Return the newest subjects of tickets whose text was read."""
    text = func.substr(ticket.c.subject, 1, SUBJECT_READ)
    columns = (ticket.c.id, text.label("text"), ticket.c.level)
    names = (ticket.c.customer_id, ticket.c.customer_name)
    read = _opened(since, until) & (ticket.c.reading == ScoringState.SCORED)
    query = select(*columns, *names).where(read).order_by(ticket.c.opened_at.desc()).limit(most)
    return [
        Subject(text, level > CALM_LEVEL, customer or f"#{number}", name or "")
        for number, text, level, customer, name in connection.execute(query).all()
    ]


def versions(
    connection: Connection, since: datetime, until: datetime, most: int
) -> list[tuple[str, int]]:
    """Return by which model the newest decisions in force were made, and how many, most first."""
    newest = select(ticket.c.decision_id).where(_opened(since, until))
    decided = newest.order_by(ticket.c.opened_at.desc()).limit(most).subquery()
    by = decision.c.model_version
    query = select(by, func.count()).join(decided, decided.c.decision_id == decision.c.id)
    counted = query.group_by(by).order_by(func.count().desc(), by)
    return [(name, count) for name, count in connection.execute(counted)]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


TOPIC = (
    func.count().label("tickets"),
    _number(ticket.c.level > CALM_LEVEL).label("charged"),
    _number(ticket.c.feeling.in_(ANGRY)).label("angry"),
)


def _opened(since: datetime, until: datetime) -> ColumnElement[bool]:
    return ticket.c.opened_at.between(since, until)


def _piece(dialect: str, seconds: int) -> ColumnElement[int]:
    """Return which piece of so many seconds since 1970 a ticket was opened in."""
    if dialect == "sqlite":
        whole: ColumnElement[int] = cast(func.strftime("%s", ticket.c.opened_at), Integer)
        return whole.op("/", return_type=Integer())(seconds)
    return cast(func.floor(extract("epoch", ticket.c.opened_at) / seconds), BigInteger)
