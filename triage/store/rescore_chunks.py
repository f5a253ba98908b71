"""Chunks of a run: claimed by lease, kept while they are worked on, ended behind the fence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from triage.domain.rescoring import RunState
from triage.domain.ticket import TicketId
from triage.store.rescore_tables import chunk, run

LEASE = timedelta(seconds=10)  # held for longer every second; a starved worker must not lose it
KEEP_EVERY = timedelta(seconds=1)  # what was found is stored, and the lease held for longer
MOST_ATTEMPTS = 8  # workers that are killed by others must not make a ticket look guilty


class LeaseLost(Exception):
    """Somebody else has the chunk; what was found is theirs to find."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that this worker may work on; without tickets it is the one that compares."""

    run_id: int
    number: int
    tickets: Sequence[TicketId]
    lease: str
    attempts: int


def free(connection: Connection, run_id: int, limit: int, now: datetime) -> int:
    """Return how many chunks of a run nobody holds, at most `limit`."""
    some = select(chunk.c.number).where(chunk.c.run_id == run_id, _is_free(now)).limit(limit)
    return int(connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def claim(connection: Connection, run_id: int, now: datetime) -> Chunk | None:
    """Take the next chunk that nobody holds, of a run that is being scored."""
    works = select(run.c.id).where(
        run.c.id == run_id, run.c.state == RunState.SCORING, ~run.c.paused
    )
    query = select(chunk).where(
        chunk.c.run_id.in_(works), _is_free(now), chunk.c.attempts < MOST_ATTEMPTS
    )
    row = connection.execute(
        query.order_by(chunk.c.number).limit(1).with_for_update(skip_locked=True)
    ).first()
    if row is None or (not row.tickets and _others(connection, run_id)):
        return None
    lease = secrets.token_hex(8)
    held = {"lease": lease, "lease_until": now + LEASE, "attempts": row.attempts + 1}
    connection.execute(_of(row.run_id, row.number).values(held))
    ids = [TicketId(it) for it in row.tickets]
    return Chunk(row.run_id, row.number, ids, lease, row.attempts + 1)


def keep(
    connection: Connection, mine: Chunk, now: datetime, *, done: bool, further: bool = False
) -> bool:
    """Hold a chunk for longer, or end it; return whether it is still ours: the fence.

    `further`: some of its tickets are read, so whoever tries next does not begin where this one did
    and its tries are counted anew.
    """
    values: dict[str, Any] = (
        {"state": "done", "lease": None, "lease_until": None}
        if done
        else {"lease_until": now + LEASE} | ({"attempts": 1} if further else {})
    )
    held = _of(mine.run_id, mine.number).where(chunk.c.lease == mine.lease)
    return bool(connection.execute(held.values(values)).rowcount)


def give_back(connection: Connection, mine: Chunk, *, tried: bool) -> None:
    """Let others take a chunk; `tried` is False where it was not its own fault."""
    attempts = mine.attempts if tried else mine.attempts - 1
    held = _of(mine.run_id, mine.number).where(chunk.c.lease == mine.lease)
    connection.execute(held.values(lease=None, lease_until=None, attempts=attempts))


def spent(connection: Connection, now: datetime) -> bool:
    """Return whether there is a chunk to park."""
    query = select(chunk.c.number).where(_is_spent(now)).limit(1)
    return connection.execute(query).first() is not None


def park(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """Give up on chunks that failed MOST_ATTEMPTS times; return their runs and numbers."""
    which = select(chunk.c.run_id, chunk.c.number).where(_is_spent(now))
    rows = connection.execute(which.with_for_update(skip_locked=True)).all()
    for row in rows:
        connection.execute(_of(row.run_id, row.number).values(state="parked", lease=None))
    return [(row.run_id, row.number) for row in rows]


def revive(connection: Connection, run_id: int) -> None:
    """Give chunks that were given up their attempts back."""
    parked = update(chunk).where(chunk.c.run_id == run_id, chunk.c.state == "parked")
    connection.execute(parked.values(state="due", attempts=0, lease_until=None))


def _others(connection: Connection, run_id: int) -> bool:
    """Return whether chunks with tickets are still to be done, or in somebody's hands."""
    due = (chunk.c.run_id == run_id) & (chunk.c.state == "due")
    two = connection.execute(select(chunk.c.number).where(due).limit(2)).all()
    return len(two) > 1


def _is_spent(now: datetime) -> ColumnElement[bool]:
    return _is_free(now) & (chunk.c.attempts >= MOST_ATTEMPTS)


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds it. A lease that ends later than any could is of a clock that went back."""
    ends = chunk.c.lease_until
    return (chunk.c.state == "due") & or_(ends.is_(None), ends < now, ends > now + 2 * LEASE)


def _of(run_id: int, number: int) -> Any:
    return update(chunk).where(chunk.c.run_id == run_id, chunk.c.number == number)
