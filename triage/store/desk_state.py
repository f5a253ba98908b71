"""What a supervisor asks first: is anybody in trouble, is anything late, is the team all right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from triage.domain.policy import Lane, Policy
from triage.store import agents, events, follow_ups, work
from triage.store.tables import ticket

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """The desk in a few numbers, as of one event."""

    seq: int
    waiting: int
    snoozed: int
    safeguard: int
    alone: int  # of these, whom nobody answers yet
    late: int
    soon: int  # due within SOON
    dead: int
    broken: int
    on_shift: int
    full: int  # on shift, and with no room for another ticket or another hard one
    agents: int


def desk_state(connection: Connection, policy: Policy, now: datetime) -> DeskState:
    """Return the state of the desk; each number is read from a small index."""
    team = agents.all_agents(connection, policy, now)
    here = [it for it in team if it.on_shift(now)]
    safeguard = ticket.c.lane == Lane.SAFEGUARD
    return DeskState(
        seq=events.latest(connection),
        waiting=_count(connection),
        snoozed=_count(connection, ticket.c.snoozed_until > now),
        safeguard=_count(connection, safeguard),
        alone=_count(connection, safeguard, ticket.c.assignee_id.is_(None)),
        late=_count(connection, ticket.c.respond_by < now),
        soon=_count(connection, ticket.c.respond_by >= now, ticket.c.respond_by < now + SOON),
        dead=work.backlog(connection, now).dead,
        broken=follow_ups.count_broken(connection),
        on_shift=len(here),
        full=sum(
            it.load >= it.capacity or it.emotional_load >= policy.emotional_budget for it in here
        ),
        agents=len(team),
    )


def _count(connection: Connection, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ticket).where(ticket.c.status == "waiting", *which)
    return connection.execute(query).scalar_one()
