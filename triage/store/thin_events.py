"""Events whose words are still at the vendor: kept until they were fetched, tried again and again.

Completing one twice does no harm, since a message is stored once: a claim is a time, not a lock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, update

from triage.helpdesks.event import Thin
from triage.store.database import insert_once
from triage.store.outbound_tables import account
from triage.store.tables import source, thin_event

CLAIM = timedelta(minutes=5)  # who claimed one and died loses it after so long
LONGEST_PROBLEM = 200  # the width of its column
NEEDS_CREDENTIALS = "needs credentials"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thin event as it was claimed, this try counted; it came again meanwhile if its `revision`
    in the table is another.
    """

    id: int
    source_id: int
    source: str
    vendor: str
    thin: Thin
    received_at: datetime
    revision: int
    attempts: int


@dataclass(frozen=True, slots=True)
class State:
    """How many thin events of a source wait, and why; no reason: they are being completed."""

    waiting: int
    problem: str


def add(connection: Connection, source_id: int, thin: Thin, now: datetime) -> None:
    """Keep a thin event; one that waits under the same key is begun anew."""
    row = {
        "source_id": source_id,
        "key": thin.delivery_key,
        "what": thin.what,
        "ticket_id": thin.ticket_id,
        "message_id": thin.message_id,
        "occurred_at": thin.occurred_at,
        "received_at": now,
        "wake_at": now,
    }
    if insert_once(connection, thin_event, row) is None:
        mine = (thin_event.c.source_id == source_id) & (thin_event.c.key == thin.delivery_key)
        again = {"revision": thin_event.c.revision + 1, "wake_at": now, "attempts": 0}
        connection.execute(update(thin_event).where(mine).values(again))


def claim(
    connection: Connection, limit: int, now: datetime, *, sources: Collection[int]
) -> list[Waiting]:
    """Return due events of these sources, the oldest first; nobody else gets them for a while."""
    due = (thin_event.c.wake_at <= now) & thin_event.c.source_id.in_(sources)
    query = (
        select(thin_event, source.c.name, source.c.vendor)
        .join(source)
        .where(due)
        .order_by(thin_event.c.wake_at, thin_event.c.id)
        .limit(limit)
        .with_for_update(of=thin_event, skip_locked=True)
    )
    rows = connection.execute(query).all()
    mine = thin_event.c.id.in_([row.id for row in rows])
    connection.execute(
        update(thin_event)
        .where(mine)
        .values(wake_at=now + CLAIM, attempts=thin_event.c.attempts + 1)
    )
    return [_waiting(row) for row in rows]


def done(connection: Connection, waiting: Waiting) -> None:
    """Forget an event that was completed; not if it came again meanwhile."""
    same = thin_event.c.revision == waiting.revision
    connection.execute(delete(thin_event).where((thin_event.c.id == waiting.id) & same))


def put_off(connection: Connection, waiting: Waiting, until: datetime, problem: str) -> None:
    """Let an event wait until then, and say why; one that came again meanwhile waits no longer."""
    later = case((thin_event.c.revision == waiting.revision, until), else_=thin_event.c.wake_at)
    mine = thin_event.c.id == waiting.id
    values = {"wake_at": later, "problem": problem[:LONGEST_PROBLEM]}
    connection.execute(update(thin_event).where(mine).values(values))


def put_off_all(
    connection: Connection, source_name: str, now: datetime, until: datetime, problem: str
) -> None:
    """Let all that is due of a source wait until then, and say why."""
    mine = select(source.c.id).where(source.c.name == source_name).scalar_subquery()
    due = (thin_event.c.source_id == mine) & (thin_event.c.wake_at <= now)
    values = {"wake_at": until, "problem": problem[:LONGEST_PROBLEM]}
    connection.execute(update(thin_event).where(due).values(values))


def due_sources(connection: Connection, now: datetime) -> list[str]:
    """Return the names of the sources that can be called and have something due."""
    query = (
        select(source.c.name)
        .join(account, account.c.source_id == source.c.id)
        .join(thin_event, thin_event.c.source_id == source.c.id)
        .where(thin_event.c.wake_at <= now)
    )
    return list(connection.execute(query.distinct()).scalars())


def states(connection: Connection) -> dict[str, State]:
    """Return by source what waits for words, where anything does."""
    query = (
        select(
            source.c.name,
            func.count().label("waiting"),
            func.max(thin_event.c.problem).label("problem"),
            func.count(account.c.source_id).label("connected"),
        )
        .select_from(thin_event)
        .join(source, source.c.id == thin_event.c.source_id)
        .outerjoin(account, account.c.source_id == source.c.id)
        .group_by(source.c.name)
    )
    return {
        row.name: State(row.waiting, row.problem if row.connected else NEEDS_CREDENTIALS)
        for row in connection.execute(query)
    }


def _waiting(row: Any) -> Waiting:
    thin = Thin(
        delivery_key=row.key,
        what=row.what,
        occurred_at=row.occurred_at,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
    )
    return Waiting(
        id=row.id,
        source_id=row.source_id,
        source=row.name,
        vendor=row.vendor,
        thin=thin,
        received_at=row.received_at,
        revision=row.revision,
        attempts=row.attempts + 1,
    )
