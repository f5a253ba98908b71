"""What the rules of alerts look at, and the subjects in which a surge's words stand. Read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select, text

from triage.domain.alert_policy import AlertPolicy
from triage.domain.alerts import INCIDENTS, NEAR_LANES, STILL_TOLD, Facts, Kind, Waits, open_key
from triage.domain.deadline import CHARGED_LEVEL, SAFEGUARD_FLAGS
from triage.domain.flag import Flag
from triage.domain.policy import Lane, Policy
from triage.domain.surge import Usual, same_hours
from triage.domain.ticket import TicketId
from triage.store.outbox_tables import outbox
from triage.store.tables import alert, has_word, ticket

CALM_LANES = (Lane.STANDARD, Lane.UNSCORED)
MOST_AT_ONCE = 500  # tickets of a look that nobody was alerted to yet; the next look finds more
A_DAY_AROUND = timedelta(hours=12)  # a week in whose day nothing came says nothing
SUBJECTS_BEFORE = timedelta(days=7)
MOST_SUBJECTS = 2_000
COLUMNS = (
    ticket.c.id,
    ticket.c.lane,
    ticket.c.level,
    ticket.c.flags,
    ticket.c.waiting_since,
    ticket.c.respond_by,
)
IN_DANGER = or_(*(has_word(ticket.c.flags, it) for it in SAFEGUARD_FLAGS))
IS_SAFEGUARD = or_(ticket.c.lane == Lane.SAFEGUARD, IN_DANGER)
IN_ORDER = (ticket.c.respond_by, ticket.c.id)
FLAGGED = text("ticket.flags > ''")  # as `ix_ticket_flagged` says it

# an alert of a ticket is over once its customer was answered, or once the ticket is no longer what
# it was raised for; an incident is over once it has given its key back
ANSWERED = or_(ticket.c.status != "waiting", ticket.c.waiting_since > alert.c.raised_at)
GIVEN_UP = select(outbox.c.ticket_id).where(outbox.c.state == "dead")
OVER = case(
    (alert.c.ticket_id.is_(None), alert.c.key.not_in([open_key(it) for it in INCIDENTS])),
    (alert.c.kind == Kind.SAFEGUARD, or_(ANSWERED, ~IS_SAFEGUARD)),
    (alert.c.kind == Kind.UNTOLD, or_(ANSWERED, ticket.c.id.not_in(GIVEN_UP))),
    else_=or_(ANSWERED, ticket.c.lane.not_in(NEAR_LANES)),
)


def facts(connection: Connection, policy: Policy, now: datetime) -> Facts:
    """Return what the rules look at now."""
    rules, opened = policy.alerts, _open(connection)
    charged = _charged_between(connection, now - rules.surge_window, now)
    asked = charged >= rules.surge_least or Kind.SURGE in opened
    return Facts(
        waiting=_waiting(connection, rules, now),
        calm_near=_calm_near(connection, rules, now),
        charged=charged,
        usual=_usual(connection, policy, now) if asked else Usual(),
        open=opened,
    )


def subjects(
    connection: Connection, rules: AlertPolicy, at: datetime
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the subjects of the charged tickets of a surge raised then, and of those before."""
    begins = at - rules.surge_window
    return (
        _subjects(connection, _charged(begins, at)),
        _subjects(connection, _charged(begins - SUBJECTS_BEFORE, begins)),
    )


