"""A pull under way: page after page, each step committed with what it read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from triage.domain.policy import Policy
from triage.domain.ticket import Status
from triage.errors import StoreUnavailable
from triage.helpdesks.backlog.backlog import Broken, Cursor, Listed, Page
from triage.keep_pulled import keep
from triage.pace import Pace
from triage.ports import Clock
from triage.read_desk import Read, Reader, ahead
from triage.store import pulls
from triage.store.database import Database
from triage.store.pulls import Held, Known, Purpose

OVERLAP = timedelta(minutes=15)  # read again: helpdesks tell of changes late, and clocks differ
THREADS = 4  # calls at once: a helpdesk's limit, and not its distance, says how fast
STORE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is: what it counted, and the change it has come to."""

    counts: Counter[str]
    since: datetime
    seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """What a pull of one helpdesk needs, and what it reads."""

    database: Database
    reader: Reader
    purpose: Purpose
    closed: bool
    policy: Callable[[], Policy]
    clock: Clock
    watch: Callable[[Progress], None] = field(default=lambda _: None)
    threads: int = THREADS

    @property
    def source_id(self) -> int:
        return self.reader.reached.source.source_id


def begins(held: Held, since: datetime, *, closed: bool) -> Cursor:
    """Return where to begin: where the last one was ended, or behind what it has read already."""
    covers = held.since <= since and held.closed >= closed
    if held.cursor is not None and covers:
        return Cursor.from_json(dict(held.cursor))
    if held.known_until is not None and covers:
        return Cursor(max(since, held.known_until - OVERLAP))
    return Cursor(since)


class Run:
    """A pull under way."""

    def __init__(self, pull: Pulling, held: Held, pool: ThreadPoolExecutor) -> None:
        self._pull = pull
        self._held = held
        self._pool = pool
        self._pace = Pace()
        self._counts: Counter[str] = Counter()
        self._since = held.since
        self._told: set[tuple[str, datetime]] = set()  # of this page and of the one before

    def all(self, since: datetime) -> Counter[str]:
        cursor: Cursor | None = begins(self._held, since, closed=self._pull.closed)
        started = self._resume(since, cursor)
        while cursor is not None:
            cursor = self._page(cursor)
        ended = {"cursor": None, "ended_at": self._pull.clock(), "known_until": started}
        self._store([], **ended)
        return self._counts

    def _resume(self, since: datetime, cursor: Cursor | None) -> datetime:
        """Note what is read now; return when reading it began."""
        held, now = self._held, self._pull.clock()
        goes_on = held.cursor is not None and cursor == Cursor.from_json(dict(held.cursor))
        if goes_on:
            self._counts = held.counts
            return held.started_at
        covers = held.known_until is not None and held.since <= since
        self._since = held.since if covers and held.closed >= self._pull.closed else since
        begun = {"since": self._since, "closed": self._pull.closed, "started_at": now}
        self._store([], cursor=cursor.as_json() if cursor else None, **begun)
        return now

    def _page(self, cursor: Cursor) -> Cursor | None:
        """Read and keep one page; return where the next one begins."""
        page = self._pull.reader.page(cursor)
        if isinstance(page, Broken) or page.after == cursor:
            bad = page if isinstance(page, Broken) else _endless(cursor)
            after = self._pull.reader.backlog.beyond(cursor, self._pull.clock())
            page = Page([bad], after)
        self._counts["pages"] += 1
        self._tickets(page)
        self._store([], cursor=page.after.as_json() if page.after else None)
        self._pull.watch(Progress(self._counts, self._since, _seen(page, cursor)))
        return page.after

    def _tickets(self, page: Page) -> None:
        broken = [it for it in page.tickets if isinstance(it, Broken)]
        listed = list(self._wanted([it for it in page.tickets if isinstance(it, Listed)]))
        reader, most = self._pull.reader, self._pull.threads * 2
        waiting: list[Read | Broken] = list(broken)
        for read in ahead(self._pool, reader.ticket, listed, most):
            waiting.append(read)
            if len(waiting) >= self._pace.batch:
                self._store(waiting)
                waiting = []
        self._store(waiting)

    def _wanted(self, listed: Sequence[Listed]) -> Iterator[Listed]:
        """Yield what is new or has changed; what is closed only where asked for, or where ours is
        still open.
        """
        with self._pull.database.reading() as connection:
            ids = [it.external_id for it in listed]
            known = pulls.known(connection, self._pull.source_id, ids)
        told, self._told = self._told, set()
        for one in listed:
            ours, this = known.get(one.external_id), (one.external_id, one.updated_at)
            again = this in told or this in self._told
            self._told.add(this)
            if again:
                continue  # pages that are asked for by a moment overlap
            if ours and ours.updated_at == one.updated_at:
                self._counts["known"] += 1
            elif not self._is_open_to_us(one, ours):
                self._counts["closed"] += 1
            else:
                yield one

    def _is_open_to_us(self, one: Listed, ours: Known | None) -> bool:
        if one.gone:
            return ours is not None and ours.status is not Status.CLOSED
        return not one.closed or ours is not None or self._pull.closed

    def _store(self, read: Sequence[Read | Broken], **values: Any) -> None:
        """Keep some tickets with the step in one commit; tried again where the database was away.

        Two that store the same tickets may wait for each other; then one of them is ended.
        """
        if not (read or values):
            return
        for left in reversed(range(STORE_TRIES)):
            try:
                self._commit(read, values)
            except StoreUnavailable:
                if not left:
                    raise
                self._pull.reader.reached.caller.wait(self._pull.clock() + timedelta(seconds=1))
            else:
                return

    def _commit(self, read: Sequence[Read | Broken], values: dict[str, Any]) -> None:
        pull, now = self._pull, self._pull.clock()
        with self._pace.measured(), pull.database.writing() as connection:
            counts = keep(connection, pull.source_id, read, pull.policy(), now)
            total = self._counts + counts
            pulls.step(connection, self._held, now, counts=dict(total), moved_at=now, **values)
        self._counts = total
        if read:
            self._pace.rest()
            pull.watch(Progress(total, self._since, None))


def _seen(page: Page, cursor: Cursor) -> datetime | None:
    return page.after.seen or page.after.since if page.after else cursor.seen


def _endless(cursor: Cursor) -> Broken:
    return Broken(None, "the helpdesk names this page as the one that follows it", cursor.as_json())
