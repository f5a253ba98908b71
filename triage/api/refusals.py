"""Counts what was refused as not authentic, and writes it down once a minute.

A forged delivery costs an addition here and never a write, so that a flood of them costs nothing.
What one process counted in its last minute is lost where it is killed; nobody needs it exactly.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

import structlog

from triage.errors import StoreUnavailable
from triage.store import refusals
from triage.store.database import Database
from triage.store.refusals import Refusals

EVERY = 60.0  # s

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """What this process refused since it last wrote; sources that exist only, so it stays small."""

    database: Database
    _counted: dict[str, Refusals] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, source: str, reason: str, now: datetime) -> None:
        """Count one; a new day begins anew."""
        with self._lock:
            known = self._counted.get(source)
            same = known is not None and known.last_at.date() == now.date()
            count = known.count if known and same else 0
            self._counted[source] = Refusals(count + 1, now, reason)

    async def keep_writing(self, every: float = EVERY) -> None:
        """Write down what was counted, again and again, beside the requests."""
        while True:
            await asyncio.sleep(every)
            try:
                await asyncio.to_thread(self.write)
            except Exception:  # the next minute is counted all the same
                log.exception("refusals_failed")

    def write(self) -> None:
        """Write down what was counted; where the database is away, the next time."""
        with self._lock:
            counted = dict(self._counted)
            self._counted.clear()
        if not counted:
            return
        try:
            with self.database.writing() as connection:
                refusals.add(connection, counted)
        except StoreUnavailable:
            self._put_back(counted)
            log.warning("refusals_not_written")

    def _put_back(self, counted: dict[str, Refusals]) -> None:
        with self._lock:
            for source, before in counted.items():
                later = self._counted.get(source)
                same = later and later.last_at.date() == before.last_at.date()
                sum_ = replace(later, count=later.count + before.count) if later and same else later
                self._counted[source] = sum_ or before
