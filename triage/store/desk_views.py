"""A view of the desk: which of those who wait somebody wants to see.

What a view holds is said twice, for the database and for one row that changed; a test holds the
two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.store import desk_search
from triage.store.tables import agent, has_word, source, ticket

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
            and (not self.search or desk_search.finds(self.search, row))
        )


def ids_in_order(view: View, now: datetime) -> Select[Any]:
    """Return the query for the ids of the view's tickets, in the desk's order."""
    return select(ticket.c.id).where(condition(view, now)).order_by(*ORDER)


def condition(view: View, now: datetime) -> ColumnElement[bool]:
    """Return what must hold of a ticket to be in the view."""
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
    if view.search:  # first: SQLite asks in this order, and to few rows anything is left to ask
        asked.insert(0, desk_search.condition(view.search))
    return and_(*asked)


def _put_off(now: datetime) -> ColumnElement[bool]:
    """Put off, and neither late nor somebody in danger: these cannot be hidden."""
    until = func.coalesce(ticket.c.snoozed_until, now)
    return (until > now) & (ticket.c.respond_by > now) & (ticket.c.lane != Lane.SAFEGUARD)


def _is_put_off(row: Any, now: datetime) -> bool:
    until = row.snoozed_until or now
    return bool(until > now and row.respond_by > now and row.lane != Lane.SAFEGUARD)
