"""A view of the desk: which of those who wait somebody wants to see, in the desk's order.

What a view holds is said twice, for the database and for one row that changed; a test holds the
two together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, tuple_

from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.store.desk import Place, rows_of
from triage.store.tables import agent, event, has_word, source, ticket

ORDER = (ticket.c.respond_by, ticket.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What must hold of a ticket to be shown; what is empty is not asked."""

    lane: Lane | None = None
    team: str = ""
    agent: AgentId | None = None
    source: str = ""
    language: str = ""
    flag: Flag | None = None
    unassigned: bool = False
    late: bool = False
    snoozed: bool = False  # what is put off, in place of what is not
    search: str = ""  # in subject, customer's name and the helpdesk's number

    def holds(self, row: Any, now: datetime) -> bool:
        """Return whether a row of the desk is in this view."""
        asked = (
            (self.lane, row.lane),
            (self.team, row.team),
            (self.agent, row.assignee_id),
            (self.source, row.source_name),
            (self.language, row.language),
        )
        return (
            row.status == "waiting"
            and all(not wanted or wanted == found for wanted, found in asked)
            and (not self.flag or self.flag in row.flags)
            and not (self.unassigned and row.assignee_id is not None)
            and not (self.late and row.respond_by >= now)
            and self.snoozed == _is_put_off(row, now)
            and (not self.search or self._is_found(row))
        )

    def _is_found(self, row: Any) -> bool:
        texts = (row.subject, row.customer_name or "", row.external_id)
        return any(self.search.lower() in text.lower() for text in texts)


def count(connection: Connection, view: View, now: datetime) -> int:
    """Return how many tickets are in the view."""
    return _count(connection, _condition(view, now))


def rank(connection: Connection, view: View, place: Place, now: datetime) -> int:
    """Return how many tickets of the view stand before a place."""
    before = tuple_(*ORDER) < tuple_(place.respond_by, place.ticket_id)
    return _count(connection, and_(_condition(view, now), before))


def window(connection: Connection, view: View, first: int, limit: int, now: datetime) -> list[Any]:
    """Return the rows of the view from the `first`-th on, in order.

    Which these are is read from `ix_ticket_desk`; only they are joined with what they show.
    """
    query = ids_in_order(view, now).offset(first).limit(limit)
    wanted = list(connection.execute(query).scalars())
    found = {row.id: row for row in rows_of(connection, wanted)} if wanted else {}
    return [found[it] for it in wanted if it in found]


def ids_in_order(view: View, now: datetime) -> Select[Any]:
    """Return the query for the ids of the view's tickets, in the desk's order."""
    return select(ticket.c.id).where(_condition(view, now)).order_by(*ORDER)


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


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(ticket).where(which)).scalar_one()


def _condition(view: View, now: datetime) -> ColumnElement[bool]:
    asked = [ticket.c.status == "waiting", _put_off(now) if view.snoozed else ~_put_off(now)]
    if view.lane:
        asked.append(ticket.c.lane == view.lane)
    if view.team:
        mates = select(agent.c.id).where(agent.c.team == view.team)
        asked.append(ticket.c.assignee_id.in_(mates))
    if view.agent:
        asked.append(ticket.c.assignee_id == view.agent)
    if view.source:
        named = select(source.c.id).where(source.c.name == view.source)
        asked.append(ticket.c.source_id == named.scalar_subquery())
    if view.language:
        asked.append(ticket.c.language == view.language)
    if view.flag:
        asked.append(has_word(ticket.c.flags, view.flag))
    if view.unassigned:
        asked.append(ticket.c.assignee_id.is_(None))
    if view.late:
        asked.append(ticket.c.respond_by < now)
    if view.search:
        texts = (ticket.c.subject, ticket.c.customer_name, ticket.c.external_id)
        wanted = view.search.lower()
        asked.append(or_(*(func.lower(it).contains(wanted, autoescape=True) for it in texts)))
    return and_(*asked)


def _put_off(now: datetime) -> ColumnElement[bool]:
    """Put off, and neither late nor somebody in danger: these cannot be hidden."""
    until = func.coalesce(ticket.c.snoozed_until, now)
    return (until > now) & (ticket.c.respond_by > now) & (ticket.c.lane != Lane.SAFEGUARD)


def _is_put_off(row: Any, now: datetime) -> bool:
    until = row.snoozed_until or now
    return bool(until > now and row.respond_by > now and row.lane != Lane.SAFEGUARD)
