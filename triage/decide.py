"""Decide: claim by lease, load, score outside any transaction, then fence, route, record, announce.

Between the two short transactions a worker may die, freeze or be overtaken: then its lease ends,
somebody else decides, and its own commit finds the fence closed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from triage.domain.acknowledgement import Playbook
from triage.domain.agent import AgentId
from triage.domain.emotion import Scoring
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Reading, read_ticket, recent
from triage.domain.routing import Decision, route
from triage.domain.team import Team
from triage.domain.ticket import MessageId, Mode, Status, Ticket, TicketId
from triage.ports import Clock, Model
from triage.receipt import Advice, advise, receipt
from triage.store import agents, decisions, events, threads, work
from triage.store.database import Database
from triage.store.decisions import Assigned, NewDecision, Versions
from triage.store.events import EventKind
from triage.store.threads import Thread
from triage.store.work import Claim, Outcome

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
    while parts.clock() < until and _decide(parts, _claim_waiting):
        pass


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


@dataclass(frozen=True, slots=True)
class _Read:
    """A claim with its thread as read: all that needs no lock is done by now."""

    claim: Claim
    thread: Thread
    scorings: dict[MessageId, Scoring]  # what the model said, whatever people corrected
    reading: Reading
    advice: Advice

    @property
    def new_scorings(self) -> list[tuple[MessageId, Scoring]]:
        known = self.thread.scorings
        return [(number, one) for number, one in self.scorings.items() if number not in known]


def _read_all(
    claims: Sequence[Claim], found: dict[TicketId, Thread], parts: Deciding
) -> tuple[list[_Read], list[Claim]]:
    """Read each thread; one that fails harms no other, and is counted and tried again."""
    read, failed = [], []
    for claim in claims:
        thread = found[claim.ticket_id]
        try:
            read.append(_read(claim, thread, parts))
        except Exception:  # whatever a model does to one text
            log.exception("reading_failed", ticket_id=claim.ticket_id, attempts=claim.attempts)
            failed.append(claim)
    return read, failed


def _read(claim: Claim, thread: Thread, parts: Deciding) -> _Read:
    found = _scorings(thread, parts)
    scorings = list(found.values())
    reading = read_ticket(thread.ticket, scorings, parts.policy, thread.corrected)
    return _Read(claim, thread, found, reading, advise(thread.ticket, reading, parts.playbook))


def _scorings(thread: Thread, parts: Deciding) -> dict[MessageId, Scoring]:
    """Return the scorings of the messages that count, oldest first, new ones made."""
    messages = recent(thread.ticket, parts.policy)
    return {
        message.id: thread.scorings.get(message.id)
        or parts.model.score(message.text, thread.language_hint)
        for message in messages
    }


def _commit(read: Sequence[_Read], failed: Sequence[Claim], parts: Deciding) -> None:
    now = parts.clock()
    with parts.database.writing() as connection:
        # what failed is locked here too: later, whoever stores an answer might hold it already
        rows = work.still_ours(connection, [*(one.claim for one in read), *failed])
        ours = [one for one in read if one.claim.ticket_id in rows]
        everybody = agents.all_agents(connection, parts.policy, now, lock=True) if ours else []
        made, team = _route_all(ours, rows, Team.at(everybody, now), parts)
        threads.save_scorings(connection, [new for one in ours for new in one.new_scorings], now)
        ids = decisions.record(connection, [one.record for one in made], parts.versions, now)
        work.finish(connection, [one.outcome(ids) for one in made])
        assigned = [one.assigned for one in made if one.assigned]
        decisions.assign(connection, assigned, now)
        given = {one.agent_id for one in assigned}
        agents.assigned(connection, [it for it in team.everybody if it.id in given], now)
        work.give_back(connection, failed, now)
        events.append(connection, EventKind.DECIDED, [one.record.ticket_id for one in made], now)
    for one in read:
        if one.claim.ticket_id not in rows:
            log.warning("lease_lost", ticket_id=one.claim.ticket_id)


@dataclass(frozen=True, slots=True)
class _Made:
    """A decision with all that must be stored about it."""

    claim: Claim
    ticket: Ticket
    record: NewDecision
    decision: Decision
    reading: Reading
    assigned: Assigned | None
    weight: float

    @property
    def holder(self) -> AgentId | None:
        """Who holds the ticket from now on; a decision changes it where Triage may assign."""
        assigns = self.decision.mode is Mode.ASSIGN
        return self.decision.agent if assigns else self.ticket.assignee

    def outcome(self, ids: dict[TicketId, int]) -> Outcome:
        return Outcome(
            self.claim,
            {
                "decision_id": ids[self.claim.ticket_id],
                "lane": self.decision.lane,
                "level": self.decision.charge.level,
                "language": self.reading.language,
                "reading": self.reading.state,
                "feeling": self.record.result["feeling"],
                "situation": self.record.result["card"]["rule"],
                "flags": self.reading.flags,
                "weight": self.weight,
                "respond_by": self.decision.respond_by,
                "assignee_id": self.holder,
                "harsh": self.decision.harsh,
            },
        )


def _route_all(
    ours: Sequence[_Read], rows: dict[TicketId, Any], team: Team, parts: Deciding
) -> tuple[list[_Made], Team]:
    """Route one after the other, so that each sees what the one before gave to whom."""
    made = []
    for one in ours:
        ticket = _as_it_stands(one.thread.ticket, rows[one.claim.ticket_id])
        decision = route(ticket, one.reading, team, parts.policy)
        assigned = _assigned(ticket, decision)
        made.append(_made(one, ticket, decision, assigned, team, parts))
        if assigned:
            team = team.given(assigned.agent_id, decision.charge.level, parts.policy)
    return made, team


def _as_it_stands(ticket: Ticket, row: Any) -> Ticket:
    """Return the ticket with what may have changed while it was scored."""
    return replace(
        ticket,
        status=Status(row.status),
        waiting_since=row.waiting_since,
        assignee=AgentId(row.assignee_id) if row.assignee_id else None,
        pinned=row.pinned,
        declined=frozenset(map(AgentId, row.declined)),
        lane=Lane(row.chosen_lane) if row.chosen_lane else None,
        hand_overs=row.hand_overs,
    )


def _assigned(ticket: Ticket, decision: Decision) -> Assigned | None:
    if decision.mode is not Mode.ASSIGN:
        return None
    if decision.agent is None or decision.agent == ticket.assignee:
        return None
    return Assigned(ticket.id, decision.agent, decision.reasons[-1].text)


def _made(
    one: _Read,
    ticket: Ticket,
    decision: Decision,
    assigned: Assigned | None,
    team: Team,
    parts: Deciding,
) -> _Made:
    newest = max(message.id for message in ticket.customer_messages)
    record = NewDecision(
        ticket.id,
        newest,
        one.claim.revision,
        receipt(ticket, one.reading, one.advice, decision, team),
    )
    weight = parts.policy.emotional_weights[decision.charge.level]
    return _Made(one.claim, ticket, record, decision, one.reading, assigned, weight)
