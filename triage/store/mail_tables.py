"""The table of mailboxes: which folder is read, and up to which message."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table

from triage.store.tables import UtcDateTime, metadata

mail_folder = Table(
    "mail_folder",
    metadata,
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("host", String(253), nullable=False),
    Column("port", Integer, nullable=False),
    Column("starttls", Boolean, nullable=False),  # or TLS from the first byte
    Column("user", String(254), nullable=False),
    Column("folder", String(200), nullable=False),
    Column("marks_read", Boolean, nullable=False),
    # messages up to `last_uid` were stored, which means something within one `uid_validity` only
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),  # when nothing was left to read
    Column("trouble", String(200), nullable=False, default=""),
)
