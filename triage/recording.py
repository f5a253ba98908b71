"""Recording: tickets that were read are routed, and what was decided is stored, in one transaction.

The one way a decision gets into the database, whoever makes it: a worker as tickets come, or a run
that scores them again. The caller holds the tickets' rows, and appends the event last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from triage.domain.agent import AgentId
from triage.domain.emotion import Scoring
from triage.domain.playbook import Playbook
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Reading, read_ticket
from triage.domain.routing import Decision, route
from triage.domain.team import Team
from triage.domain.ticket import MessageId, Mode, Status, Ticket, TicketId
from triage.receipt import Advice, advise, receipt
from triage.store import agents, decisions, threads, work
from triage.store.decisions import Assigned, NewDecision, Versions
from triage.store.threads import Thread
from triage.store.work import Claim, Outcome


@dataclass(frozen=True, slots=True)
class By:
    """By what decisions are made."""

    policy: Policy
    playbook: Playbook
    versions: Versions


@dataclass(frozen=True, slots=True)
class Read:
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


def read(claim: Claim, thread: Thread, scorings: dict[MessageId, Scoring], by: By) -> Read:
    """Return a thread as it reads; `scorings` are those of its recent messages, oldest first."""
    ticket = thread.ticket
    reading = read_ticket(ticket, list(scorings.values()), by.policy, thread.corrected)
    return Read(claim, thread, scorings, reading, advise(ticket, reading, by.playbook))


@dataclass(frozen=True, slots=True)
class Made:
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


def record(
    connection: Any,
    ours: Sequence[Read],
    rows: Mapping[TicketId, Any],
    by: By,
    now: datetime,
    why: str = "",
) -> list[Made]:
    """Route what was read, one after the other, and store it; `rows` are the tickets', locked.

    `why` stands before the reason for which somebody is given a ticket.
    """
    everybody = agents.all_agents(connection, by.policy, now, lock=True) if ours else []
    made, team = _route_all(ours, rows, Team.at(everybody, now), by)
    threads.save_scorings(connection, [new for one in ours for new in one.new_scorings], now)
    ids = decisions.record(connection, [one.record for one in made], by.versions, now)
    work.finish(connection, [one.outcome(ids) for one in made])
    given = [it.assigned for it in made if it.assigned]
    assigned = [replace(it, reason=why + it.reason) for it in given]
    decisions.assign(connection, assigned, now)
    holders = {one.agent_id for one in assigned}
    agents.assigned(connection, [it for it in team.everybody if it.id in holders], now)
    return made


def _route_all(
    ours: Sequence[Read], rows: Mapping[TicketId, Any], team: Team, by: By
) -> tuple[list[Made], Team]:
    """Route one after the other, so that each sees what the one before gave to whom."""
    made = []
    for one in ours:
        ticket = _as_it_stands(one.thread.ticket, rows[one.claim.ticket_id])
        decision = route(ticket, one.reading, team, by.policy)
        assigned = _assigned(ticket, decision)
        made.append(_made(one, ticket, decision, assigned, team, by))
        if assigned:
            team = team.given(assigned.agent_id, decision.charge.level, by.policy)
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
    one: Read, ticket: Ticket, decision: Decision, assigned: Assigned | None, team: Team, by: By
) -> Made:
    newest = max(message.id for message in ticket.customer_messages)
    result = receipt(ticket, one.reading, one.advice, decision, team)
    new = NewDecision(ticket.id, newest, one.claim.revision, result)
    weight = by.policy.emotional_weights[decision.charge.level]
    return Made(one.claim, ticket, new, decision, one.reading, assigned, weight)
