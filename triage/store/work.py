"""Who works on which decision: leases, fencing, sending again, giving up.

The ticket's row is the job. A worker claims it by a lease, works outside any transaction, and may
commit only while the lease is still its own. Whatever nobody holds is sent again by the sweep.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select, update

from triage.domain.ticket import TicketId
from triage.store.tables import ticket

LEASE = timedelta(seconds=3)  # far longer than a batch takes, far shorter than a customer notices
RESEND_AFTER = timedelta(seconds=2)  # between two wake-ups of the sweep for one ticket
#: Tickets of a backlog in one claim: whatever comes meanwhile waits for no more than these.
MOST_LATE = 4
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A ticket that this worker may decide; `revision` is the state of the thread it will read."""

    ticket_id: TicketId
    lease: str
    revision: int
    attempts: int


def claim(
    connection: Connection, ids: Collection[TicketId], now: datetime, *, retry: bool = True
) -> list[Claim]:
    """Take those of the tickets that are due and that nobody holds.

    What failed before is taken only on a `retry`, and only where it is the only one named: a
    wake-up for many may come late, when one of them has meanwhile ended its worker.
    """
    tries = MOST_ATTEMPTS if retry and len(ids) == 1 else 1
    mine = ticket.c.id.in_(ids) & (ticket.c.attempts < tries)
    if len(ids) == 1:
        return _take(connection, mine, now)
    locked = _locked(connection, mine & _is_free(now))
    return _take(connection, ticket.c.id.in_(locked), now)


def claim_waiting(connection: Connection, limit: int, now: datetime) -> list[Claim]:
    """Take up to `limit` tickets that were never tried, earliest first.

    A helpdesk's backlog is to be woken far later than what comes now, so all of that passes it.
    """
    fresh = select(ticket.c.id).where(_is_free(now), ticket.c.attempts == 0)
    soon = fresh.where(ticket.c.wake_at <= now + LEASE)
    ids = _first(connection, soon, limit) or _first(connection, fresh, min(limit, MOST_LATE))
    return _take(connection, ticket.c.id.in_(ids), now) if ids else []


def claim_failed(connection: Connection, now: datetime) -> list[Claim]:
    """Take one ticket whose last try failed: alone, it harms nobody else.

    Not left to its wake-up, which stands behind those of all that came since.
    """
    worker_died, pause_ended = ticket.c.lease_until.is_not(None), ticket.c.wake_at < now
    tried = ticket.c.attempts.between(1, MOST_ATTEMPTS - 1)
    failed = select(ticket.c.id).where(_is_free(now), tried, or_(worker_died, pause_ended))
    ids = _first(connection, failed, 1)
    return _take(connection, ticket.c.id.in_(ids), now) if ids else []


def _first(connection: Connection, query: Select[Any], limit: int) -> list[int]:
    """Lock and return the ids that wait longest.

    A statement of its own: PostgreSQL may run a subquery with LIMIT once for each row it updates.
    """
    locked = query.order_by(ticket.c.wake_at).limit(limit).with_for_update(skip_locked=True)
    return list(connection.execute(locked).scalars())


def _locked(connection: Connection, which: Any, *, skip_locked: bool = False) -> list[int]:
    """Lock these tickets in the order in which everybody locks several, and return their ids.

    An UPDATE locks in whatever order the rows lie: two at once could wait for each other.
    """
    query = select(ticket.c.id).where(which).order_by(ticket.c.id)
    return list(connection.execute(query.with_for_update(skip_locked=skip_locked)).scalars())


def _is_free(now: datetime) -> Any:
    return (ticket.c.state == "due") & or_(
        ticket.c.lease_until.is_(None), ticket.c.lease_until < now
    )


def _take(connection: Connection, which: Any, now: datetime) -> list[Claim]:
    lease = secrets.token_hex(8)
    rows = connection.execute(
        update(ticket)
        .where(which, _is_free(now))
        .values(
            lease=lease,
            lease_until=now + LEASE,
            wake_at=now + LEASE,
            attempts=ticket.c.attempts + 1,
        )
        .returning(ticket.c.id, ticket.c.revision, ticket.c.attempts)
    )
    return [Claim(TicketId(row.id), lease, row.revision, row.attempts) for row in rows]


