"""What people decided about a ticket, on its row: written under its lock, bound to its revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.ticket import Author, MessageId, TicketId
from triage.store.corrections import What, labels_of
from triage.store.tables import decision, message, ticket


def lock(connection: Connection, ticket_id: TicketId) -> Any:
    """Lock and return the ticket's row; None where there is no such ticket."""
    return connection.execute(
        select(ticket).where(ticket.c.id == ticket_id).with_for_update()
    ).first()


def hand_to(connection: Connection, row: Any, agent_id: AgentId | None) -> None:
    """Give the ticket to an agent for good, or to nobody."""
    _set(
        connection,
        row,
        assignee_id=agent_id,
        pinned=agent_id is not None,
        declined=[it for it in row.declined if it != agent_id],
    )


def put_back(connection: Connection, row: Any, agent_id: AgentId | None, *, pinned: bool) -> None:
    """Let an agent hold the ticket as before somebody gave it to another."""
    _set(connection, row, assignee_id=agent_id, pinned=pinned)


def put_off(connection: Connection, row: Any, until: datetime | None) -> None:
    """Let the page show the ticket from then on only."""
    _set(connection, row, snoozed_until=until)


def choose_lane(connection: Connection, row: Any, lane: Lane | None) -> None:
    """Let a person's lane hold, or what the words say."""
    _set(connection, row, chosen_lane=lane)


def decline(connection: Connection, row: Any, agent_id: AgentId) -> None:
    """Take the ticket from an agent and do not ask them again."""
    declined = sorted({*row.declined, agent_id})
    _set(connection, row, assignee_id=None, pinned=False, declined=declined)


def decide_again(connection: Connection, row: Any, now: datetime) -> None:
    """Have the ticket decided with what changed; a ticket that was given up gets its tries back.

    One that no customer wrote in has nothing to decide by.
    """
    due = {"state": "due", "wake_at": now, "attempts": 0} if _is_written(connection, row) else {}
    _set(connection, row, revision=ticket.c.revision + 1, **due)


def labels_in_force(
    connection: Connection, row: Any, message_id: MessageId
) -> dict[What, Any] | None:
    """Return what holds of a customer's message: corrected before, or as the last decision read it;
    None where it is not a customer's message of this ticket.
    """
    mine = (
        (message.c.id == message_id)
        & (message.c.ticket_id == row.id)
        & (message.c.author == Author.CUSTOMER)
    )
    if connection.execute(select(message.c.id).where(mine)).first() is None:
        return None
    read = select(decision.c.result).where(decision.c.id == row.decision_id)
    result = connection.execute(read).scalar() or {}
    before = labels_of(connection, [TicketId(row.id)])[row.id].get(message_id)
    flags = [it["flag"] for it in result.get("flags", ()) if it["message_id"] == message_id]
    alone = result.get("inputs", {}).get("messages") == [message_id]
    whole = result if alone else {}  # level and feeling of a thread are no message's
    level = before.level if before else None
    felt = before.emotion if before else None
    said = felt is not None or (before is not None and before.calm)  # that nothing is felt, too
    return {
        What.LEVEL: whole.get("level") if level is None else level,
        What.EMOTION: felt if said else whole.get("feeling"),
        What.FLAGS: sorted(before.flags) if before and before.flags is not None else flags,
    }


def _is_written(connection: Connection, row: Any) -> bool:
    wrote = (message.c.ticket_id == row.id) & (message.c.author == Author.CUSTOMER)
    return connection.execute(select(message.c.id).where(wrote).limit(1)).first() is not None


def _set(connection: Connection, row: Any, **values: Any) -> None:
    connection.execute(update(ticket).where(ticket.c.id == row.id).values(values))
