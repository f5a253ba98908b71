"""What was refused as not authentic: how often today, when last and why; one row a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, select, update

from triage.store.database import insert_once
from triage.store.tables import refusal, source


@dataclass(frozen=True, slots=True)
class Refusals:
    """Of one source, since they were last written down; `reason`: a word of ours."""

    count: int
    last_at: datetime
    reason: str


def add(connection: Connection, found: Mapping[str, Refusals]) -> None:
    """Add these, by the source's name, to those of their day (UTC)."""
    ids = select(source.c.name, source.c.id).where(source.c.name.in_(found))
    for name, source_id in connection.execute(ids.order_by(source.c.id)).all():
        _add(connection, source_id, found[name])


def _add(connection: Connection, source_id: int, more: Refusals) -> None:
    day = more.last_at.date()
    last = {"last_at": more.last_at, "reason": more.reason, "day": day}
    row = {"source_id": source_id, "count": more.count} | last
    if insert_once(connection, refusal, row) is None:
        same = case((refusal.c.day == day, refusal.c.count), else_=0)
        mine = update(refusal).where(refusal.c.source_id == source_id)
        connection.execute(mine.values(last | {"count": same + more.count}))


def latest(connection: Connection, now: datetime) -> dict[int, Refusals]:
    """Return by source's id what was refused last; the count is of today."""
    today = now.date()
    query = select(refusal, refusal.c.count.label("times"))  # a row has a method `count`
    return {
        row.source_id: Refusals(row.times if row.day == today else 0, row.last_at, row.reason)
        for row in connection.execute(query)
    }
