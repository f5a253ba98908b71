"""The tables of calls to helpdesks: how to reach them, how fast, and what was read of them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from triage.store.tables import UtcDateTime, metadata


def _of_source() -> Column[int]:
    return Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)


account = Table(
    "account",
    metadata,
    _of_source(),
    Column("address", String(500), nullable=False),  # below which all calls of this source go
    Column("credentials", Text, nullable=False),  # a JSON object, encrypted
    Column("connected_at", UtcDateTime, nullable=False),
    Column("own", String(200), nullable=True),  # who we are there; empty: it does not tell
    # the circuit breaker
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("opened_at", UtcDateTime, nullable=True),
)

call_limit = Table(
    "call_limit",
    metadata,
    _of_source(),
    Column("name", String(32), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("per", Float, nullable=False),  # s
    Column("free_at", UtcDateTime, nullable=False),  # when the next call would go
    Column("closed_until", UtcDateTime, nullable=False),  # as the helpdesk asked
)

pull = Table(
    "pull",
    metadata,
    _of_source(),
    Column("purpose", String(16), primary_key=True),  # backlog or reconcile
    Column("since", UtcDateTime, nullable=False),
    Column("closed", Boolean, nullable=False, default=False),  # closed tickets, too
    Column("cursor", JSON, nullable=True),  # of the next page; None: nothing is under way
    Column("counts", JSON, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),  # the last time that all was read
    Column("known_until", UtcDateTime, nullable=True),  # changes before then were read
    Column("failed_at", UtcDateTime, nullable=True),
    Column("failure", Text, nullable=True),
    Column("lease", String(32), nullable=True),
    Column("lease_until", UtcDateTime, nullable=True),
)

pulled_ticket = Table(
    "pulled_ticket",
    metadata,
    Column("ticket_id", ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True),
    Column("updated_at", UtcDateTime, nullable=False),  # the helpdesk's, when it was read whole
)
