"""Decide: claim by lease, load, score outside any transaction, then fence, route, record, announce.

Between the two short transactions a worker may die, freeze or be overtaken: then its lease ends,
somebody else decides, and its own commit finds the fence closed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from triage import recording
from triage.domain.acknowledgement import Playbook
from triage.domain.emotion import Scoring
from triage.domain.policy import Policy
from triage.domain.reading import recent
from triage.domain.ticket import MessageId, TicketId
from triage.ports import Clock, Model
from triage.recording import By, Read
from triage.store import events, threads, work
from triage.store.database import Database
from triage.store.decisions import Versions
from triage.store.events import EventKind
from triage.store.threads import Thread
from triage.store.work import Claim

MOST_AT_ONCE = 16  # tickets in one claim: far less work than a lease lasts

#: Claims at a moment; the last says whether what failed before may be claimed too.
_Claiming = Callable[[Any, datetime, bool], list[Claim]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What deciding needs besides the tickets; one a process, shared by its threads."""

    database: Database
    model: Model
    policy: Policy
    playbook: Playbook
    announce: Callable[[], None]
    clock: Clock
    _claimed: dict[str, datetime] = field(default_factory=dict)
    retrying: threading.Lock = field(default_factory=threading.Lock)  # see _decide

    @property
    def versions(self) -> Versions:
        return Versions(self.model.version, self.policy.version, self.playbook.version)

    @property
    def by(self) -> By:
        return By(self.policy, self.playbook, self.versions)

    def last_claim(self) -> datetime:
        """Return when this process last claimed anything (or was first asked)."""
        return self._claimed.setdefault("at", self.clock())

    def note_claim(self, now: datetime) -> None:
        self._claimed["at"] = now


def decide_tickets(ids: Sequence[TicketId], parts: Deciding) -> int:
    """Decide those that are due and free; return how many. Raises StoreUnavailable."""
    return _decide(
        parts, lambda connection, now, retry: work.claim(connection, ids, now, retry=retry)
    )


def decide_waiting(parts: Deciding, until: datetime) -> None:
    """Decide whatever else is due until nothing is or the time has come."""
    while parts.clock() < until and decide_next(parts):
        pass


def decide_next(parts: Deciding) -> int:
    """Decide some of what is due, as many as one claim takes; return how many."""
    return _decide(parts, _claim_waiting)


def _claim_waiting(connection: Any, now: datetime, retry: bool) -> list[Claim]:  # noqa: FBT001
    failed = work.claim_failed(connection, now) if retry else []
    return failed or work.claim_waiting(connection, MOST_AT_ONCE, now)


def _decide(parts: Deciding, claim: _Claiming) -> int:
    """Claim and decide; what failed before is tried by one thread of the process at a time.

    What a worker's end hit together is free again together. Were two of it tried side by side, a
    ticket that ends its worker would take the other one with it each time.
    """
    with ExitStack() as retrying:
        retry = parts.retrying.acquire(blocking=False)
        if retry:
            retrying.callback(parts.retrying.release)
        claims, found = _claim(parts, claim, retry)
        if all(one.attempts == 1 for one in claims):
            retrying.close()
        if claims:
            read, failed = _read_all(claims, found, parts)
            _commit(read, failed, parts)
            parts.announce()
    return len(claims)


def _claim(
    parts: Deciding,
    claim: _Claiming,
    retry: bool,  # noqa: FBT001
) -> tuple[list[Claim], dict[TicketId, Thread]]:
    now = parts.clock()
    with parts.database.writing() as connection:
        if not (claims := claim(connection, now, retry)):
            return [], {}
        # with the claim: read later, a message might be in the thread and not in the revision,
        # and the ticket would be decided and announced a second time for it
        ids, known_since = [c.ticket_id for c in claims], now - parts.policy.familiar_for
        found = threads.load(connection, ids, parts.model.version, known_since)
    parts.note_claim(now)
    return claims, found


def _read_all(
    claims: Sequence[Claim], found: dict[TicketId, Thread], parts: Deciding
) -> tuple[list[Read], list[Claim]]:
    """Read each thread; one that fails harms no other, and is counted and tried again."""
    read, failed = [], []
    for claim in claims:
        thread = found[claim.ticket_id]
        try:
            read.append(recording.read(claim, thread, _scorings(thread, parts), parts.by))
        except Exception:  # whatever a model does to one text
            log.exception("reading_failed", ticket_id=claim.ticket_id, attempts=claim.attempts)
            failed.append(claim)
    return read, failed


def _scorings(thread: Thread, parts: Deciding) -> dict[MessageId, Scoring]:
    """Return the scorings of the messages that count, oldest first, new ones made."""
    messages = recent(thread.ticket, parts.policy)
    return {
        message.id: thread.scorings.get(message.id)
        or parts.model.score(message.text, thread.language_hint)
        for message in messages
    }


def _commit(read: Sequence[Read], failed: Sequence[Claim], parts: Deciding) -> None:
    now = parts.clock()
    with parts.database.writing() as connection:
        # what failed is locked here too: later, whoever stores an answer might hold it already
        rows = work.still_ours(connection, [*(one.claim for one in read), *failed])
        ours = [one for one in read if one.claim.ticket_id in rows]
        made = recording.record(connection, ours, rows, parts.by, now)
        work.give_back(connection, failed, now)
        events.append(connection, EventKind.DECIDED, [it.ticket.id for it in made], now)
    for one in read:
        if one.claim.ticket_id not in rows:
            log.warning("lease_lost", ticket_id=one.claim.ticket_id)
