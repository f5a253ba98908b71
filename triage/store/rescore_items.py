"""What came of each ticket of a run: as it was, as it would be, and what was done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, tuple_, update

from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.rescoring import ItemState, Move, Side
from triage.domain.ticket import Status, TicketId
from triage.store.database import insert_new
from triage.store.rescore_tables import item
from triage.store.tables import message, source, ticket

#: The columns of a ticket that a decision writes, and which taking it back puts back.
DECIDED = (
    "decision_id",
    "lane",
    "level",
    "language",
    "reading",
    "feeling",
    "situation",
    "flags",
    "weight",
    "respond_by",
    "assignee_id",
    "harsh",
    "hand_overs",
)

#: What routing asks of a ticket, besides what it would be.
ROUTED = (
    ticket.c.id,
    ticket.c.source_id,
    ticket.c.customer_id,
    ticket.c.status,
    ticket.c.tags,
    ticket.c.waiting_since,
    ticket.c.assignee_id,
    ticket.c.pinned,
    ticket.c.declined,
    ticket.c.weight,
)


def rows_of(connection: Connection, ids: Collection[TicketId]) -> dict[TicketId, Any]:
    """Return these tickets' rows, in the order given; of one that was deleted, none."""
    found = {it.id: it for it in connection.execute(select(ticket).where(ticket.c.id.in_(ids)))}
    return {it: found[it] for it in ids if it in found}


def found(
    run_id: int, row: Any, after: dict[str, Any], evidence: list[Any], *, waits: bool
) -> dict[str, Any]:
    """Return the item of a ticket that would be decided so; whoever holds it keeps it so far."""
    before = {name: getattr(row, name) for name in after} | {"flags": sorted(row.flags)}
    return _item(run_id, row) | {
        "waits": waits,
        "state": ItemState.SAME if before == after else ItemState.PENDING,
        "new_lane": after["lane"],
        "new_level": after["level"],
        "new_respond_by": after["respond_by"],
        "new_language": after["language"],
        "evidence": evidence,
    }


def failed(run_id: int, row: Any) -> dict[str, Any]:
    """Return the item of a ticket that cannot be read: it stays as it is."""
    return _item(run_id, row) | {
        "waits": row.status == Status.WAITING,
        "state": ItemState.FAILED,
        "new_lane": row.lane,
        "new_level": row.level,
        "new_respond_by": row.respond_by,
        "new_language": row.language,
        "evidence": [],
    }


def _item(run_id: int, row: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "ticket_id": row.id,
        "revision": row.revision,
        "decision_id": row.decision_id,
        "lane": row.lane,
        "level": row.level,
        "respond_by": row.respond_by,
        "agent_id": row.assignee_id,
        "new_agent_id": row.assignee_id,
    }


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Store what came of tickets; one that is there already stays as it is."""
    if rows:
        connection.execute(insert_new(connection, item), rows)


def known(connection: Connection, run_id: int, ids: Collection[TicketId]) -> set[TicketId]:
    """Return which of these tickets the run has read already."""
    mine = select(item.c.ticket_id).where(item.c.run_id == run_id, item.c.ticket_id.in_(ids))
    return {TicketId(it) for it in connection.execute(mine).scalars()}


def by_urgency(connection: Connection, run_id: int, after: Any, limit: int) -> list[Any]:
    """Return the next items after an earlier one, with what routing asks of their tickets as they
    are now, the earliest new deadline first.
    """
    place = (item.c.new_respond_by, item.c.ticket_id)
    joined = item.join(ticket, ticket.c.id == item.c.ticket_id).join(source)
    query = select(item, *ROUTED, source.c.mode).select_from(joined)
    query = query.where(item.c.run_id == run_id, item.c.state != ItemState.FAILED)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(after.new_respond_by, after.ticket_id))
    return list(connection.execute(query.order_by(*place).limit(limit)))


def place(connection: Connection, run_id: int, holders: dict[TicketId, AgentId | None]) -> None:
    """Note who would hold tickets that would move: these are to be applied, too."""
    mine = (item.c.run_id == run_id) & (item.c.ticket_id == bindparam("of_ticket"))
    moved = (
        update(item)
        .where(mine)
        .values(
            new_agent_id=bindparam("holder"),
            state=case((item.c.state == ItemState.SAME, ItemState.PENDING), else_=item.c.state),
        )
    )
    if holders:
        rows = [{"of_ticket": it, "holder": holder} for it, holder in holders.items()]
        connection.execute(moved, rows)


def next_in(
    connection: Connection, run_id: int, state: ItemState, limit: int
) -> dict[TicketId, Any]:
    """Return the most urgent items in a state, by ticket."""
    mine = (item.c.run_id == run_id) & (item.c.state == state)
    query = select(item).where(mine).order_by(item.c.new_respond_by, item.c.ticket_id)
    return {TicketId(row.ticket_id): row for row in connection.execute(query.limit(limit))}


def lock(
    connection: Connection, run_id: int, ids: Collection[TicketId], state: ItemState
) -> tuple[dict[TicketId, Any], dict[TicketId, Any]]:
    """Lock these tickets, and return their rows and those items that are still in a state."""
    tickets = select(ticket).where(ticket.c.id.in_(ids)).order_by(ticket.c.id)
    rows = {TicketId(it.id): it for it in connection.execute(tickets.with_for_update())}
    mine = (item.c.run_id == run_id) & item.c.ticket_id.in_(ids) & (item.c.state == state)
    still = {TicketId(it.ticket_id): it for it in connection.execute(select(item).where(mine))}
    return rows, still


def mark(connection: Connection, run_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Change items, each `{"ticket_id": …}` with its new values: the same columns in all."""
    if not rows:
        return
    names = rows[0].keys() - {"ticket_id"}
    mine = (item.c.run_id == run_id) & (item.c.ticket_id == bindparam("of_ticket"))
    change = update(item).where(mine).values({it: bindparam(f"new_{it}") for it in names})
    connection.execute(
        change,
        [{"of_ticket": it["ticket_id"]} | {f"new_{n}": it[n] for n in names} for it in rows],
    )


