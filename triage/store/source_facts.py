"""What each source's health is told from: what came, what waits, what could not be read.

Every query reads a small index or a bounded number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, select, text

from triage.store.outbox_tables import outbox, writing
from triage.store.tables import dead_letter, decision, delivery, message, source, ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_DECISIONS = 2_000  # the newest, whose lag is told
MOST_DUE = 1_000  # that are asked how long they wait: those to be woken first
MOST_SHOWN = 20

# as the partial indexes say it: a bound value SQLite does not see
DUE = text("ticket.state = 'due'")
GIVEN_UP = text("ticket.state = 'dead' AND ticket.status = 'waiting'")
NOT_WRITTEN = text("outbox.state = 'dead'")
MINE: Any = bindparam("source_id")


def all_of(connection: Connection) -> list[Any]:
    """Return every source: id, name, vendor, mode, by name."""
    columns = (source.c.id, source.c.name, source.c.vendor, source.c.mode)
    return list(connection.execute(select(*columns).order_by(source.c.name)))


@dataclass(frozen=True, slots=True)
class Came:
    """The deliveries that a source had taken."""

    first: datetime | None
    last: datetime | None
    last_hour: int
    last_day: int


def came(connection: Connection, source_id: int, now: datetime) -> Came:
    """Return when deliveries came, and how many of late."""
    asked = {"source_id": source_id, "hour": now - HOUR, "day": now - DAY, "now": now}
    return Came(*connection.execute(_CAME, asked).one())


def counts(
    connection: Connection, source_id: int, stretches: Sequence[tuple[datetime, datetime]]
) -> list[int]:
    """Return how many deliveries came in each of these."""
    mine = [{"source_id": source_id, "since": it[0], "now": it[1]} for it in stretches]
    return [connection.execute(_BETWEEN, asked).scalar_one() for asked in mine]


def _end(which: Any) -> Any:
    moment = which(delivery.c.received_at, type_=delivery.c.received_at.type)
    return select(moment).where(delivery.c.source_id == MINE).scalar_subquery()


def _between(since: str) -> Select[Any]:
    at = delivery.c.received_at
    mine = (delivery.c.source_id == MINE) & (at > bindparam(since)) & (at <= bindparam("now"))
    return select(func.count()).select_from(delivery).where(mine)


# made once: a statement costs more to build than to execute
_CAME = select(
    _end(func.min),
    _end(func.max),
    _between("hour").scalar_subquery(),
    _between("day").scalar_subquery(),
)
_BETWEEN = _between("since")


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: how much there ever was, how much of late, and the newest."""

    count: int
    last_day: int
    last_at: datetime | None
    reason: str | None


_LETTERS_OF = select(func.count()).select_from(dead_letter).where(dead_letter.c.source_id == MINE)
_UNREAD = select(
    _LETTERS_OF.scalar_subquery(),
    _LETTERS_OF.where(dead_letter.c.received_at > bindparam("day")).scalar_subquery(),
)
_LETTERS = (
    select(dead_letter.c.id, dead_letter.c.received_at, dead_letter.c.reason)
    .where(dead_letter.c.source_id == MINE)
    .order_by(dead_letter.c.received_at.desc())
    .limit(bindparam("most"))
)


def unread(connection: Connection, source_id: int, now: datetime) -> Unread:
    """Return what lies there of a source."""
    row = connection.execute(_UNREAD, {"source_id": source_id, "day": now - DAY}).one()
    newest = next(iter(letters(connection, source_id, 1)), None) if row[0] else None
    return Unread(*row, *((newest.received_at, newest.reason) if newest else (None, None)))


def letters(connection: Connection, source_id: int, most: int = MOST_SHOWN) -> list[Any]:
    """Return the newest dead letters: id, received_at, reason; never what they said."""
    return list(connection.execute(_LETTERS, {"source_id": source_id, "most": most}))


def due(connection: Connection) -> dict[int, int]:
    """Return by source how many tickets wait to be decided."""
    return _tally(connection, select(ticket.c.source_id, func.count()).where(DUE))


def given_up(connection: Connection) -> dict[int, int]:
    """Return by source how many could not be decided."""
    return _tally(connection, select(ticket.c.source_id, func.count()).where(GIVEN_UP))


def _tally(connection: Connection, query: Select[Any]) -> dict[int, int]:
    rows = connection.execute(query.group_by(ticket.c.source_id)).all()
    return {row[0]: row[1] for row in rows}


def oldest(connection: Connection, now: datetime) -> dict[int, datetime]:
    """Return by source since when the longest undecided message is here.

    Not of a backlog, which is to be woken later.
    """
    first = select(ticket.c.id, ticket.c.source_id).where(DUE, ticket.c.wake_at <= now + HOUR / 60)
    some = first.order_by(ticket.c.wake_at).limit(MOST_DUE).subquery()
    newest = func.max(message.c.received_at, type_=message.c.received_at.type)
    at = select(newest).where(message.c.ticket_id == some.c.id).scalar_subquery()
    found: dict[int, datetime] = {}
    for source_id, moment in connection.execute(select(some.c.source_id, at)):
        if moment:
            found[source_id] = min(moment, found.get(source_id, moment))
    return found


def lags(connection: Connection, now: datetime) -> dict[int, list[timedelta]]:
    """Return by source how long each message of the last hour waited for its first decision."""
    columns = (decision.c.id, decision.c.ticket_id, decision.c.message_id, decision.c.decided_at)
    newest = select(*columns).order_by(decision.c.id.desc()).limit(MOST_DECISIONS).subquery()
    before = decision.alias()
    again = exists().where(before.c.message_id == newest.c.message_id, before.c.id < newest.c.id)
    query = (
        select(ticket.c.source_id, message.c.received_at, newest.c.decided_at)
        .join(message, message.c.id == newest.c.message_id)
        .join(ticket, ticket.c.id == newest.c.ticket_id)
        .where(newest.c.decided_at > now - HOUR, ~again)
    )
    found: dict[int, list[timedelta]] = defaultdict(list)
    for source_id, received, decided in connection.execute(query):
        found[source_id].append(max(timedelta(0), decided - received))
    return found


_LOST = (
    select(func.count())
    .select_from(outbox)
    .where(NOT_WRITTEN, outbox.c.source_id == MINE, outbox.c.wake_at > bindparam("day"))
)


def writes_lost(connection: Connection, source_id: int, now: datetime) -> int:
    """Return how many writes were given up in the last day."""
    return connection.execute(_LOST, {"source_id": source_id, "day": now - DAY}).scalar_one()


def failed_writes(connection: Connection, source_id: int, most: int = MOST_SHOWN) -> list[Any]:
    """Return the newest writes that were given up: ticket_id, at, text."""
    lost = select(outbox.c.ticket_id).where(NOT_WRITTEN, outbox.c.source_id == source_id)
    some = lost.order_by(outbox.c.wake_at.desc()).limit(most)
    columns = (writing.c.ticket_id, writing.c.at, writing.c.text)
    query = select(*columns).where(writing.c.ticket_id.in_(some), writing.c.outcome == "failed")
    return list(connection.execute(query.order_by(writing.c.at.desc()).limit(most)))
