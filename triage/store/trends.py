"""What came in and what became of it, counted in the database: hours, lanes, sources, tags, models.

Every query is over tickets opened within a period and begins with `ix_ticket_opened`. Counts leave
the database, never a ticket; the one exception, `subjects`, is for counting words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

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
    func,
    select,
)

from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.policy import Lane
from triage.domain.trend import Stretch
from triage.store.tables import decision, source, ticket

ANGRY = (Emotion.ANGER, Emotion.FRUSTRATION)
MOST_TOPICS = 20_000  # different sets of tags; the rarest are left out
SUBJECT_READ = 300  # characters


class Fate(StrEnum):
    """What became of a ticket's last wait: it ended by its `respond_by` or late, or it goes on."""

    IN_TIME = "in time"
    LATE = "late"
    OVERDUE = "overdue"
    NOT_DUE = "not due yet"


class Tally(NamedTuple):
    """Tickets opened in one hour that were read alike and fared alike; `at` lies within it."""

    at: datetime
    lane: Lane
    level: int
    reading: ScoringState | None
    unsure: bool
    fate: Fate
    tickets: int


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
    connection: Connection, stretch: Stretch, until: datetime, *, hourly: bool
) -> Iterator[Tally]:
    """Yield the counts of tickets opened in a stretch, by its clock's hours; overdue at `until`.

    Where not `hourly`, calm tickets count at noon of their day: their hour is asked for nowhere.
    One number stands for all that is counted by: SQLite groups by it faster than by columns.
    """
    kind = _number(ticket.c.lane, LANES) * LEVELS + ticket.c.level
    kind = (kind * (len(READINGS) + 1) + _number(ticket.c.reading, READINGS)) * 2 + _unsure()
    hour = _hour(connection.dialect.name, stretch.offset)
    if not hourly:
        noon = _whole(hour, 24) * 24 + 12
        hour = case((ticket.c.level > CALM_LEVEL, hour), else_=noon)
    key = hour * KINDS + kind * len(FATES) + _fate(until)
    opened = (ticket.c.opened_at >= stretch.since) & (ticket.c.opened_at < stretch.until)
    counted = select(key.label("key"), func.count()).where(opened).group_by("key")
    for number, tickets in connection.execute(counted).all():
        at, rest = divmod(number, KINDS)
        yield Tally(_within(at, stretch.offset), *_kind(rest), tickets)


@lru_cache(maxsize=10_000)
def _within(hour: int, offset: timedelta) -> datetime:
    """Return the middle of an hour of a clock; it is no other's, however clocks are changed."""
    return START + timedelta(hours=hour, minutes=30) - offset


@cache
def _kind(number: int) -> tuple[Lane, int, ScoringState | None, bool, Fate]:
    """Return what the part of the number says that is not its piece of time."""
    rest, fate = divmod(number, len(FATES))
    rest, unsure = divmod(rest, 2)
    rest, reading = divmod(rest, len(READINGS) + 1)
    lane, level = divmod(rest, LEVELS)
    read = READINGS[reading] if reading < len(READINGS) else None
    return LANES[lane], level, read, bool(unsure), FATES[fate]


LANES, READINGS, FATES = tuple(Lane), tuple(ScoringState), tuple(Fate)
LEVELS = 5  # of charge
KINDS = len(LANES) * LEVELS * (len(READINGS) + 1) * 2 * len(FATES)


def _number(column: ColumnElement[Any], names: Sequence[str]) -> ColumnElement[int]:
    """Return which of these a column holds; one more than the last where it is none."""
    return case(*((column == it, number) for number, it in enumerate(names)), else_=len(names))


def _unsure() -> ColumnElement[int]:
    read = ticket.c.reading == ScoringState.SCORED
    return case((and_(read, ticket.c.level >= 1, ticket.c.feeling.is_(None)), 1), else_=0)


def _fate(until: datetime) -> ColumnElement[int]:
    done, due = ticket.c.released_at, ticket.c.respond_by
    ended = ((done <= due, 0), (done > due, 1))
    return case(*ended, (due < until, 2), else_=3)


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


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(condition, Integer)), 0)


TOPIC = (
    func.count().label("tickets"),
    _sum(ticket.c.level > CALM_LEVEL).label("charged"),
    _sum(ticket.c.feeling.in_(ANGRY)).label("angry"),
)


def _opened(since: datetime, until: datetime) -> ColumnElement[bool]:
    return ticket.c.opened_at.between(since, until)


def _hour(dialect: str, offset: timedelta) -> ColumnElement[int]:
    """Return in which hour since 1970 of a clock that is this far from UTC a ticket was opened."""
    seconds = int(offset.total_seconds())
    if dialect == "sqlite":  # it keeps moments to the millisecond
        days = func.julianday(ticket.c.opened_at) - EPOCH
        return _whole(cast(days * 86_400_000 + (1000 * seconds + 0.5), Integer), 3_600_000)
    since = func.date_part("epoch", ticket.c.opened_at) + seconds
    return cast(func.floor(since / 3600), BigInteger)


def _whole(number: ColumnElement[int], by: int) -> ColumnElement[int]:
    return number.op("/", return_type=BigInteger())(by)


START = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH = 2_440_587.5  # its Julian day
