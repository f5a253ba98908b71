"""The tables. Rows are read and written by the modules beside this one, one a noun.

`ticket` carries its own work: `state` says whether a decision is due, `lease_*` who works on it
and until when, `wake_at` before when nobody need be told again, `attempts` how often it was tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
    type_coerce,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite, which knows no zones, gets it without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[list[str]]):
    """A few words in one column, each findable by `has_word`: ",legal,churn,"."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        return "".join(f"{word}," for word in ["", *value]) if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        return [word for word in (value or "").split(",") if word]


def has_word(column: Column[Any], word: str) -> ColumnElement[bool]:
    """Return whether a column of Words holds this one."""
    return type_coerce(column, String).contains(f",{word},", autoescape=True)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only in a column of type INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")


def row_id() -> Column[Any]:
    return Column("id", RowId, primary_key=True, autoincrement=True)


source = Table(
    "source",
    metadata,
    row_id(),
    Column("name", String(64), nullable=False, unique=True),
    Column("vendor", String(32), nullable=False),
    Column("secrets", Text, nullable=False),  # a JSON list, encrypted
    Column("created_at", UtcDateTime, nullable=False),
    Column("mode", String(16), nullable=False, default="assign"),
    Column("opening_raises", Boolean, nullable=False, default=True),
    Column("keep_days", Integer, nullable=True),  # after a ticket is closed; None: for ever
    Column("keep_as", String(16), nullable=False, default="deleted"),  # or anonymised
    Column("ours", JSON, nullable=False, default=list),  # names of our own side there
    Column("writes", Words(64), nullable=False, default=()),  # what may be written there
    Column("write_fields", JSON, nullable=False, default=dict),  # its field by what it shows
)

