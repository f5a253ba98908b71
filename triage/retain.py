"""Retain tickets for as long as their source says, then delete them or make them anonymous.

In small batches with rests between, each a transaction of its own: whatever ends it, the next run
goes on where it stopped, and live work never waits for long.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

import structlog

from triage.domain.keeping import KeepAs, Keeping, Records
from triage.domain.ticket import TicketId
from triage.errors import BadInput, StoreUnavailable
from triage.forget import forget
from triage.pace import Pace
from triage.store import purge, retention
from triage.store.anonymity import anonymise
from triage.store.database import Database
from triage.store.retention import Kept

LETTERS = 20  # in one transaction
PAGE = 500  # tickets read at once
RUN_EVERY = timedelta(days=1)
RETRY_AFTER = timedelta(hours=1)
STEP = 0.2  # s of work in one step of the sweep's process

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """What of a source has had its time, and what stays because it was never closed."""

    name: str
    keeping: Keeping
    tickets: int
    letters: int
    left_open: int


@dataclass(slots=True)
class Retention:
    """The daily run, a step at a time; it begins anew when its process does."""

    database: Database
    records: Records = field(default_factory=Records)
    _next_at: datetime | None = None
    _run: Iterator[Counter[str]] | None = None
    _gone: Counter[str] = field(default_factory=Counter)

    def step(self, now: datetime) -> None:
        """Do a little, where a run is due or under way. Raises StoreUnavailable."""
        if self._run is None and self._next_at is not None and now < self._next_at:
            return
        try:
            if self._has_ended(now):
                self._end(now)
        except StoreUnavailable:
            self._run = None  # it begins again
            raise
        except Exception:  # the sweep has more to do than this
            log.exception("retention_failed")
            self._run, self._next_at = None, now + RETRY_AFTER

    def _has_ended(self, now: datetime) -> bool:
        if self._run is None:
            forgetting = forget(self.database, self.records, now)
            self._run = chain(retain(self.database, now), forgetting)
        until = time.monotonic() + STEP
        while time.monotonic() < until:
            gone = next(self._run, None)
            if gone is None:
                return True
            self._gone += gone
        return False

    def _end(self, now: datetime) -> None:
        if self._gone:
            purge.scrub(self.database, within=0)
            log.info("retention_done", rows=dict(self._gone))
        self._run, self._next_at = None, now + RUN_EVERY
        self._gone = Counter()


def keep(database: Database, name: str, days: int | None, then: KeepAs) -> Keeping:
    """Say how long a source keeps its tickets. Raises UnknownSource, BadInput."""
    try:
        keeping = Keeping(days, then)
    except ValueError as error:
        raise BadInput(str(error)) from error
    with database.writing() as connection:
        retention.keep(connection, name, keeping)
    return keeping


def due(database: Database, now: datetime) -> list[Due]:
    """Return what `retain` would take, for each source. Changes nothing."""
    found = []
    for kept, until in _ending(database, now):
        tickets = sum(map(len, _pages(database, kept, until)))
        with database.reading() as connection:
            letters = retention.past_letters(connection, kept.source_id, until)
            left = retention.left_open(connection, kept.source_id, until)
        found.append(Due(kept.name, kept.keeping, tickets, letters, left))
    return found


def retain(database: Database, now: datetime) -> Iterator[Counter[str]]:
    """Take what has had its time; yield after each batch how many rows of each table went."""
    pace = Pace()
    for kept, until in _ending(database, now):
        for ids in _pages(database, kept, until):
            at = 0
            while batch := ids[at : at + pace.batch]:
                at += len(batch)
                with pace.measured():
                    gone = _take(database, batch, kept.keeping.then, until)
                yield gone
                pace.rest()
        while letters := _forget_letters(database, kept, until):
            yield Counter({"dead_letter": letters})


def _ending(database: Database, now: datetime) -> list[tuple[Kept, datetime]]:
    """Return the sources that keep nothing for ever, and until when their time has come."""
    with database.reading() as connection:
        sources = retention.sources(connection)
    return [(it, until) for it in sources if (until := it.keeping.until(now)) is not None]


def _pages(database: Database, kept: Kept, until: datetime) -> Iterator[list[TicketId]]:
    after = None
    while True:
        with database.reading() as connection:
            page = retention.past(connection, kept.source_id, until, after, PAGE)
        yield page.ids
        if (after := page.after) is None:
            return


def _take(database: Database, ids: list[TicketId], then: KeepAs, until: datetime) -> Counter[str]:
    act = anonymise if then is KeepAs.ANONYMISED else purge.delete_tickets
    with database.writing() as connection:
        return act(connection, retention.still_past(connection, ids, until))


def _forget_letters(database: Database, kept: Kept, until: datetime) -> int:
    with database.writing() as connection:
        return retention.forget_letters(connection, kept.source_id, until, LETTERS)
