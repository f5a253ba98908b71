"""Everything there is about one ticket, and what an operator should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from triage.domain.ticket import TicketId
from triage.errors import UnknownTicket
from triage.store import corrections, decisions, desk, follow_ups, notes, outbox
from triage.store.tables import dead_letter, message, scoring, source


@dataclass(frozen=True, slots=True)
class Inspected:
    """A ticket's row, its thread (oldest first) and what was made of it (newest first)."""

    row: Any
    messages: list[dict[str, Any]]
    scorings: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    told: list[dict[str, Any]]


def ticket(connection: Connection, ticket_id: TicketId) -> Inspected:
    """Return all about a ticket. Raises UnknownTicket."""
    row = next(iter(desk.rows_of(connection, [ticket_id])), None)
    if row is None:
        raise UnknownTicket(f"there is no ticket {ticket_id}")
    return Inspected(
        row=row,
        messages=_messages(connection, ticket_id),
        scorings=_scorings(connection, ticket_id),
        decisions=[_receipt(one) for one in decisions.of_ticket(connection, ticket_id)],
        assignments=[
            {"agent": one.name, "reason": one.reason, "at": one.assigned_at}
            for one in decisions.assignments_of(connection, ticket_id)
        ],
        promises=[
            {"text": it.text, "due_at": it.due_at, "kept_at": it.kept_at, "missed_at": it.missed_at}
            for it in follow_ups.of_ticket(connection, ticket_id)
        ],
        corrections=[
            {
                "message_id": it.message_id,
                "what": it.what,
                "was": it.was,
                "now": it.now,
                "by": it.by,
                "why": it.why,
                "at": it.corrected_at,
                "undone_at": it.undone_at,
            }
            for it in corrections.of_ticket(connection, ticket_id)
        ],
        notes=[
            {"id": it.id, "text": it.text, "by": it.by, "at": it.written_at}
            for it in notes.of_ticket(connection, ticket_id)
        ],
        told=[
            {"outcome": it.outcome, "text": it.text, "at": it.at}
            for it in outbox.of_ticket(connection, ticket_id)
        ],
    )


def newest_message(connection: Connection, ticket_id: TicketId) -> Any:
    """Return who wrote a ticket's newest message, and when it came; None where there is none."""
    mine = select(message.c.author, message.c.received_at).where(message.c.ticket_id == ticket_id)
    return connection.execute(mine.order_by(message.c.id.desc()).limit(1)).first()


def dead_letters(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the newest dead letters, with the start of their bodies."""
    query = select(dead_letter, source.c.name).join(source).order_by(dead_letter.c.id.desc())
    return [
        {
            "id": row.id,
            "source": row.name,
            "delivery_key": row.key,
            "received_at": row.received_at,
            "reason": row.reason,
            "body": row.body[:BODY_SHOWN].decode(errors="replace"),
        }
        for row in connection.execute(query.limit(limit))
    ]


BODY_SHOWN = 2_000  # bytes


def _messages(connection: Connection, ticket_id: TicketId) -> list[dict[str, Any]]:
    mine = select(message).where(message.c.ticket_id == ticket_id)
    rows = connection.execute(mine.order_by(message.c.sent_at, message.c.id))
    return [
        {"id": row.id, "author": row.author, "text": row.text, "sent_at": row.sent_at}
        for row in rows
    ]


def _scorings(connection: Connection, ticket_id: TicketId) -> list[dict[str, Any]]:
    query = select(scoring).join(message).where(message.c.ticket_id == ticket_id)
    rows = connection.execute(query.order_by(scoring.c.message_id, scoring.c.scored_at))
    return [
        {"message_id": row.message_id, "model": row.model_version, "at": row.scored_at} | row.result
        for row in rows
    ]


def _receipt(row: Any) -> dict[str, Any]:
    versions = {
        "model": row.model_version,
        "policy": row.policy_version,
        "playbook": row.playbook_version,
    }
    about = {"id": row.id, "message_id": row.message_id, "at": row.decided_at, "versions": versions}
    result: dict[str, Any] = row.result
    return about | result
