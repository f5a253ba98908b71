"""Pulls: where reading a helpdesk stands, who reads, what was read, and what the desk had then.

One at a time by a lease. Each step is committed together with what it read, and only while the
lease is still its reader's.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, or_, select, update

from triage.domain.ticket import Status, TicketId
from triage.errors import ChangedMeanwhile
from triage.store.database import insert_once
from triage.store.outbound_tables import pull, pulled_ticket
from triage.store.tables import dead_letter, source, ticket

LEASE = timedelta(seconds=10)
RENEW_EVERY = 2.0  # s
RECONCILE_EVERY = timedelta(minutes=10)
MOST_ASKED = 500  # tickets in one query


class Purpose(StrEnum):
    """Why a helpdesk is read."""

    BACKLOG = "backlog"  # once, at an operator's wish
    RECONCILE = "reconcile"  # again and again: what its webhooks lost


@dataclass(frozen=True, slots=True)
class Held:
    """A pull that is ours: its row as we found it, and our lease."""

    source_id: int
    purpose: Purpose
    since: datetime
    closed: bool
    cursor: dict[str, Any] | None
    counts: Counter[str]
    started_at: datetime
    known_until: datetime | None
    lease: str


def take(
    connection: Connection, source_id: int, purpose: Purpose, since: datetime, now: datetime
) -> Held | None:
    """Take the pull, made where there is none; None while somebody else has it."""
    lease = secrets.token_hex(8)
    insert_once(
        connection,
        pull,
        {"source_id": source_id, "purpose": purpose, "since": since, "closed": False}
        | {"counts": {}, "started_at": now, "moved_at": now},
    )
    free = or_(pull.c.lease_until.is_(None), pull.c.lease_until < now)
    taken = update(pull).where(_mine(source_id, purpose), free)
    values = {"lease": lease, "lease_until": now + LEASE}
    row = connection.execute(taken.values(values).returning(*pull.c)).first()
    if row is None:
        return None
    return Held(
        source_id,
        purpose,
        row.since,
        row.closed,
        row.cursor,
        Counter(row.counts),
        row.started_at,
        row.known_until,
        lease,
    )


def step(connection: Connection, held: Held, now: datetime, **values: Any) -> None:
    """Note a step, and keep the lease. Raises ChangedMeanwhile where it is not ours any more."""
    mine = _mine(held.source_id, held.purpose) & (pull.c.lease == held.lease)
    kept = {"lease_until": now + LEASE} | values
    if not connection.execute(update(pull).where(mine).values(kept)).rowcount:
        raise ChangedMeanwhile("somebody else reads this helpdesk now; nothing was lost")


def release(connection: Connection, held: Held, **values: Any) -> None:
    """Let the pull go, where it is still ours."""
    mine = _mine(held.source_id, held.purpose) & (pull.c.lease == held.lease)
    freed = {"lease": None, "lease_until": None} | values
    connection.execute(update(pull).where(mine).values(freed))


def stands(connection: Connection, source_id: int, purpose: Purpose) -> Any:
    """Return the pull's row, None where there was none."""
    return connection.execute(select(pull).where(_mine(source_id, purpose))).first()


def all_of(connection: Connection, purpose: Purpose) -> dict[str, Any]:
    """Return by source's name how its pull stands."""
    query = select(pull, source.c.name).join(source, source.c.id == pull.c.source_id)
    rows = connection.execute(query.where(pull.c.purpose == purpose))
    return {row.name: row for row in rows}


def _mine(source_id: int, purpose: Purpose) -> Any:
    return (pull.c.source_id == source_id) & (pull.c.purpose == purpose)


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket that we have; `updated_at`: its last change at the desk when it was read whole."""

    updated_at: datetime | None
    status: Status


def known(connection: Connection, source_id: int, ids: Collection[str]) -> Mapping[str, Known]:
    """Return which of these tickets we have."""
    found: dict[str, Known] = {}
    names = list(ids)
    columns = (ticket.c.external_id, ticket.c.status, pulled_ticket.c.updated_at)
    ours = select(*columns).outerjoin(pulled_ticket, pulled_ticket.c.ticket_id == ticket.c.id)
    for at in range(0, len(names), MOST_ASKED):
        some = names[at : at + MOST_ASKED]
        query = ours.where(ticket.c.source_id == source_id, ticket.c.external_id.in_(some))
        for row in connection.execute(query):
            found[row.external_id] = Known(row.updated_at, Status(row.status))
    return found


def mark(connection: Connection, ticket_id: TicketId, updated_at: datetime) -> None:
    """Note that a ticket was read whole as it was at that moment of the helpdesk's."""
    row = {"ticket_id": ticket_id, "updated_at": updated_at}
    if insert_once(connection, pulled_ticket, row) is None:
        mine = update(pulled_ticket).where(pulled_ticket.c.ticket_id == ticket_id)
        connection.execute(mine.values(updated_at=updated_at))


def reject(
    connection: Connection, source_id: int, key: str, reason: str, body: bytes, now: datetime
) -> bool:
    """Keep what could not be understood, once; return whether it is new."""
    row = {"source_id": source_id, "key": key, "reason": reason, "body": body, "received_at": now}
    return insert_once(connection, dead_letter, row) is not None
