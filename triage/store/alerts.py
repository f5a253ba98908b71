"""Alerts: raised once for each incident, sent by whoever claims them, given up visibly.

An incident that concerns no one ticket keeps its key while it lasts and gives it back when it is
over. `wake_at` says when an alert is to be sent; whoever claims it moves that on, so that nobody
else sends it meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, String, cast, func, select, text, update

from triage.domain.alerts import CRITICAL, Kind, open_key
from triage.domain.telling import HOUR, Lately, Raised
from triage.store.alert_facts import OVER
from triage.store.database import insert_once
from triage.store.tables import alert, ticket

ALERT_LOCK = 7_412  # any number that no other advisory lock of this database uses
CLAIMED_FOR = timedelta(minutes=2)  # far longer than sending may take
MOST_ATTEMPTS = 10  # over about an hour


@dataclass(frozen=True, slots=True)
class ToSend:
    """An alert that this process sends; `attempts` tells its claim from a later one."""

    id: int
    kind: Kind
    text: str
    ticket: int | None
    attempts: int


def lock(connection: Connection) -> None:
    """Let no other process raise alerts until this transaction ends; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ALERT_LOCK})


def known(connection: Connection, keys: Collection[str]) -> set[str]:
    """Return those of the keys that were raised before."""
    return set(connection.execute(select(alert.c.key).where(alert.c.key.in_(keys))).scalars())


def lately(connection: Connection, now: datetime) -> Lately:
    """Return how many were told within the hour, and held back since the last that was told."""
    told = (alert.c.raised_at > now - HOUR) & ~alert.c.quiet & alert.c.kind.not_in(CRITICAL)
    last = select(func.coalesce(func.max(alert.c.id), 0)).where(~alert.c.quiet).scalar_subquery()
    return Lately(
        told=_count(connection, told), held=_count(connection, alert.c.quiet & (alert.c.id > last))
    )


def add(connection: Connection, raised: Sequence[Raised], now: datetime, *, sends: bool) -> None:
    """Keep alerts in this order; those that are told are sent where there is a way to."""
    for one in raised:
        row = {
            "key": one.alert.key,
            "kind": one.alert.kind,
            "ticket_id": one.alert.ticket,
            "text": one.text,
            "raised_at": now,
            "quiet": one.quiet,
            "wake_at": now if sends and not one.quiet else None,
        }
        insert_once(connection, alert, row)


def end(connection: Connection, kinds: Collection[Kind]) -> None:
    """Give the keys of incidents that are over back, so that the next one can be raised."""
    for kind in kinds:
        mine = update(alert).where(alert.c.key == open_key(kind))
        connection.execute(mine.values(key=f"{kind}:" + cast(alert.c.id, String)))


def is_due(connection: Connection, now: datetime) -> bool:
    """Return whether something is to be sent: whoever only asks takes no lock."""
    return connection.execute(select(alert.c.id).where(alert.c.wake_at <= now)).first() is not None


def withdraw(connection: Connection) -> None:
    """Send no more of what was refused and is over meanwhile: it would no longer be true."""
    waits = alert.c.wake_at.is_not(None) & (alert.c.attempts > 0) & OVER
    over = select(alert.c.id).outerjoin(ticket, ticket.c.id == alert.c.ticket_id).where(waits)
    ids = list(connection.execute(over).scalars())
    if ids:
        mine = update(alert).where(alert.c.id.in_(ids))
        connection.execute(mine.values(wake_at=None))


def claim(connection: Connection, limit: int, now: datetime) -> list[ToSend]:
    """Take alerts that are to be sent, the oldest first, before anybody else does."""
    due = select(alert.c.id).where(alert.c.wake_at <= now).order_by(alert.c.id).limit(limit)
    ids = list(connection.execute(due.with_for_update(skip_locked=True)).scalars())
    taken = update(alert).where(alert.c.id.in_(ids))
    rows = connection.execute(
        taken.values(wake_at=now + CLAIMED_FOR, attempts=alert.c.attempts + 1).returning(
            alert.c.id, alert.c.kind, alert.c.text, alert.c.ticket_id, alert.c.attempts
        )
    )
    found = [ToSend(it.id, Kind(it.kind), it.text, it.ticket_id, it.attempts) for it in rows]
    return sorted(found, key=lambda it: it.id)


def sent(connection: Connection, claimed: Sequence[ToSend], now: datetime) -> None:
    """Note that these were sent."""
    ids = [it.id for it in claimed]
    connection.execute(update(alert).where(alert.c.id.in_(ids)).values(sent_at=now, wake_at=None))


def failed(connection: Connection, one: ToSend, again_at: datetime | None) -> None:
    """Note that an alert could not be sent; it is tried again then, or given up."""
    mine = (alert.c.id == one.id) & (alert.c.attempts == one.attempts) & alert.c.sent_at.is_(None)
    connection.execute(update(alert).where(mine).values(wake_at=again_at))


def see(connection: Connection, which: Collection[int], by: str, now: datetime) -> int:
    """Note who saw these alerts, where nobody had before; return how many that were."""
    unseen = alert.c.id.in_(which) & alert.c.seen_at.is_(None)
    changed = connection.execute(update(alert).where(unseen).values(seen_at=now, seen_by=by))
    return int(changed.rowcount)


def _count(connection: Connection, which: Any) -> int:
    return connection.execute(select(func.count(alert.c.id)).where(which)).scalar_one()