delivery = Table(
    "delivery",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("key", String(256), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    row_id(),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("key", String(256), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("source_id", "key"),
)

# what a source's health is told from
Index("ix_delivery_received", delivery.c.source_id, delivery.c.received_at)
Index("ix_dead_letter_received", dead_letter.c.source_id, dead_letter.c.received_at)

refusal = Table(  # what was not authentic, counted by the day; one row a source
    "refusal",
    metadata,
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("reason", String(32), nullable=False),
)

thin_event = Table(  # its words are still at the vendor; the row goes when they were fetched
    "thin_event",
    metadata,
    row_id(),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("key", String(256), nullable=False),
    Column("what", String(64), nullable=False),
    Column("ticket_id", String(200), nullable=False),  # the vendor's name of what changed
    Column("message_id", String(200), nullable=True),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False, default=1),  # how often it came while it waited
    Column("attempts", Integer, nullable=False, default=0),
    Column("wake_at", UtcDateTime, nullable=False, index=True),
    Column("problem", String(200), nullable=False, default=""),  # why it still waits
    UniqueConstraint("source_id", "key"),
)

agent = Table(
    "agent",
    metadata,
    row_id(),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("experience", Integer, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("team", String(100), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("shift", JSON, nullable=True),  # {"zone": …, "hours": {"0": ["08:00", "16:30"]}}
    Column("present", Boolean, nullable=False),
    Column("assigned_at", UtcDateTime, nullable=True),
    Column("heavy_run", Integer, nullable=False, default=0),  # heavy tickets got last, in a row
    Column("opted_out", Boolean, nullable=False, default=False),  # of heavy tickets
)

ticket = Table(
    "ticket",
    metadata,
    row_id(),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("subject", Text, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("customer_id", String(200), nullable=True),
    Column("customer_name", String(200), nullable=True),
    Column("language_hint", String(16), nullable=True),
    Column("tags", JSON, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime, nullable=True),  # when it stopped to wait
    Column("reopened", Integer, nullable=False, default=0),
    Column("missed_promises", Integer, nullable=False, default=0),
    Column("tier", String(64), nullable=True),
    Column("promised_at", UtcDateTime, nullable=True),  # by when the helpdesk promised an answer
    # what people decided, which Triage does not overrule
    Column("chosen_lane", String(16), nullable=True),
    Column("pinned", Boolean, nullable=False, default=False),  # a person chose the assignee
    Column("declined", JSON, nullable=False, default=list),  # ids of agents
    # the decision in force
    Column("decision_id", BigInteger, nullable=True),
    Column("lane", String(16), nullable=False),
    Column("level", Integer, nullable=False, default=0),
    Column("language", String(16), nullable=True),
    Column("reading", String(24), nullable=True),  # scored, or why it was not
    Column("feeling", String(16), nullable=True),  # None: not sure
    Column("situation", String(64), nullable=True),  # the playbook's rule
    Column("flags", Words(255), nullable=False, default=()),
    Column("weight", Float, nullable=False, default=0.0),  # emotional load on whoever holds it
    Column("respond_by", UtcDateTime, nullable=False),
    Column("assignee_id", ForeignKey("agent.id"), nullable=True),
    Column("hand_overs", Integer, nullable=False, default=0),  # from one agent to another
    Column("relieved", Boolean, nullable=False, default=False),  # handed on for being late, once
    Column("harsh", Boolean, nullable=False, default=False),  # whoever answered it rests
    Column("snoozed_until", UtcDateTime, nullable=True),  # put off on the page, never its deadline
    # the work of deciding
    Column("state", String(8), nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("lease", String(32), nullable=True),
    Column("lease_until", UtcDateTime, nullable=True),
    Column("wake_at", UtcDateTime, nullable=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("announced", Boolean, nullable=False, default=False),  # shown on the desk undecided
    UniqueConstraint("source_id", "external_id"),
)


def _partial(name: str, where: str, *columns: Column[Any]) -> Index:
    """An index of the few rows that a frequent query wants."""
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


_partial("ix_ticket_desk", "status = 'waiting'", ticket.c.respond_by, ticket.c.id)
_partial("ix_ticket_lane", "status = 'waiting'", ticket.c.lane, ticket.c.respond_by, ticket.c.id)
_partial("ix_ticket_flagged", "status = 'waiting' AND flags > ''", ticket.c.flags)
_partial(
    "ix_ticket_snoozed",
    "status = 'waiting' AND snoozed_until IS NOT NULL",
    ticket.c.snoozed_until,
)
_partial("ix_ticket_due", "state = 'due'", ticket.c.wake_at)
_partial("ix_ticket_dead", "state = 'dead'", ticket.c.id)
_partial("ix_ticket_held", "status = 'waiting' AND assignee_id IS NOT NULL", ticket.c.assignee_id)
_partial(
    "ix_ticket_unassigned",
    "status = 'waiting' AND state = 'done' AND assignee_id IS NULL",
    ticket.c.respond_by,
    ticket.c.id,
)
_partial("ix_ticket_released", "assignee_id IS NOT NULL AND weight > 0", ticket.c.released_at)
_partial(
    "ix_ticket_customer",
    "customer_id IS NOT NULL AND assignee_id IS NOT NULL",
    ticket.c.source_id,
    ticket.c.customer_id,
)

_partial("ix_ticket_closed", "status = 'closed'", ticket.c.source_id, ticket.c.released_at)
Index("ix_ticket_opened", ticket.c.opened_at)

message = Table(
    "message",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("author", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("ticket_id", "external_id"),
)

scoring = Table(
    "scoring",
    metadata,
    Column("message_id", ForeignKey("message.id"), primary_key=True),
    Column("model_version", String(64), primary_key=True),
    Column("result", JSON, nullable=False),
    Column("scored_at", UtcDateTime, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("revision", Integer, nullable=False, default=0),  # of the ticket that was read
    Column("model_version", String(64), nullable=False),
    Column("policy_version", String(64), nullable=False),
    Column("playbook_version", String(64), nullable=False),
    Column("result", JSON, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    UniqueConstraint(
        "ticket_id",
        "message_id",
        "revision",
        "model_version",
        "policy_version",
        "playbook_version",
    ),
)

Index("ix_decision_message", decision.c.message_id)  # what deleting a message has to look for

assignment = Table(
    "assignment",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False, index=True),
    Column("agent_id", ForeignKey("agent.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
)

correction = Table(
    "correction",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("message.id"), nullable=True),  # of a label
    Column("what", String(16), nullable=False),  # level, emotion, flags, lane or agent
    Column("was", JSON, nullable=True),
    Column("now", JSON, nullable=True),
    Column("by", String(200), nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("corrected_at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime, nullable=True),  # taken back by who had corrected
)

Index("ix_correction_message", correction.c.message_id)  # likewise

follow_up = Table(
    "follow_up",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("kept_at", UtcDateTime, nullable=True),
    Column("missed_at", UtcDateTime, nullable=True),
)
_partial("ix_follow_up_open", "kept_at IS NULL", follow_up.c.missed_at, follow_up.c.due_at)

note = Table(  # of a colleague's to colleagues, never sent to a customer
    "note",
    metadata,
    row_id(),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    row_id(),
    Column("key", String(200), nullable=False, unique=True),  # of the incident: raised once
    Column("kind", String(16), nullable=False),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=True, index=True),
    Column("text", Text, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False, index=True),
    Column("quiet", Boolean, nullable=False, default=False),  # raised, but told to nobody at night
    Column("seen_at", UtcDateTime, nullable=True),
    Column("seen_by", String(200), nullable=True),
    Column("sent_at", UtcDateTime, nullable=True),
    Column("wake_at", UtcDateTime, nullable=True),  # when sending it is tried again
    Column("attempts", Integer, nullable=False, default=0),
)
_partial("ix_alert_unsent", "wake_at IS NOT NULL", alert.c.wake_at)

draft = Table(  # of a reply, for the moment in which a worker reads it
    "draft",
    metadata,
    row_id(),
    Column("text", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("read", Boolean, nullable=False, default=False),
    Column("rude", JSON, nullable=True),  # [start, end] of the sentence that reads rude
)

event = Table(
    "event",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("ticket.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a number is never used again, also after a purge
)
