"""The tables of what helpdesks are told: what is wanted of each ticket, what was written, by whom.

One row a ticket in `outbox`: whatever is decided meanwhile, only the newest is written.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from triage.store.tables import UtcDateTime, metadata, row_id


def _of(table: str, *, primary_key: bool = False) -> Column[int]:
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{table}_id", target, primary_key=primary_key, nullable=False)


outbox = Table(
    "outbox",
    metadata,
    _of("ticket", primary_key=True),
    _of("source"),
    Column("state", String(8), nullable=False),  # due, done or dead
    Column("revision", Integer, nullable=False, default=1),  # counts what was wanted
    Column("wake_at", UtcDateTime, nullable=False),  # not before
    Column("attempts", Integer, nullable=False, default=0),
    Column("failure", Text, nullable=True),
    Column("sending", String(12), nullable=True),  # the key of a note that may be on its way
    Column("written", JSON, nullable=False, default=dict),  # what stands there of ours
)
_DUE = text("state = 'due'")
Index(
    "ix_outbox_due",
    outbox.c.source_id,
    outbox.c.wake_at,
    postgresql_where=_DUE,
    sqlite_where=_DUE,
)
_DEAD = text("state = 'dead'")
Index(
    "ix_outbox_dead",
    outbox.c.source_id,
    outbox.c.wake_at,
    postgresql_where=_DEAD,
    sqlite_where=_DEAD,
)

writer = Table(  # one a helpdesk at a time, so that its limits are kept exactly
    "writer",
    metadata,
    _of("source", primary_key=True),
    Column("lease", String(32), nullable=True),
    Column("lease_until", UtcDateTime, nullable=True),
    Column("wrote_at", UtcDateTime, nullable=True),
    Column("failed_at", UtcDateTime, nullable=True),
    Column("failure", Text, nullable=True),
)

writing = Table(  # what was done at the helpdesk, or left alone, and why
    "writing",
    metadata,
    row_id(),
    _of("ticket"),
    Column("outcome", String(8), nullable=False),  # written, left or failed
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_writing_ticket", writing.c.ticket_id, writing.c.at)

agent_account = Table(  # what a helpdesk calls our agents
    "agent_account",
    metadata,
    _of("source", primary_key=True),
    _of("agent", primary_key=True),
    Column("known_as", String(200), nullable=True),  # None: it knows no such agent
    Column("found_at", UtcDateTime, nullable=False),
)
