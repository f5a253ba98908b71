"""Deleting tickets with all that hangs on them, whatever tables that will be.

The keys of deliveries stay: they say nothing of anybody, and without them a helpdesk that sends an
old delivery again would bring back what was deleted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select

from triage.domain.ticket import TicketId
from triage.store import rescore_tables  # noqa: F401 - every table that points at a ticket
from triage.store.database import Database
from triage.store.tables import message, metadata, ticket

SCRUBBED_WITHIN, RETRY_AFTER = 5.0, 0.1  # s


def delete_tickets(connection: Connection, ids: Collection[TicketId]) -> Counter[str]:
    """Delete these tickets; return how many rows of each table went."""
    gone: Counter[str] = Counter()
    if not ids:
        return gone
    for table, mine in parts(ids):
        gone[table.name] += connection.execute(delete(table).where(mine)).rowcount
    return gone


def count(connection: Connection, ids: Collection[TicketId]) -> Counter[str]:
    """Return how many rows of each table `delete_tickets` would delete."""
    rows: Counter[str] = Counter()
    for table, mine in parts(ids) if ids else ():
        query = select(func.count()).select_from(table).where(mine)
        rows[table.name] += connection.execute(query).scalar_one()
    return rows


def parts(ids: Collection[TicketId]) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield each table with its rows of these tickets, children before what they point to."""
    of_tickets = {column.table: column for column in _pointing_at(ticket)}
    of_messages = select(message.c.id).where(message.c.ticket_id.in_(ids))
    for column in _pointing_at(message):
        if column.table not in of_tickets:
            yield column.table, column.in_(of_messages)
    for table, column in of_tickets.items():
        if table is not message:
            yield table, column.in_(ids)
    yield message, message.c.ticket_id.in_(ids)
    yield ticket, ticket.c.id.in_(ids)


@cache
def _pointing_at(table: Table) -> tuple[Column[object], ...]:
    return tuple(
        column
        for other in metadata.sorted_tables
        for column in other.columns
        if column.references(table.c.id)
    )


def scrub(database: Database, within: float = SCRUBBED_WITHIN) -> bool:
    """Have SQLite's log, which holds pages as they were, emptied; return whether that was possible.

    Deleted text in the file itself is overwritten as it is deleted. A reader that does not end
    keeps the log from being emptied. PostgreSQL does both by itself, in its own time.
    """
    if not database.is_sqlite:
        return True
    raw = database.engine.raw_connection()  # outside any transaction, where SQLite wants it
    try:
        until = time.monotonic() + within
        while True:
            busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy or time.monotonic() > until:
                return not busy
            time.sleep(RETRY_AFTER)
    finally:
        raw.close()
