"""A worker's part of a run: score a chunk of tickets again, and compare once all are scored.

A chunk is claimed by lease and scored outside any transaction; what was found is stored every
second, and only while the lease is still ours. So a worker that dies costs a second of work. A text
that was read by this model is not read again, nor one that stands twice in what was just read.
Between two texts live tickets go first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import structlog

from triage.compare_again import compare_run
from triage.domain.emotion import Scoring
from triage.domain.reading import recent
from triage.domain.routing import route
from triage.domain.team import Team
from triage.domain.ticket import MessageId, Status, TicketId
from triage.errors import StoreUnavailable, TriageError
from triage.ports import Clock, Model
from triage.recording import By, Read, read
from triage.rescore_by import by_of
from triage.store import rescore_chunks, rescore_items, rescores, threads
from triage.store.database import Database
from triage.store.rescore_chunks import KEEP_EVERY, MOST_ATTEMPTS, Chunk, LeaseLost
from triage.store.threads import Thread
from triage.store.work import Claim

REMEMBERED = 2_000  # texts of one process: templates and mails that come again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What scoring again needs; one a process, shared by its threads."""

    database: Database
    model_of: Callable[[str | None], Model]  # of a folder, or the installed one
    give_way: Callable[[], None]  # lets what is live go first
    clock: Clock
    seen: Seen


class Seen:
    """What the last texts read as: the same text is the same scoring."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str | None], Scoring] = OrderedDict()
        self._lock = Lock()

    def score(self, model: Model, text: str, hint: str | None) -> Scoring:
        key = (model.version, text, hint)
        with self._lock:
            if (known := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                return known
        scoring = model.score(text, hint)
        with self._lock:
            self._known[key] = scoring
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return scoring


def work_on(parts: Bulk, run_id: int, until: datetime) -> None:
    """Work on a run's chunks until none is free or the time has come."""
    with parts.database.writing() as connection:
        rescores.come(connection, run_id, parts.clock())
    while parts.clock() < until:
        with parts.database.writing() as connection:
            mine = rescore_chunks.claim(connection, run_id, parts.clock())
            run = rescores.find(connection, run_id) if mine else None
        if mine is None:
            return
        _work(parts, mine, run)


def _work(parts: Bulk, mine: Chunk, run: Any) -> None:
    try:
        model, by = _by(parts, run)
    except StoreUnavailable:
        raise
    except TriageError as error:  # a person has to mend it: nobody tries on
        with parts.database.writing() as connection:
            rescore_chunks.give_back(connection, mine, tried=False)
            rescores.put(connection, mine.run_id, paused=True, trouble=str(error))
        return
    try:
        if mine.tickets:
            _Scoring(parts, mine, model, by).run()
        else:
            compare_run(parts.database, mine, by, parts.clock, parts.give_way)
    except LeaseLost:
        log.warning("chunk_lease_lost", run=mine.run_id, chunk=mine.number)
    except Exception:  # whatever a model does to one text
        log.exception("chunk_failed", run=mine.run_id, chunk=mine.number, attempts=mine.attempts)
        with parts.database.writing() as connection:
            rescore_chunks.give_back(connection, mine, tried=True)


def _by(parts: Bulk, run: Any) -> tuple[Model, By]:
    """Return by what a run is scored. Raises TriageError where that is not to be had here."""
    model = parts.model_of(run.model_folder)
    with parts.database.writing() as connection:
        version = rescores.settle_model(connection, run.id, model.version)
    return model, by_of(run, version, model.version)


