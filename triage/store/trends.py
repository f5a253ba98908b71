"""What came in and what became of it, counted in the database: hours, lanes, sources, tags, models.

Every query is over tickets opened within a period and begins with `ix_ticket_opened`. Counts leave
the database, never a ticket; the one exception, `subjects`, is for counting words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
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
    func,
    select,
)

from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.policy import Lane
from triage.domain.ticket import Channel
from triage.domain.trend import Stretch
from triage.store.tables import decision, source, ticket

ANGRY = (Emotion.ANGER, Emotion.FRUSTRATION)
MOST_TOPICS = 20_000  # by different sets of tags; the rarest are left out
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
    """Tickets that have source, channel and tags in common, and are charged and angry or not."""

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
    hour = _hour(connection.dialect.name, stretch.offset)
    if not hourly:
        noon = _whole(hour, 24) * 24 + 12
        hour = case((ticket.c.level > CALM_LEVEL, hour), else_=noon)
    kind = (_lane() * LEVELS + ticket.c.level) * len(READINGS) + _reading()
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
    """Return what the part of the number says that is not its hour."""
    rest, fate = divmod(number, len(FATES))
    rest, reading = divmod(rest, len(READINGS))
    lane, level = divmod(rest, LEVELS)
    return LANES[lane], level, *READINGS[reading], FATES[fate]


#: The frequent first: what is looked for is found sooner.
LANES = (Lane.STANDARD, Lane.CHARGED, Lane.GENTLE, Lane.UNSCORED, Lane.SAFEGUARD)
READINGS = (
    (ScoringState.SCORED, False),
    (ScoringState.SCORED, True),  # and no feeling is certain
    (ScoringState.AUTOMATIC, False),
    (ScoringState.EMPTY, False),
    (ScoringState.UNSUPPORTED_LANGUAGE, False),
    (None, False),
)
FATES = (Fate.IN_TIME, Fate.LATE, Fate.OVERDUE, Fate.NOT_DUE)
LEVELS = 5  # of charge
KINDS = len(LANES) * LEVELS * len(READINGS) * len(FATES)


def _lane() -> ColumnElement[int]:
    *some, last = range(len(LANES))
    return case(*((ticket.c.lane == LANES[it], it) for it in some), else_=last)


def _reading() -> ColumnElement[int]:
    read, level = ticket.c.reading, ticket.c.level
    unsure = case((and_(level >= 1, ticket.c.feeling.is_(None)), 1), else_=0)
    others = ((read == READINGS[it][0], it) for it in (2, 3, 4))
    return case((read == ScoringState.SCORED, unsure), *others, else_=5)


def _fate(until: datetime) -> ColumnElement[int]:
    done, due = ticket.c.released_at, ticket.c.respond_by
    waits = case((due < until, 2), else_=3)
    return case((done.is_(None), waits), (done <= due, 0), else_=1)


def topics(connection: Connection, since: datetime, until: datetime) -> list[Topic]:
    """Return the counts of each source with each channel and set of tags, the frequent ones."""
    raw = cast(ticket.c.tags, String).label("raw")
    angry = case((ticket.c.feeling.in_(ANGRY), 1), else_=0)
    number = ticket.c.source_id * len(CHANNELS) + _channel()
    number = number * 4 + case((ticket.c.level > CALM_LEVEL, 2), else_=0) + angry
    counted = select(number.label("number"), raw, func.count().label("tickets"))
    found = counted.where(_opened(since, until)).group_by("number", "raw")
    names = {it.id: it.name for it in connection.execute(select(source.c.id, source.c.name))}
    rows = connection.execute(found.order_by(func.count().desc()).limit(MOST_TOPICS)).all()
    return [_topic(number, raw, tickets, names) for number, raw, tickets in rows]


def _topic(number: int, raw: str | None, tickets: int, names: Mapping[int, str]) -> Topic:
    rest, read = divmod(number, 4)
    number, channel = divmod(rest, len(CHANNELS))
    charged, angry = divmod(read, 2)
    return Topic(
        source=names[number],
        channel=CHANNELS[channel],
        tags=tuple(orjson.loads(raw or "[]")),
        tickets=tickets,
        charged=tickets * charged,
        angry=tickets * angry,
    )


CHANNELS = tuple(Channel)


def _channel() -> ColumnElement[int]:
    *some, last = range(len(CHANNELS))
    return case(*((ticket.c.channel == CHANNELS[it], it) for it in some), else_=last)


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
