"""Reconcile: read again and again what changed at a helpdesk, for what its webhooks lost.

Every 10 minutes a source, with an overlap. One that fails is tried again after as long; how far the
desk is known, and why not further, stands with its pull.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from triage.domain.policy import Policy
from triage.helpdesks.backlog.registry import BACKLOGS
from triage.outbound.caller import BRIEF, Wait
from triage.ports import Clock
from triage.pull import Pull
from triage.pull_pages import OVERLAP
from triage.reach import reached
from triage.read_desk import Reader
from triage.settings import Settings
from triage.store import accounts, pulls
from triage.store.database import Database
from triage.store.pulls import RECONCILE_EVERY, Purpose

THREADS = 2  # calls at once: live work goes on beside it


def due(database: Database, now: datetime) -> list[str]:
    """Return the names of the sources that are to be read now. Raises StoreUnavailable."""
    with database.reading() as connection:
        known = pulls.all_of(connection, Purpose.RECONCILE)
        names = accounts.names(connection, BACKLOGS)
    return [name for name in names if is_due(known.get(name), now)]


def is_due(row: Any, now: datetime) -> bool:
    """Return whether a source of which this is the pull should be read, None: it never was.

    One that is under way belongs to whoever has its lease, while that lasts.
    """
    if row is None:
        return True
    if row.lease_until is not None and row.lease_until >= now:
        return False
    last = max((it for it in (row.ended_at, row.failed_at) if it), default=None)
    return last is None or now - last >= RECONCILE_EVERY


def reconcile(
    database: Database,
    settings: Settings,
    name: str,
    policy: Callable[[], Policy],
    wait: Wait,
    clock: Clock,
) -> Counter[str] | None:
    """Read what changed since the last time; None where somebody else does. Raises as `Pull.run`.

    The first time from when the source was connected: what was before is the backlog's business.
    """
    with reached(settings, database, name, BRIEF, wait, clock) as desk:
        pull = Pull(
            database=database,
            reader=Reader(desk, BACKLOGS[desk.source.vendor]),
            purpose=Purpose.RECONCILE,
            closed=False,
            policy=policy,
            clock=clock,
            threads=THREADS,
        )
        return pull.run(desk.source.connected_at - OVERLAP)
