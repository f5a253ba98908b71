"""Alerts as the page shows them, and the tickets that the rules are played over. Read only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select, type_coerce

from triage.domain.alert_replay import History, Past
from triage.domain.alerts import CRITICAL, Kind
from triage.domain.deadline import CHARGED_LEVEL
from triage.domain.policy import Policy
from triage.domain.surge import WEEK
from triage.domain.ticket import TicketId
from triage.store.alert_facts import CALM_LANES, COLUMNS, IS_SAFEGUARD, OVER, waits
from triage.store.alerts import MOST_ATTEMPTS
from triage.store.tables import alert, ticket

MOST_SHOWN = 500  # alerts, newest first
MOST_UNTOLD = 50  # of one look

IS_CRITICAL = alert.c.kind.in_(CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An alert with what became of it."""

    id: int
    kind: Kind
    text: str
    ticket: TicketId | None
    raised_at: datetime
    quiet: bool
    over: bool
    seen_by: str | None
    seen_at: datetime | None
    sent_at: datetime | None
    is_due: bool  # it is still to be sent
    attempts: int

    @property
    def critical(self) -> bool:
        return self.kind in CRITICAL

    @property
    def given_up(self) -> bool:
        return self.sent_at is None and not self.is_due and self.attempts >= MOST_ATTEMPTS


def since(connection: Connection, moment: datetime) -> list[Shown]:
    """Return the alerts that were raised since then, newest first."""
    query = _alerts().where(alert.c.raised_at >= moment).limit(MOST_SHOWN)
    return [_shown(row) for row in connection.execute(query.order_by(alert.c.id.desc()))]


def holding(connection: Connection, since: datetime) -> list[Shown]:
    """Return what holds now of what was raised since then, the most pressing first."""
    query = _alerts().where(alert.c.raised_at >= since, ~OVER).limit(MOST_SHOWN)
    order = (alert.c.seen_at.is_not(None), ~IS_CRITICAL, alert.c.id.desc())
    return [_shown(row) for row in connection.execute(query.order_by(*order))]


def unseen(connection: Connection, since: datetime) -> list[Shown]:
    """Return what is told, holds now and was seen by nobody, the most pressing first."""
    mine = (alert.c.raised_at >= since) & ~alert.c.quiet & alert.c.seen_at.is_(None) & ~OVER
    query = _alerts().where(mine).order_by(~IS_CRITICAL, alert.c.id.desc()).limit(MOST_UNTOLD)
    return [_shown(row) for row in connection.execute(query)]


def history(connection: Connection, policy: Policy, start: datetime, end: datetime) -> History:
    """Return what the rules need to be played over this time."""
    waited = (ticket.c.waiting_since <= end) & or_(
        ticket.c.status == "waiting", ticket.c.released_at > start
    )
    calm = ticket.c.lane.in_(CALM_LANES)
    until = case((ticket.c.status == "waiting", None), else_=ticket.c.released_at)
    heavy = select(*COLUMNS, _moment(until)).where(waited, or_(~calm, IS_SAFEGUARD))
    light = select(ticket.c.waiting_since, ticket.c.respond_by, _moment(until)).where(
        waited, calm, ticket.c.respond_by > start, ticket.c.respond_by <= end + policy.alerts.near
    )
    rows = connection.execute(heavy).all()  # all are read before any is looked at closely:
    spans = connection.execute(light).all()  # PostgreSQL ends a transaction that idles
    charged = _charged_between(connection, start - (policy.alerts.surge_weeks + 1) * WEEK, end)
    since = _first(connection, end)
    return History(
        pasts=[Past(waits(row), row.until) for row in rows],
        calm=[(row[0], row[1], row[2]) for row in spans],
        charged=charged,
        since=since,
    )


def _moment(value: Any) -> Any:
    return type_coerce(value, ticket.c.released_at.type).label("until")


def _charged_between(connection: Connection, start: datetime, end: datetime) -> Sequence[datetime]:
    came = (ticket.c.opened_at > start) & (ticket.c.opened_at <= end)
    query = select(ticket.c.opened_at).where(came, ticket.c.level >= CHARGED_LEVEL)
    return list(connection.execute(query.order_by(ticket.c.opened_at)).scalars())


def _first(connection: Connection, end: datetime) -> datetime:
    """Return when the first ticket came; before that nothing says what is usual."""
    oldest = func.min(ticket.c.opened_at, type_=ticket.c.opened_at.type)
    found: datetime | None = connection.execute(select(oldest)).scalar()
    return found or end


def _alerts() -> Select[Any]:
    return select(alert, OVER.label("over")).outerjoin(ticket, ticket.c.id == alert.c.ticket_id)


def _shown(row: Any) -> Shown:
    return Shown(
        id=row.id,
        kind=Kind(row.kind),
        text=row.text,
        ticket=TicketId(row.ticket_id) if row.ticket_id else None,
        raised_at=row.raised_at,
        quiet=row.quiet,
        over=bool(row.over),
        seen_by=row.seen_by,
        seen_at=row.seen_at,
        sent_at=row.sent_at,
        is_due=row.wake_at is not None,
        attempts=row.attempts,
    )
