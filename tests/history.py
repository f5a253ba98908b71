"""What happened before a test began, as rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Insert

from triage.domain.policy import Lane
from triage.store import tables

TARGET = timedelta(minutes=60)


def past_charged(source_id: int, external_id: str, subject: str, at: datetime) -> Insert:
    """Return how a charged ticket is stored that came at this moment and was answered at once."""
    return tables.ticket.insert().values(
        source_id=source_id,
        external_id=external_id,
        subject=subject,
        channel="email",
        status="answered",
        tags=[],
        opened_at=at,
        waiting_since=at,
        released_at=at,
        lane=Lane.CHARGED,
        level=3,
        respond_by=at + TARGET,
        state="done",
    )
