"""How sources do, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from triage.domain.source_status import Status, Trouble
from triage.source_health import SourceHealth, shown


class TroubleView(BaseModel):
    """What is the matter, and in one sentence what to do."""

    what: Trouble
    sentence: str


class SourceView(BaseModel):
    """One source: its word, what is the matter, and what that is told from. Spans in seconds."""

    name: str
    vendor: str
    mode: str
    status: Status
    troubles: list[TroubleView] = Field(description="the worst first")
    last_delivery: datetime | None
    deliveries_last_hour: int
    deliveries_last_day: int
    undecided: int
    oldest_undecided: datetime | None = Field(description="not of a backlog")
    given_up: int = Field(description="tickets that could not be decided")
    decided_last_hour: int
    lag_median: float | None = Field(description="received to decided, last hour, newest 2,000")
    lag_p95: float | None
    dead_letters: int
    dead_letters_last_day: int
    dead_letter_reason: str | None = Field(description="of the newest")
    refused_today: int = Field(description="not authentic, today (UTC); up to a minute late")
    refused_at: datetime | None
    refused_reason: str | None
    thin_events: int = Field(description="deliveries that wait for their words")
    connected: bool
    read_until: datetime | None = Field(description="changes at the helpdesk before are known")
    reading_failure: str | None
    left_alone_until: datetime | None = Field(description="the circuit breaker is open until then")
    writes: list[str] = Field(description="what is written there")
    writes_due: int
    writes_given_up: int
    wrote_at: datetime | None
    writing_failure: str | None


def source_view(one: SourceHealth) -> SourceView:
    """Return a source as the API shows it."""
    return SourceView(
        name=one.name,
        vendor=one.vendor,
        mode=one.mode,
        status=one.status,
        troubles=[TroubleView(what=it.trouble, sentence=it.sentence()) for it in one.troubles],
        last_delivery=one.came.last,
        deliveries_last_hour=one.came.last_hour,
        deliveries_last_day=one.came.last_day,
        undecided=one.due,
        oldest_undecided=one.oldest,
        given_up=one.given_up,
        decided_last_hour=one.lag.decided if one.lag else 0,
        lag_median=one.lag.median.total_seconds() if one.lag else None,
        lag_p95=one.lag.p95.total_seconds() if one.lag else None,
        dead_letters=one.unread.count,
        dead_letters_last_day=one.unread.last_day,
        dead_letter_reason=shown(one.unread.reason) or None,
        refused_today=one.refused.count if one.refused else 0,
        refused_at=one.refused.last_at if one.refused else None,
        refused_reason=one.refused.reason if one.refused else None,
        thin_events=one.words.waiting if one.words else 0,
        **_helpdesk(one),
    )


def _helpdesk(one: SourceHealth) -> dict[str, Any]:
    desk, written = one.helpdesk, one.written
    return {
        "connected": desk is not None,
        "read_until": desk.known_until if desk else None,
        "reading_failure": (shown(desk.failure) or None) if desk else None,
        "left_alone_until": desk.left_alone_until if desk else None,
        "writes": list(written.writes) if written else [],
        "writes_due": written.due if written else 0,
        "writes_given_up": written.dead if written else 0,
        "wrote_at": written.wrote_at if written else None,
        "writing_failure": (shown(written.failure) or None) if written else None,
    }
