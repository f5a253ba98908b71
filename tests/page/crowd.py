"""A desk with more open tickets than a test decides: copies of some that were decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.page.served import Desk
from triage.store import tables

MOST_AT_ONCE = 5_000  # rows in one statement
APART = timedelta(seconds=3)


def crowd(desk: Desk, count: int, agents: int = 0, held: int = 0) -> None:
    """Copy the tickets that are there until there are `count` more, each due a little later.

    The first go to these agents, so many to each; copies share their originals' receipts.
    """
    with desk.database.writing() as connection:
        originals = [dict(row._mapping) for row in connection.execute(select(tables.ticket))]
        for start in range(0, count, MOST_AT_ONCE):
            numbers = range(start, min(start + MOST_AT_ONCE, count))
            copies = [_copy(originals[n % len(originals)], n) for n in numbers]
            for number, one in zip(numbers, copies, strict=True):
                one["assignee_id"] = 1 + number % agents if number < agents * held else None
            connection.execute(insert(tables.ticket), copies)
        connection.exec_driver_sql("ANALYZE")


def _copy(original: Mapping[str, Any], number: int) -> dict[str, Any]:
    copied = {name: value for name, value in original.items() if name != "id"}
    return copied | {
        "external_id": f"copy-{number}",
        "subject": f"Copy {number}",
        "respond_by": original["respond_by"] + APART * (number + 20),
    }
