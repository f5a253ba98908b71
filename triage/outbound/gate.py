"""The gate before an account: its limits and its circuit breaker, shared by all who call it.

Turns are reserved in the database for about a second of calls at a time, so that waiting costs no
write each time; whoever dies loses some turns and nothing else.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from triage.domain import breaker, quota
from triage.domain.breaker import CLOSED, Breaker
from triage.domain.quota import Limit, Quota
from triage.store import accounts, limits
from triage.store.database import Database

ACCOUNT = "account"
TOGETHER = timedelta(seconds=1)  # of calls that are reserved at once
MOST_TOGETHER = 50

log = structlog.get_logger()


class Gate:
    """Says when a call may go, and hears what became of it. Threads may share it."""

    def __init__(self, database: Database, source_id: int, known: Sequence[Limit]) -> None:
        self._database = database
        self._source_id = source_id
        self._limits = {it.name: it for it in known}
        self._turns: dict[str, deque[datetime]] = {name: deque() for name in self._limits}
        self._breaker = CLOSED
        self._lock = threading.Lock()

    def turn(self, counts: str, now: datetime) -> datetime:
        """Return when the next call that counts there may go; its turn is taken by that."""
        names = [ACCOUNT, counts] if counts in self._limits and counts != ACCOUNT else [ACCOUNT]
        with self._lock:
            turn = max(self._turn(name, now) for name in names)
            opens = breaker.closes_at(self._breaker)
            return max(turn, opens) if opens else turn

    def observed(self, found: Quota, now: datetime) -> None:
        """Note what an answer said of a limit, where that is news."""
        known = self._limits[found.name]
        if found.calls < 1 or (found.calls == known.calls and found.left != 0):
            return
        with self._lock, self._database.writing() as connection:
            bucket = limits.locked(connection, self._source_id, known, now)
            limits.save(connection, self._source_id, quota.observed(bucket, found, now))
            self._limits[found.name] = Limit(found.name, found.calls, known.per)
            self._turns[found.name].clear()

    def closed(self, counts: str, until: datetime, now: datetime) -> None:
        """Let nobody through before then: the helpdesk said so."""
        limit = self._limits.get(counts, self._limits[ACCOUNT])
        with self._lock, self._database.writing() as connection:
            bucket = limits.locked(connection, self._source_id, limit, now)
            limits.save(connection, self._source_id, quota.closed(bucket, until))
            self._turns[limit.name].clear()

    def tries(self, now: datetime) -> None:
        """Note that a call goes: while the breaker is open the others wait for it."""
        if self._breaker.opened_at is not None:
            self._set(breaker.tried(self._breaker, now))

    def succeeded(self) -> None:
        """Note an answer; the breaker closes."""
        if self._breaker != CLOSED:
            self._set(CLOSED)

    def failed(self, now: datetime) -> None:
        """Note a call that failed for no fault of its own."""
        with self._lock, self._database.writing() as connection:
            known = accounts.breaker(connection, self._source_id)
            self._breaker = breaker.failed(known, now)
            accounts.set_breaker(connection, self._source_id, self._breaker)
        if opens := breaker.closes_at(self._breaker):
            log.warning("helpdesk_left_alone", source_id=self._source_id, until=str(opens))

    def _set(self, found: Breaker) -> None:
        with self._lock, self._database.writing() as connection:
            self._breaker = found
            accounts.set_breaker(connection, self._source_id, found)

    def _turn(self, name: str, now: datetime) -> datetime:
        if not self._turns[name]:
            self._reserve(name, now)
        return max(now, self._turns[name].popleft())

    def _reserve(self, name: str, now: datetime) -> None:
        with self._database.writing() as connection:
            bucket = limits.locked(connection, self._source_id, self._limits[name], now)
            self._limits[name] = bucket.limit
            for _ in range(max(1, min(MOST_TOGETHER, TOGETHER // bucket.interval))):
                bucket, turn = quota.reserve(bucket, now)
                self._turns[name].append(turn)
            limits.save(connection, self._source_id, bucket)
            self._breaker = accounts.breaker(connection, self._source_id)
