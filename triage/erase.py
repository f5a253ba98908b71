"""Erase one customer (GDPR, article 17): their tickets with all that hangs on them, and letters.

What stood on the desk is closed first, and deleted once every open page has seen it go. A ticket in
which the customer writes meanwhile stays: nothing that nobody has read is lost.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from triage.domain.ticket import TicketId
from triage.errors import UnknownCustomer
from triage.store import audit, customers, events, purge
from triage.store.audit import Action
from triage.store.customers import Customer
from triage.store.database import Database
from triage.store.events import EventKind

BATCH = 20  # tickets in one transaction
SEEN_WITHIN = 2.0  # s after which every page knows what left the desk

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of each table went (or would), and how many tickets stayed, as they are open.

    `scrubbed` is false where SQLite's log could not be emptied and still holds the text.
    """

    rows: Counter[str]
    left_open: int
    scrubbed: bool = True


def would_erase(
    database: Database, source: str, customer: str, *, open_too: bool, by: str, now: datetime
) -> Erased:
    """Return what `erase` would do, and note who asked. Raises UnknownSource, UnknownCustomer."""
    with database.reading() as connection:
        found = _found(connection, source, customer)
        rows = purge.count(connection, _going(found, open_too=open_too))
    with database.writing() as connection:
        about = f"{source}: {rows['ticket']} tickets"
        audit.note(connection, by, Action.LOOKED, about=about, now=now)
    return Erased(
        +(rows + Counter(dead_letter=len(found.letters))), _left(found, open_too=open_too)
    )


def erase(
    database: Database,
    source: str,
    customer: str,
    *,
    open_too: bool,
    by: str,
    now: datetime,
    seen_within: float = SEEN_WITHIN,
) -> Erased:
    """Delete all that is held of a customer. Raises UnknownSource, UnknownCustomer.

    `by` is who asked for it.
    """
    with database.reading() as connection:
        found = _found(connection, source, customer)
    going = _going(found, open_too=open_too)
    with database.writing() as connection:  # first: what breaks off half-way is noted, too
        about = f"{source}: {len(going)} tickets"
        audit.note(connection, by, Action.ERASED, about=about, now=now)
    if _take_off_the_desk(database, going, now):
        time.sleep(seen_within)
    rows = _delete(database, going, found.letters)
    left = len(found.closed) + len(found.open) - rows["ticket"]
    log.info("customer_erased", source=source, tickets=rows["ticket"], left_open=left, by=by)
    return Erased(rows, left, purge.scrub(database))


def _found(connection: Any, source: str, customer: str) -> Customer:
    found = customers.find(connection, source, customer)
    if not found:
        raise UnknownCustomer("nothing is held of this customer")
    return found


def _going(found: Customer, *, open_too: bool) -> tuple[TicketId, ...]:
    return (*found.closed, *(found.open if open_too else ()))


def _left(found: Customer, *, open_too: bool) -> int:
    return 0 if open_too else len(found.open)


def _take_off_the_desk(database: Database, ids: Sequence[TicketId], now: datetime) -> bool:
    with database.writing() as connection:
        closed = customers.close(connection, ids, now)
        events.append(connection, EventKind.CLOSED, closed, now)
    return bool(closed)


def _delete(database: Database, ids: Sequence[TicketId], letters: Sequence[int]) -> Counter[str]:
    rows: Counter[str] = Counter()
    for at in range(0, len(ids), BATCH):
        with database.writing() as connection:
            batch = customers.still_closed(connection, ids[at : at + BATCH])
            rows += purge.delete_tickets(connection, batch)
    with database.writing() as connection:
        rows["dead_letter"] += customers.delete_letters(connection, letters)
    return +rows
