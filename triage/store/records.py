"""Our own records, of which the oldest go: rows of the audit log, and alerts that are over.

An alert that still holds, or is still to be sent, stays: without it, it would be raised again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select

from triage.domain.keeping import Record
from triage.store.access_tables import audit
from triage.store.alert_facts import OVER
from triage.store.tables import alert, ticket

TABLES: Mapping[Record, Table] = {Record.AUDIT: audit, Record.ALERTS: alert}


def count_past(connection: Connection, which: Record, until: datetime) -> int:
    """Return how many of these records are older, and may go."""
    return connection.execute(
        select(func.count()).select_from(_past(which, until).subquery())
    ).scalar_one()


def forget(connection: Connection, which: Record, until: datetime, limit: int) -> int:
    """Delete up to `limit` of these records; return how many."""
    table = TABLES[which]
    some = _past(which, until).limit(limit).with_for_update(skip_locked=True, of=table)
    ids = connection.execute(some).scalars().all()
    if ids:
        connection.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _past(which: Record, until: datetime) -> Select[Any]:
    """Return the numbers of what is older and may go, the oldest first."""
    if which is Record.AUDIT:
        return select(audit.c.id).where(audit.c.at < until).order_by(audit.c.at)
    done = (alert.c.raised_at < until) & alert.c.wake_at.is_(None) & OVER
    query = select(alert.c.id).outerjoin(ticket, ticket.c.id == alert.c.ticket_id)
    return query.where(done).order_by(alert.c.raised_at)