@dataclass(slots=True)
class _Scoring:
    """One chunk under way, and what of it is not stored yet."""

    parts: Bulk
    mine: Chunk
    model: Model
    by: By
    scorings: list[tuple[MessageId, Scoring]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    kept_at: datetime = field(init=False)

    def run(self) -> None:
        self.kept_at = self.parts.clock()
        for place, (row, thread) in enumerate(self._loaded()):
            # where every try but the last ended, it may be this ticket that ends workers
            ends_workers = place == 0 and self.mine.attempts == MOST_ATTEMPTS
            found = self._failed(row) if ends_workers else self._item(row, thread)
            self.items.append(found)  # only now: storing meanwhile begins a new list of items
            self._keep_now_and_then()
        self._keep(done=True)

    def _loaded(self) -> Iterator[tuple[Any, Thread]]:
        """Yield what this run has not read yet; a ticket that was deleted is no part of it."""
        now = self.parts.clock()
        with self.parts.database.reading() as connection:
            known = rescore_items.known(connection, self.mine.run_id, self.mine.tickets)
            left = [it for it in self.mine.tickets if it not in known]
            # the rows first: a message that comes in between makes them old, and that is seen later
            rows = rescore_items.rows_of(connection, left)
            since = now - self.by.policy.familiar_for
            found = threads.load(connection, list(rows), self.by.versions.model, since)
        return ((rows[it], found[it]) for it in rows if it in found)

    def _item(self, row: Any, thread: Thread) -> dict[str, Any]:
        claim = Claim(TicketId(row.id), "", row.revision, 0)
        try:
            one = read(claim, thread, self._scorings(thread), self.by)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception:  # one that fails harms no other
            log.exception("reading_failed", ticket_id=row.id, run=self.mine.run_id)
            return rescore_items.failed(self.mine.run_id, row)
        self.scorings.extend(one.new_scorings)
        return self._compared(row, one)

    def _failed(self, row: Any) -> dict[str, Any]:
        log.error("ticket_ends_workers", ticket_id=row.id, run=self.mine.run_id)
        return rescore_items.failed(self.mine.run_id, row)

    def _scorings(self, thread: Thread) -> dict[MessageId, Scoring]:
        found = {}
        for message in recent(thread.ticket, self.by.policy):
            if (known := thread.scorings.get(message.id)) is None:
                self.parts.give_way()
                known = self.parts.seen.score(self.model, message.text, thread.language_hint)
                self._keep_now_and_then()
            found[message.id] = known
        return found

    def _compared(self, row: Any, one: Read) -> dict[str, Any]:
        """Return how the ticket stands and would stand, whoever will hold it."""
        nobody = Team.at((), self.parts.clock())
        decision = route(one.thread.ticket, one.reading, nobody, self.by.policy)
        waits = row.status == Status.WAITING
        after = {
            "lane": decision.lane,
            "level": decision.charge.level,
            # what was promised is not rewritten once somebody has answered
            "respond_by": decision.respond_by if waits else row.respond_by,
            "language": one.reading.language,
            "reading": one.reading.state,
            "feeling": one.advice.feeling,
            "situation": one.advice.card["rule"],
            "flags": sorted(one.reading.flags),
        }
        return rescore_items.found(self.mine.run_id, row, after, _evidence(one), waits=waits)

    def _keep_now_and_then(self) -> None:
        """Store what was found; after a failure after each ticket, so that little fails again."""
        due = self.parts.clock() - self.kept_at >= KEEP_EVERY
        if due or (self.mine.attempts > 1 and self.items):
            self._keep(done=False)

    def _keep(self, *, done: bool) -> None:
        now = self.parts.clock()
        with self.parts.database.writing() as connection:
            further = bool(self.items)
            if not rescore_chunks.keep(connection, self.mine, now, done=done, further=further):
                raise LeaseLost
            threads.save_scorings(connection, self.scorings, now)
            rescore_items.add(connection, self.items)
        self.scorings, self.items, self.kept_at = [], [], now


def _evidence(one: Read) -> list[Any]:
    """Return where the words stand that weigh most: a message, and from where to where in it."""
    spans = [
        (it.weight, message.message.id, it.span.start, it.span.end)
        for message in one.reading.messages
        for it in message.evidence
    ]
    return list(max(spans)[1:]) if spans else []