def _waiting(connection: Connection, rules: AlertPolicy, now: datetime) -> list[Waits]:
    """Return who waits and is worth an alert that was not raised since they began to wait.

    Each query has an index of few rows; as one they would read everybody who waits, and so would
    the second one in the desk's order.
    """
    near = ticket.c.lane.in_(NEAR_LANES) & ticket.c.respond_by.between(
        now - STILL_TOLD, now + rules.near
    )
    queries = (
        _who((ticket.c.lane == Lane.SAFEGUARD) & ~_raised(Kind.SAFEGUARD)).order_by(*IN_ORDER),
        _who(and_(FLAGGED, IN_DANGER, ~_raised(Kind.SAFEGUARD))),
        _who(near & ~_raised(Kind.SAFEGUARD_NEAR, Kind.NEAR)).order_by(*IN_ORDER),
    )
    rows = {row.id: row for query in queries for row in connection.execute(query)}
    before = _kinds(connection, rows)
    return [waits(row, frozenset(before[row.id])) for row in rows.values()]


def waits(row: Any, raised: frozenset[Kind] = frozenset()) -> Waits:
    """Return a row of COLUMNS as the rules see it."""
    return Waits(
        ticket=TicketId(row.id),
        lane=Lane(row.lane),
        level=row.level,
        flags=frozenset(map(Flag, row.flags)),
        waiting_since=row.waiting_since,
        respond_by=row.respond_by,
        raised=raised,
    )


def _who(which: Any) -> Select[Any]:
    return select(*COLUMNS).where(ticket.c.status == "waiting", which).limit(MOST_AT_ONCE)


def _raised(*kinds: Kind) -> Any:
    since = alert.c.raised_at >= ticket.c.waiting_since
    mine = (alert.c.ticket_id == ticket.c.id) & alert.c.kind.in_(kinds) & since
    return select(alert.c.id).where(mine).exists()


def _kinds(connection: Connection, rows: dict[int, Any]) -> dict[int, set[Kind]]:
    """Return by ticket which alerts were raised since its customer began to wait."""
    query = select(alert.c.ticket_id, alert.c.kind, alert.c.raised_at)
    found: dict[int, set[Kind]] = defaultdict(set)
    for it in connection.execute(query.where(alert.c.ticket_id.in_(rows))):
        if it.raised_at >= rows[it.ticket_id].waiting_since:
            found[it.ticket_id].add(Kind(it.kind))
    return found


def _calm_near(connection: Connection, rules: AlertPolicy, now: datetime) -> int:
    soon = (ticket.c.respond_by > now) & (ticket.c.respond_by <= now + rules.near)
    return _count(connection, (ticket.c.status == "waiting") & ticket.c.lane.in_(CALM_LANES) & soon)


def _open(connection: Connection) -> dict[Kind, datetime]:
    keys = {open_key(kind): kind for kind in INCIDENTS}
    query = select(alert.c.key, alert.c.raised_at).where(alert.c.key.in_(keys))
    return {keys[row.key]: row.raised_at for row in connection.execute(query)}


def _usual(connection: Connection, policy: Policy, now: datetime) -> Usual:
    zone = policy.calendar.zone if policy.calendar else UTC
    weeks = same_hours(now, policy.alerts, zone)
    return Usual([_charged_between(connection, *it) for it in weeks if _was_there(connection, *it)])


def _was_there(connection: Connection, start: datetime, end: datetime) -> bool:
    around = _opened(start - A_DAY_AROUND, end + A_DAY_AROUND)
    return connection.execute(select(ticket.c.id).where(around).limit(1)).first() is not None


def _charged_between(connection: Connection, start: datetime, end: datetime) -> int:
    return _count(connection, _charged(start, end))


def _charged(start: datetime, end: datetime) -> Any:
    return _opened(start, end) & (ticket.c.level >= CHARGED_LEVEL)


def _opened(start: datetime, end: datetime) -> Any:
    return (ticket.c.opened_at > start) & (ticket.c.opened_at <= end)


def _count(connection: Connection, which: Any) -> int:
    return connection.execute(select(func.count(ticket.c.id)).where(which)).scalar_one()


def _subjects(connection: Connection, which: Any) -> Sequence[str]:
    query = select(ticket.c.subject).where(which).order_by(ticket.c.opened_at.desc())
    return list(connection.execute(query.limit(MOST_SUBJECTS)).scalars())
