"""The tables of runs that score tickets again: a run, its chunks of work, and what came of each."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from triage.store.tables import UtcDateTime, metadata, row_id

run = Table(
    "rescore_run",
    metadata,
    row_id(),
    Column("asked", String(500), nullable=False),  # which tickets, in the words of who asked
    Column("tickets", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),  # of tickets; one more compares
    # by what: the files' own text, as a worker may run elsewhere and later; None: what ships
    Column("model_folder", String(500), nullable=True),
    Column("model_version", String(64), nullable=True),  # None: no worker has begun
    Column("policy_version", String(64), nullable=False),
    Column("policy_text", Text, nullable=True),
    Column("playbook_version", String(64), nullable=False),
    Column("playbook_text", Text, nullable=True),
    Column("state", String(16), nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("applies", Boolean, nullable=False, default=False),  # by itself, once it is compared
    Column("rate", Float, nullable=False),  # tickets applied a second
    Column("trouble", Text, nullable=False, default=""),  # why it stands still, a sentence
    Column("compared", JSON, nullable=True),
    Column("by", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("scored_at", UtcDateTime, nullable=True),
    Column("stepped_at", UtcDateTime, nullable=True),  # when some were applied last
    Column("ended_at", UtcDateTime, nullable=True),
    Column("called", Integer, nullable=False, default=0),  # threads asked for that have not come
    Column("called_at", UtcDateTime, nullable=True),  # when one was asked for, or came
)

chunk = Table(
    "rescore_chunk",
    metadata,
    Column("run_id", ForeignKey("rescore_run.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tickets", JSON, nullable=False),  # their ids; none: this one compares
    Column("state", String(8), nullable=False, default="due"),  # done or parked, in the end
    Column("lease", String(32), nullable=True),
    Column("lease_until", UtcDateTime, nullable=True),
    Column("attempts", Integer, nullable=False, default=0),
)

item = Table(
    "rescore_item",
    metadata,
    Column("run_id", ForeignKey("rescore_run.id"), primary_key=True),
    Column("ticket_id", ForeignKey("ticket.id"), primary_key=True),
    Column("revision", Integer, nullable=False),  # of the ticket that was scored
    Column("decision_id", BigInteger, nullable=True),  # then in force
    Column("waits", Boolean, nullable=False),  # the customer did, for an answer
    Column("state", String(8), nullable=False),
    Column("why", String(200), nullable=False, default=""),  # it was skipped or left
    Column("lane", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("respond_by", UtcDateTime, nullable=False),
    Column("agent_id", BigInteger, nullable=True),
    Column("new_lane", String(16), nullable=False),
    Column("new_level", Integer, nullable=False),
    Column("new_respond_by", UtcDateTime, nullable=False),
    Column("new_agent_id", BigInteger, nullable=True),
    Column("new_language", String(16), nullable=True),
    Column("evidence", JSON, nullable=False, default=list),  # where it stands, none of its words
    Column("was", JSON, nullable=True),  # the ticket's columns before it was applied
    Column("applied_id", BigInteger, nullable=True),  # the decision that was applied
)

Index("ix_rescore_run_state", run.c.state)
Index("ix_rescore_item_next", item.c.run_id, item.c.state, item.c.new_respond_by)
Index("ix_rescore_item_ticket_id", item.c.ticket_id)  # what deleting a ticket has to look for