def still_ours(connection: Connection, claims: Sequence[Claim]) -> dict[TicketId, Any]:
    """Lock and return the rows of those claims whose lease is still ours: the fence."""
    leases = {claim.ticket_id: claim.lease for claim in claims}
    rows = connection.execute(
        select(ticket).where(ticket.c.id.in_(leases)).order_by(ticket.c.id).with_for_update()
    )
    return {
        TicketId(row.id): row
        for row in rows
        if row.state == "due" and row.lease == leases[TicketId(row.id)]
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a claim came to: the new values of the ticket's columns."""

    claim: Claim
    values: dict[str, Any]


def finish(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """End the claims with what was decided; a message that came meanwhile keeps its ticket due."""
    if not outcomes:
        return
    moved_on = ticket.c.revision > bindparam("claimed_revision")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in outcomes[0].values} | {
        "state": case((moved_on, "due"), else_="done"),
        "attempts": 0,
        "lease": None,
        "lease_until": None,
    }
    connection.execute(
        update(ticket).where(ticket.c.id == bindparam("claimed_id")).values(values),
        [_parameters(outcome) for outcome in outcomes],
    )


def _parameters(outcome: Outcome) -> dict[str, Any]:
    claimed = {"claimed_id": outcome.claim.ticket_id, "claimed_revision": outcome.claim.revision}
    return claimed | {f"new_{name}": value for name, value in outcome.values.items()}


def give_back(connection: Connection, failed: Collection[Claim], now: datetime) -> None:
    """End claims whose decision failed: the sweep tries again, a little later each time."""
    for claimed in failed:
        connection.execute(
            update(ticket)
            .where(ticket.c.id == claimed.ticket_id, ticket.c.lease == claimed.lease)
            .values(lease=None, lease_until=None, wake_at=now + timedelta(seconds=claimed.attempts))
        )


@dataclass(frozen=True, slots=True)
class Overdue:
    """A ticket that is due and that nobody holds; was it tried before, and shown on the desk?"""

    ticket_id: TicketId
    failed: bool
    announced: bool


def overdue(connection: Connection, limit: int, now: datetime) -> list[Overdue]:
    """Return what must be sent again, and leave it alone for RESEND_AFTER."""
    lost = select(ticket.c.id).where(
        _is_free(now), ticket.c.wake_at < now, ticket.c.attempts < MOST_ATTEMPTS
    )
    if not (ids := _first(connection, lost, limit)):
        return []
    rows = connection.execute(
        update(ticket)
        .where(ticket.c.id.in_(ids))
        .values(wake_at=now + RESEND_AFTER)
        .returning(ticket.c.id, ticket.c.attempts, ticket.c.announced)
    )
    return [Overdue(TicketId(row.id), row.attempts > 0, row.announced) for row in rows]


def has_late(connection: Connection, now: datetime) -> bool:
    """Return whether tickets of a backlog are due that nobody holds."""
    late = _is_free(now) & (ticket.c.wake_at > now + LEASE)
    return connection.execute(select(ticket.c.id).where(late).limit(1)).first() is not None


def mark_announced(connection: Connection, ids: Collection[TicketId]) -> None:
    """Note that these tickets were shown on the desk before they were decided."""
    if ids:
        connection.execute(update(ticket).where(ticket.c.id.in_(ids)).values(announced=True))


def park_dead(connection: Connection, now: datetime) -> list[TicketId]:
    """Give up on tickets that failed MOST_ATTEMPTS times, and return them for the alarm."""
    spent = _is_free(now) & (ticket.c.attempts >= MOST_ATTEMPTS)
    ids = _locked(connection, spent, skip_locked=True)
    if ids:
        parked = update(ticket).where(ticket.c.id.in_(ids))
        connection.execute(parked.values(state="dead", lease=None))
    return [TicketId(it) for it in ids]


def revive(connection: Connection, ticket_id: TicketId, now: datetime) -> bool:
    """Give a dead ticket its attempts back; return whether it was dead."""
    dead = (ticket.c.id == ticket_id) & (ticket.c.state == "dead")
    changed = connection.execute(
        update(ticket).where(dead).values(state="due", attempts=0, wake_at=now)
    )
    return bool(changed.rowcount)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work there is: tickets due, given up with the customer still waiting, and since when
    the oldest free one was to be woken."""

    due: int
    dead: int
    oldest: datetime | None


def backlog(connection: Connection, now: datetime) -> Backlog:
    """Return the state of the work, from two small partial indexes."""
    due = connection.execute(select(func.count()).where(ticket.c.state == "due")).scalar_one()
    given_up = (ticket.c.state == "dead") & (ticket.c.status == "waiting")
    dead = connection.execute(select(func.count()).where(given_up)).scalar_one()
    return Backlog(due, dead, oldest_free(connection, now))


def is_live_waiting(connection: Connection, now: datetime) -> bool:
    """Return whether a ticket that was never tried waits for a worker, and is of no backlog."""
    fresh = _is_free(now) & (ticket.c.attempts == 0) & (ticket.c.wake_at <= now + LEASE)
    return connection.execute(select(ticket.c.id).where(fresh).limit(1)).first() is not None


def oldest_free(connection: Connection, now: datetime) -> datetime | None:
    """Return since when the longest-waiting ticket that nobody holds was to be woken."""
    wake = func.min(ticket.c.wake_at, type_=ticket.c.wake_at.type)
    moment: datetime | None = connection.execute(select(wake).where(_is_free(now))).scalar()
    return moment
