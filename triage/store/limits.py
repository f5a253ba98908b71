"""The buckets of an account's limits: one row a limit, shared by all processes that call it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from triage.domain.quota import Bucket, Limit
from triage.store.database import insert_once
from triage.store.outbound_tables import call_limit


def locked(connection: Connection, source_id: int, limit: Limit, now: datetime) -> Bucket:
    """Lock and return a bucket; a full one where there is none. What was learned of it counts."""
    mine = _mine(source_id, limit)
    query = select(call_limit).where(mine).with_for_update()
    if (row := connection.execute(query).first()) is None:
        full = Bucket.full(limit, now)
        key = {"source_id": source_id, "name": limit.name}
        insert_once(connection, call_limit, key | _values(full))
        row = connection.execute(query).one()
    known = Limit(limit.name, row.calls, timedelta(seconds=row.per))
    return Bucket(known, row.free_at, row.closed_until)


def save(connection: Connection, source_id: int, bucket: Bucket) -> None:
    mine = _mine(source_id, bucket.limit)
    connection.execute(update(call_limit).where(mine).values(_values(bucket)))


def _mine(source_id: int, limit: Limit) -> Any:
    return (call_limit.c.source_id == source_id) & (call_limit.c.name == limit.name)


def _values(bucket: Bucket) -> dict[str, Any]:
    return {
        "calls": bucket.limit.calls,
        "per": bucket.limit.per.total_seconds(),
        "free_at": bucket.free_at,
        "closed_until": bucket.closed_until,
    }
