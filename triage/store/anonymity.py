"""Making tickets anonymous: what trends count stays, every word and every name goes.

The helpdesk's own number of the ticket goes too, as it leads to the customer; in its place stands
one that says what was done. A customer who writes again opens a new ticket here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    bindparam,
    cast,
    delete,
    literal,
    select,
    update,
)

from triage.domain.keeping import without_words
from triage.domain.ticket import TicketId
from triage.store.tables import alert, correction, decision, follow_up, message, note, ticket

MARK = "anonymised "
NO_WORDS = "anonymised"


def is_anonymous(external_id: str, ticket_id: int) -> bool:
    """Return whether a ticket with this external id was made anonymous."""
    return external_id == f"{MARK}{ticket_id}"


def anonymise(connection: Connection, ids: Collection[TicketId]) -> Counter[str]:
    """Take words and names from these tickets; return how many rows of each table changed."""
    if not ids:
        return Counter()
    mine = decision.c.ticket_id.in_(ids)
    receipts = connection.execute(select(decision.c.id, decision.c.result).where(mine)).all()
    if receipts:
        connection.execute(
            update(decision)
            .where(decision.c.id == bindparam("receipt"))
            .values(result=bindparam("kept")),
            [{"receipt": row.id, "kept": without_words(row.result)} for row in receipts],
        )
    changed = Counter({"decision": len(receipts)})
    for table, values in _EMPTIED:
        column = table.c.id if table is ticket else table.c.ticket_id
        change = update(table).where(column.in_(ids)).values(values)
        changed[table.name] += connection.execute(change).rowcount
    mine = note.c.ticket_id.in_(ids)
    changed[note.name] += connection.execute(delete(note).where(mine)).rowcount
    return changed


def _marked(number: Column[int]) -> ColumnElement[str]:
    return literal(MARK).concat(cast(number, String))


#: What is written over words and names.
_EMPTIED: tuple[tuple[Table, dict[str, Any]], ...] = (
    (message, {"text": "", "external_id": _marked(message.c.id)}),
    (correction, {"why": ""}),
    (follow_up, {"text": NO_WORDS}),
    (alert, {"text": NO_WORDS}),
    (
        ticket,
        {
            "subject": "",
            "customer_id": None,
            "customer_name": None,
            "external_id": _marked(ticket.c.id),
        },
    ),
)
