"""How long each source's tickets are kept, and which have had their time.

Closed tickets are paged by `ix_ticket_closed`, in the order in which they stopped to wait.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, tuple_, update

from triage.domain.keeping import KeepAs, Keeping
from triage.domain.ticket import Status, TicketId
from triage.errors import UnknownSource
from triage.store.anonymity import is_anonymous
from triage.store.tables import dead_letter, source, ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """A source, and how long it keeps tickets."""

    source_id: int
    name: str
    keeping: Keeping


@dataclass(frozen=True, slots=True)
class Place:
    """A place among a source's closed tickets; the next page begins after it."""

    released_at: datetime
    ticket_id: TicketId


@dataclass(frozen=True, slots=True)
class Page:
    """Some closed tickets that have had their time; `after` is None where there are no more."""

    ids: list[TicketId]
    after: Place | None


def keep(connection: Connection, name: str, keeping: Keeping) -> None:
    """Say how long a source keeps its tickets. Raises UnknownSource."""
    mine = update(source).where(source.c.name == name)
    changed = connection.execute(mine.values(keep_days=keeping.days, keep_as=keeping.then))
    if not changed.rowcount:
        raise UnknownSource(f"there is no source named {name!r}")


def sources(connection: Connection) -> list[Kept]:
    """Return every source, by name."""
    columns = (source.c.id, source.c.name, source.c.keep_days, source.c.keep_as)
    rows = connection.execute(select(*columns).order_by(source.c.name))
    return [Kept(row.id, row.name, Keeping(row.keep_days, KeepAs(row.keep_as))) for row in rows]


def past(
    connection: Connection, source_id: int, until: datetime, after: Place | None, limit: int
) -> Page:
    """Return the next of a source's closed tickets that stopped to wait before `until`.

    Those that are anonymous already are passed over.
    """
    mine = (
        (ticket.c.source_id == source_id)
        & (ticket.c.status == Status.CLOSED)
        & (ticket.c.released_at < until)
    )
    if after:
        place = (ticket.c.released_at, ticket.c.id)
        mine &= tuple_(*place) > tuple_(after.released_at, after.ticket_id)
    query = select(ticket.c.id, ticket.c.external_id, ticket.c.released_at).where(mine)
    rows = connection.execute(query.order_by(ticket.c.released_at, ticket.c.id).limit(limit)).all()
    ids = [TicketId(it.id) for it in rows if not is_anonymous(it.external_id, it.id)]
    last = Place(rows[-1].released_at, TicketId(rows[-1].id)) if len(rows) == limit else None
    return Page(ids, last)


def still_past(
    connection: Connection, ids: Collection[TicketId], until: datetime
) -> list[TicketId]:
    """Lock those of the tickets that are still closed and past, and return them.

    One that somebody else holds is left for the next run.
    """
    mine = (
        ticket.c.id.in_(ids) & (ticket.c.status == Status.CLOSED) & (ticket.c.released_at < until)
    )
    query = select(ticket.c.id).where(mine).order_by(ticket.c.id)
    rows = connection.execute(query.with_for_update(skip_locked=True))
    return [TicketId(it) for it in rows.scalars()]


def left_open(connection: Connection, source_id: int, until: datetime) -> int:
    """Return how many tickets were opened before `until` and never closed: they are kept."""
    unclosed = or_(ticket.c.status == Status.WAITING, ticket.c.status == Status.ANSWERED)
    mine = (ticket.c.source_id == source_id) & (ticket.c.opened_at < until) & unclosed
    return connection.execute(select(func.count()).where(mine)).scalar_one()


def past_letters(connection: Connection, source_id: int, until: datetime) -> int:
    """Return how many dead letters of a source came before `until`."""
    mine = (dead_letter.c.source_id == source_id) & (dead_letter.c.received_at < until)
    return connection.execute(
        select(func.count()).select_from(dead_letter).where(mine)
    ).scalar_one()


def forget_letters(connection: Connection, source_id: int, until: datetime, limit: int) -> int:
    """Delete up to `limit` of these dead letters, oldest first; return how many."""
    mine = (dead_letter.c.source_id == source_id) & (dead_letter.c.received_at < until)
    oldest = select(dead_letter.c.id).where(mine).order_by(dead_letter.c.id).limit(limit)
    ids = connection.execute(oldest).scalars().all()
    if ids:
        connection.execute(delete(dead_letter).where(dead_letter.c.id.in_(ids)))
    return len(ids)
