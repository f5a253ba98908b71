"""Decisions (receipts, never changed) and assignments (decisions carried out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, tuple_, update

from triage.domain.agent import AgentId
from triage.domain.ticket import MessageId, TicketId
from triage.store.database import insert_new
from triage.store.tables import agent, assignment, decision, ticket


@dataclass(frozen=True, slots=True)
class Versions:
    """By what a decision was made: with the same versions and inputs it comes out the same."""

    model: str
    policy: str
    playbook: str


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to record: on which ticket, after which message, at which revision of the ticket,
    with which result.
    """

    ticket_id: TicketId
    message_id: MessageId
    revision: int
    result: dict[str, Any]


def record(
    connection: Connection, new: Sequence[NewDecision], versions: Versions, now: datetime
) -> dict[TicketId, int]:
    """Store receipts and return their ids by ticket; one that is there already stays as it is."""
    if not new:
        return {}
    by = {
        "model_version": versions.model,
        "policy_version": versions.policy,
        "playbook_version": versions.playbook,
    }
    rows = [
        {
            "ticket_id": n.ticket_id,
            "message_id": n.message_id,
            "revision": n.revision,
            "result": n.result,
            "decided_at": now,
        }
        for n in new
    ]
    connection.execute(insert_new(connection, decision), [row | by for row in rows])
    same_versions = [decision.c[name] == version for name, version in by.items()]
    of_these = tuple_(decision.c.ticket_id, decision.c.message_id, decision.c.revision).in_(
        [(n.ticket_id, n.message_id, n.revision) for n in new]
    )
    found = select(decision.c.ticket_id, decision.c.id).where(of_these, *same_versions)
    return {TicketId(row.ticket_id): row.id for row in connection.execute(found)}


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who was given a ticket, and why."""

    ticket_id: TicketId
    agent_id: AgentId
    reason: str


def assign(connection: Connection, assigned: Sequence[Assigned], now: datetime) -> None:
    """Note who was given which ticket, and count where it went from one agent to another."""
    last = _last_holders(connection, [a.ticket_id for a in assigned])
    rows = [
        {"ticket_id": a.ticket_id, "agent_id": a.agent_id, "reason": a.reason, "assigned_at": now}
        for a in assigned
    ]
    if rows:
        connection.execute(insert(assignment), rows)
    moved = [a.ticket_id for a in assigned if last.get(a.ticket_id, a.agent_id) != a.agent_id]
    if moved:
        handed_over = update(ticket).where(ticket.c.id.in_(moved))
        connection.execute(handed_over.values(hand_overs=ticket.c.hand_overs + 1))


def _last_holders(connection: Connection, ids: Sequence[TicketId]) -> dict[int, int]:
    """Return by ticket who was given it last."""
    if not ids:
        return {}
    newest = select(func.max(assignment.c.id)).where(assignment.c.ticket_id.in_(ids))
    of_each = newest.group_by(assignment.c.ticket_id)
    query = select(assignment.c.ticket_id, assignment.c.agent_id)
    rows = connection.execute(query.where(assignment.c.id.in_(of_each)))
    return {row.ticket_id: row.agent_id for row in rows}


def card(connection: Connection, decision_id: int | None) -> dict[str, Any] | None:
    """Return the card of a decision."""
    mine = select(decision.c.result).where(decision.c.id == decision_id)
    found = connection.execute(mine).scalar() if decision_id is not None else None
    return found["card"] if found else None


def of_ticket(connection: Connection, ticket_id: TicketId) -> list[Any]:
    """Return the receipts of a ticket, newest first."""
    query = select(decision).where(decision.c.ticket_id == ticket_id)
    return list(connection.execute(query.order_by(decision.c.id.desc())))


def assignments_of(connection: Connection, ticket_id: TicketId) -> list[Any]:
    """Return who was given a ticket when and why, newest first."""
    query = select(assignment, agent.c.name).join(agent)
    mine = query.where(assignment.c.ticket_id == ticket_id)
    return list(connection.execute(mine.order_by(assignment.c.id.desc())))
