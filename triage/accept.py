"""Accept deliveries: verified over their bytes, stored once, committed; then a worker is told.

Nothing is answered before the commit, nothing is sent before it either. What comes while a commit
waits for the disk is stored by the next one, together. What cannot be understood is kept as a dead
letter: the sender cannot mend it by sending again.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol, TypeGuard

import structlog

from triage.domain.policy import Policy
from triage.domain.ticket import Status, TicketId
from triage.errors import StoreUnavailable, UnknownSource
from triage.helpdesks.event import Delivery, Event, Malformed, Refused, Result, Unread
from triage.helpdesks.registry import HELPDESKS
from triage.keep import Accepted, Kept, ignored, keep, results_of, summary
from triage.ports import Clock
from triage.store import events, intake
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.sources import Source

MOST_TOGETHER = 32  # deliveries in one commit: about as many as come while the one before is made
MOST_WAITING = 1_000  # deliveries in memory; more are asked to come again

BECAME = {Status.ANSWERED: EventKind.ANSWERED, Status.CLOSED: EventKind.CLOSED}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that came, and who waits to hear what became of it."""

    source: str
    delivery: Delivery
    answer: Future[Accepted]


@dataclass(frozen=True, slots=True)
class Opened:
    """An authentic delivery of which something must be stored."""

    waiting: Waiting
    source: Source
    results: tuple[Result, ...]


class Sources(Protocol):
    """Knows the sources by name."""

    def named(self, name: str, *, doubted: bool = False) -> Source:
        """Return a source, read anew where doubted. Raises UnknownSource, StoreUnavailable."""


class Intake:
    """One thread that opens and stores deliveries, those that wait together in one commit.

    `tell` is called with the id of each ticket that became due, after the commit; `tell_free` where
    somebody may have become free. `policy` returns the one in force.
    """

    def __init__(
        self,
        database: Database,
        sources: Sources,
        tell: Callable[[TicketId], None],
        tell_free: Callable[[], None],
        policy: Callable[[], Policy],
        clock: Clock,
    ) -> None:
        self._database = database
        self._sources = sources
        self._tell = tell
        self._tell_free = tell_free
        self._policy = policy
        self._clock = clock
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def accept(self, source: str, delivery: Delivery) -> Future[Accepted]:
        """Return what will become of a delivery; the answer is there once it is committed.

        The answer raises Refused (not authentic), UnknownSource or StoreUnavailable.
        """
        waiting = Waiting(source, delivery, Future())
        try:
            self._waiting.put_nowait(waiting)
        except queue.Full:
            waiting.answer.set_exception(StoreUnavailable("too many deliveries wait"))
        return waiting.answer

    def close(self) -> None:
        """Store what waits and end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            together = [first, *self._more()]
            opened = [one for it in together if (one := self._open(it))]
            if opened:
                self._store(opened)

    def _more(self) -> list[Waiting]:
        more: list[Waiting] = []
        while len(more) < MOST_TOGETHER - 1 and not self._waiting.empty():
            if (waiting := self._waiting.get_nowait()) is None:
                self._waiting.put(None)
                break
            more.append(waiting)
        return more

    def _open(self, waiting: Waiting) -> Opened | None:
        """Verify and read; answer at once what need not be stored."""
        if not waiting.answer.set_running_or_notify_cancel():
            return None  # the sender has gone, and will send again
        try:
            source = self._verified(waiting)
            results = read(source.vendor, replace(waiting.delivery, ours=source.ours))
        except Exception as error:  # whoever waits must hear of it
            waiting.answer.set_exception(error)
            return None
        if answer := ignored(results):
            waiting.answer.set_result(replace(answer, vendor=source.vendor))
            return None
        return Opened(waiting, source, results)

    def _verified(self, waiting: Waiting) -> Source:
        """Return the source that signed the delivery. Raises Refused, and what `named` raises."""

        def verify(source: Source) -> Source:
            if (helpdesk := HELPDESKS.get(source.vendor)) is None:  # a mailbox, which we read
                raise UnknownSource(f"nothing is sent to {source.name!r}: Triage reads it")
            helpdesk.verify(waiting.delivery, source.secrets, self._clock())
            return source

        try:
            return verify(self._sources.named(waiting.source))
        except Refused:
            return verify(self._sources.named(waiting.source, doubted=True))

    def _store(self, opened: Sequence[Opened]) -> None:
        """Store together; where one fails the others, each by itself."""
        try:
            results = self._commit(opened)
        except Exception as error:  # whoever waits must hear of it
            if len(opened) > 1 and not isinstance(error, StoreUnavailable):
                for one in opened:
                    self._store([one])
                return
            for one in opened:
                one.waiting.answer.set_exception(error)
            return
        for one, kept in zip(opened, results, strict=True):
            self._tell_of(one, kept)
            one.waiting.answer.set_result(replace(summary(kept), vendor=one.source.vendor))
        if any(it.stored and it.stored.became for kept in results for it in kept):
            self._tell_free()

    def _tell_of(self, opened: Opened, kept: Sequence[Kept]) -> None:
        for one in kept:
            if one.stored and one.stored.due:
                self._tell(one.stored.ticket_id)
            if one.dead:
                source = opened.source.name
                log.warning("delivery_not_understood", source=source, delivery_key=one.dead)

    def _commit(self, opened: Sequence[Opened]) -> list[list[Kept]]:
        now, policy = self._clock(), self._policy()
        keys = [(o.source.id, e.ticket_id) for o in opened for e in o.results if _is_event(e)]
        with self._database.writing() as connection:
            if len(keys) > 1:
                intake.lock_tickets(connection, keys)
            results = [keep(connection, it.source.id, it.results, policy, now) for it in opened]
            stored = [it.stored for kept in results for it in kept if it.stored]
            for status, kind in BECAME.items():
                ids = [it.ticket_id for it in stored if it.became is status]
                events.append(connection, kind, ids, now)
        return results


def read(vendor: str, delivery: Delivery) -> tuple[Result, ...]:
    """Return what a delivery holds; where it cannot be understood, that."""
    helpdesk = HELPDESKS[vendor]
    try:
        return results_of(helpdesk.parse(delivery))
    except Malformed as error:
        return (Unread(helpdesk.delivery_key(delivery), str(error), delivery.body),)


def _is_event(result: Result) -> TypeGuard[Event]:
    return isinstance(result, Event)
