"""What is held of one customer: their tickets, all that hangs on these, and letters that name them.

A customer is known by what the helpdesk sends: its number for them, or their e-mail address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from triage.domain.ticket import Status, TicketId
from triage.errors import UnknownSource
from triage.store.purge import parts
from triage.store.tables import dead_letter, source, ticket

SHORTEST_NAMED = 5  # characters of a number that is looked for in letters: shorter ones are in all
LETTERS_READ = 100  # at once
#: Of colleagues, and of the work behind a decision: no data about the customer.
WITHHELD = frozenset(
    {"by", "seen_by", "agent_id", "assignee_id", "declined", "lease", "lease_until", "wake_at"}
)
WITHHELD_OF_RECEIPT = frozenset({"agent", "suggested"})
WITHHELD_OF_INPUTS = frozenset({"agents", "held_by", "declined", "familiar", "familiar_at"})


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer of one source, and the numbers of what is held of them."""

    source_id: int
    closed: tuple[TicketId, ...]
    open: tuple[TicketId, ...]
    letters: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.closed or self.open or self.letters)


def find(connection: Connection, source_name: str, customer: str) -> Customer:
    """Return what is held of a customer, by number. Raises UnknownSource."""
    found = select(source.c.id).where(source.c.name == source_name)
    if (source_id := connection.execute(found).scalar()) is None:
        raise UnknownSource(f"there is no source named {source_name!r}")
    mine = (ticket.c.source_id == source_id) & _is(customer)
    rows = connection.execute(select(ticket.c.id, ticket.c.status).where(mine)).all()
    return Customer(
        source_id,
        closed=tuple(TicketId(it.id) for it in rows if it.status == Status.CLOSED),
        open=tuple(TicketId(it.id) for it in rows if it.status != Status.CLOSED),
        letters=tuple(_letters_naming(connection, source_id, customer)),
    )


def held(connection: Connection, ids: Collection[TicketId]) -> list[dict[str, Any]]:
    """Return all that is held of these tickets, a list of rows for each table."""
    return [
        {
            str(table.name): [
                _disclosed(row) for row in connection.execute(select(table).where(mine)).mappings()
            ]
            for table, mine in parts([one])
        }
        for one in ids
    ]


def letters(connection: Connection, ids: Collection[int]) -> list[dict[str, Any]]:
    """Return these dead letters as they came."""
    query = select(dead_letter.c.received_at, dead_letter.c.body).where(dead_letter.c.id.in_(ids))
    return [
        {"received_at": row.received_at, "body": row.body.decode(errors="replace")}
        for row in connection.execute(query)
    ]


def close(connection: Connection, ids: Collection[TicketId], now: datetime) -> list[TicketId]:
    """Take these tickets from the desk, whoever works on them; return those that stood there."""
    mine = ticket.c.id.in_(ids) & (ticket.c.status != Status.CLOSED)
    held = select(ticket.c.id).where(mine).order_by(ticket.c.id).with_for_update()
    waiting = [TicketId(it) for it in connection.execute(held).scalars()]
    values = {"status": Status.CLOSED, "state": "done", "lease": None, "released_at": now}
    connection.execute(update(ticket).where(ticket.c.id.in_(waiting)).values(values))
    return waiting


def still_closed(connection: Connection, ids: Collection[TicketId]) -> list[TicketId]:
    """Lock those of the tickets in which nobody wrote meanwhile, and return them."""
    mine = ticket.c.id.in_(ids) & (ticket.c.status == Status.CLOSED)
    query = select(ticket.c.id).where(mine).order_by(ticket.c.id).with_for_update()
    return [TicketId(it) for it in connection.execute(query).scalars()]


def delete_letters(connection: Connection, ids: Collection[int]) -> int:
    """Delete these dead letters; return how many there were."""
    return connection.execute(delete(dead_letter).where(dead_letter.c.id.in_(ids))).rowcount


def _is(customer: str) -> ColumnElement[bool]:
    if "@" not in customer:
        return ticket.c.customer_id == customer
    address = customer.lower()  # some helpdesks send it as the customer's number, or as their name
    columns = (ticket.c.customer_id, ticket.c.customer_name)
    return or_(*(func.lower(column) == address for column in columns))


def _letters_naming(connection: Connection, source_id: int, customer: str) -> list[int]:
    if len(customer) < SHORTEST_NAMED:
        return []
    named = re.compile(rf"(?<!\w){re.escape(customer)}(?!\w)".encode(), re.IGNORECASE)
    found: list[int] = []
    after = 0
    while rows := _letters_after(connection, source_id, after):
        found += [row.id for row in rows if named.search(row.body)]
        after = rows[-1].id
    return found


def _letters_after(connection: Connection, source_id: int, after: int) -> Sequence[Any]:
    query = select(dead_letter.c.id, dead_letter.c.body)
    mine = (dead_letter.c.source_id == source_id) & (dead_letter.c.id > after)
    return connection.execute(
        query.where(mine).order_by(dead_letter.c.id).limit(LETTERS_READ)
    ).all()


def _disclosed(row: Mapping[Any, Any]) -> dict[str, Any]:
    kept = {str(name): value for name, value in row.items() if name not in WITHHELD}
    if isinstance(kept.get("result"), dict) and "inputs" in kept["result"]:
        kept["result"] = _receipt(kept["result"])
    if kept.get("what") == "agent":
        kept |= {"was": None, "now": None}
    kept.pop("reason", None)  # why a colleague was chosen: their load, not the customer
    return kept


def _receipt(receipt: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: it for name, it in receipt.items() if name not in WITHHELD_OF_RECEIPT}
    inputs = {it: value for it, value in receipt["inputs"].items() if it not in WITHHELD_OF_INPUTS}
    reasons = [it for it in receipt.get("reasons", ()) if it.get("about") != "person"]
    return kept | {"inputs": inputs, "reasons": reasons}
