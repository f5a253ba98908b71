"""Forget our own records after their days: rows of the audit log, and alerts that are over.

As tickets are retained: in small batches with rests between, each a transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from triage.domain.keeping import Record, Records
from triage.pace import Pace
from triage.store import records
from triage.store.database import Database

ROWS = 10  # of these cost about what one ticket with all its rows does


def due(database: Database, kept: Records, now: datetime) -> dict[Record, int]:
    """Return how many rows `forget` would delete of each. Changes nothing."""
    with database.reading() as connection:
        past = {it: records.count_past(connection, it, until) for it, until in kept.ending(now)}
    return {it: past.get(it, 0) for it in Record}


def forget(database: Database, kept: Records, now: datetime) -> Iterator[Counter[str]]:
    """Delete what had its days; yield after each batch how many rows of which table went."""
    pace = Pace()
    for which, until in kept.ending(now):
        while gone := _some(database, which, until, pace):
            yield Counter({records.TABLES[which].name: gone})
            pace.rest()


def _some(database: Database, which: Record, until: datetime, pace: Pace) -> int:
    with pace.measured(), database.writing() as connection:
        return records.forget(connection, which, until, pace.batch * ROWS)
