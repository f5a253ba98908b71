"""Windows of a view of the desk, however long it is: some rows in order, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
)

from triage.store.desk import Place, rows_of
from triage.store.desk_views import ORDER, View, condition, ids_in_order
from triage.store.tables import event, ticket

BEFORE = 60  # rows of a window that stand before the place it was asked for


@dataclass(frozen=True, slots=True)
class Window:
    """Some rows of a view, the number of the first, and how many the view has."""

    total: int
    first: int
    rows: list[Any]


def window(
    connection: Connection, view: View, where: int | Place, limit: int, now: datetime
) -> Window:
    """Return up to `limit` rows of the view, from a number on or around a place, in order.

    Which these are is read from an index; only they are joined with what they show.
    """
    if view.search:
        return _found(connection, view, where, limit, now)
    total = count(connection, view, now)
    at = where if isinstance(where, int) else rank(connection, view, where, now) - BEFORE
    first = max(0, min(at, total - limit))
    wanted = connection.execute(ids_in_order(view, now).offset(first).limit(limit))
    return Window(total, first, _rows(connection, list(wanted.scalars())))


def count(connection: Connection, view: View, now: datetime) -> int:
    """Return how many tickets are in the view."""
    return _count(connection, condition(view, now))


def rank(connection: Connection, view: View, place: Place, now: datetime) -> int:
    """Return how many tickets of the view stand before a place."""
    return _count(connection, and_(condition(view, now), _before(ticket.c, place)))


def last_changes(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return by ticket the number of the newest event."""
    newest = select(event.c.ticket_id, func.max(event.c.seq).label("seq"))
    newest = newest.where(event.c.ticket_id.in_(ids))
    rows = connection.execute(newest.group_by(event.c.ticket_id)) if ids else ()
    return {row.ticket_id: row.seq for row in rows}


def changed_since(connection: Connection, seq: int) -> int:
    """Return how many of those who wait changed after an event."""
    mine = select(func.count(event.c.ticket_id.distinct())).join(ticket)
    changed = mine.where(event.c.seq > seq, ticket.c.status == "waiting")
    return connection.execute(changed).scalar_one()


def _found(
    connection: Connection, view: View, where: int | Place, limit: int, now: datetime
) -> Window:
    """Return a window of what a search finds: it has to look at every row, but at each only once,
    so that all is asked for in one statement.
    """
    found = select(*ORDER).where(condition(view, now)).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery()
    at: Any = literal(where) if isinstance(where, int) else _rank_in(found, where) - BEFORE
    last = case((total > limit, total - limit), else_=0)
    first = case((at < 0, 0), (at > last, last), else_=at)
    query = select(found.c.id, total.label("total"), first.label("first"))
    ordered = query.order_by(found.c.respond_by, found.c.id).offset(first).limit(limit)
    rows = connection.execute(ordered).all()
    if not rows:
        return Window(0, 0, [])
    return Window(rows[0].total, rows[0].first, _rows(connection, [it.id for it in rows]))


def _rank_in(found: CTE, place: Place) -> ScalarSelect[int]:
    before = select(func.count()).select_from(found).where(_before(found.c, place))
    return before.scalar_subquery()


def _before(columns: Any, place: Place) -> ColumnElement[bool]:
    mine = tuple_(columns.respond_by, columns.id)
    return mine < tuple_(place.respond_by, place.ticket_id)


def _rows(connection: Connection, wanted: Sequence[Any]) -> list[Any]:
    found = {row.id: row for row in rows_of(connection, wanted)} if wanted else {}
    return [found[it] for it in wanted if it in found]


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(ticket).where(which)).scalar_one()