def with_tickets(connection: Connection, run_id: int, ids: Sequence[TicketId]) -> list[Any]:
    """Return these items with what a reader needs of their tickets, in the order given."""
    columns = (ticket.c.external_id, ticket.c.subject, ticket.c.language)
    query = select(item, *columns).join(ticket, ticket.c.id == item.c.ticket_id)
    mine = query.where(item.c.run_id == run_id, item.c.ticket_id.in_(ids))
    found = {it.ticket_id: it for it in connection.execute(mine)} if ids else {}
    return [found[it] for it in ids if it in found]


def words_of(connection: Connection, evidence: Sequence[list[int]]) -> dict[int, str]:
    """Return by message the texts in which evidence stands."""
    numbers = [it[0] for it in evidence if it]
    query = select(message.c.id, message.c.text).where(message.c.id.in_(numbers))
    return {row.id: row.text for row in connection.execute(query)} if numbers else {}


def in_states(
    connection: Connection, run_id: int, states: Sequence[ItemState], limit: int
) -> list[Any]:
    """Return some items in these states with their tickets' numbers at the helpdesk."""
    query = select(item, ticket.c.external_id).join(ticket, ticket.c.id == item.c.ticket_id)
    mine = query.where(item.c.run_id == run_id, item.c.state.in_(states))
    return list(connection.execute(mine.order_by(item.c.ticket_id).limit(limit)))


def keep_due(connection: Connection, dues: Mapping[TicketId, datetime]) -> None:
    """Let tickets that wait no longer keep by when they had to be answered."""
    mine = update(ticket).where(ticket.c.id == bindparam("of_ticket"))
    rows = [{"of_ticket": it, "due": due} for it, due in dues.items()]
    if rows:
        connection.execute(mine.values(respond_by=bindparam("due")), rows)


def decisions_of(connection: Connection, ids: Collection[TicketId]) -> dict[TicketId, int]:
    """Return by ticket which decision is in force."""
    query = select(ticket.c.id, ticket.c.decision_id).where(ticket.c.id.in_(ids))
    return {TicketId(row.id): row.decision_id for row in connection.execute(query)}


def as_kept(row: Any) -> dict[str, Any]:
    """Return what a ticket's row says that a decision writes, as JSON values."""
    return {
        name: it.isoformat() if isinstance(it := getattr(row, name), datetime) else it
        for name in (*DECIDED, "status")
    }


def put_back(connection: Connection, ticket_id: TicketId, was: dict[str, Any]) -> None:
    """Let a ticket be decided as it was before; what somebody saw of it until now has changed."""
    values = {name: was[name] for name in DECIDED}
    values["respond_by"] = datetime.fromisoformat(was["respond_by"])
    mine = update(ticket).where(ticket.c.id == ticket_id)
    connection.execute(mine.values(values | {"revision": ticket.c.revision + 1}))


def move_of(row: Any) -> Move:
    """Return an item as the rules compare it."""
    before = Side(Lane(row.lane), row.level, row.respond_by, _agent(row.agent_id))
    after = Side(Lane(row.new_lane), row.new_level, row.new_respond_by, _agent(row.new_agent_id))
    return Move(TicketId(row.ticket_id), before, after, row.waits)


def _agent(number: int | None) -> AgentId | None:
    return AgentId(number) if number is not None else None
