"""The tables of who may look and decide, and of what was seen and changed by whom."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from triage.store.tables import UtcDateTime, metadata, row_id

person = Table(
    "person",
    metadata,
    row_id(),
    Column("name", String(200), nullable=False, unique=True),  # what they log in with
    Column("email", String(254), nullable=True, unique=True),  # in small letters
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=True),  # argon2's hash; None: by the identity provider only
    Column("subject", String(255), nullable=True, unique=True),  # the provider's name for them
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", UtcDateTime, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
)

api_key = Table(
    "api_key",
    metadata,
    row_id(),
    Column("name", String(100), nullable=False, unique=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String(200), nullable=True),  # None: before this was kept
    Column("used_at", UtcDateTime, nullable=True),
    Column("revoked_at", UtcDateTime, nullable=True),
    Column("revoked_by", String(200), nullable=True),
)

failed_login = Table(
    "failed_login",
    metadata,
    row_id(),
    Column("whose", String(200), nullable=False),  # the name that was tried, or the address
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_failed_login_whose", failed_login.c.whose, failed_login.c.at)

audit = Table(
    "audit",
    metadata,
    row_id(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("by", String(200), nullable=False),
    Column("action", String(32), nullable=False),
    Column("ticket_id", BigInteger, nullable=True, index=True),  # may be erased since
    Column("about", Text, nullable=False, default=""),
)
