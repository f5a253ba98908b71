"""Give tickets to whoever is free: what nobody holds, what its holder left, what is late.

Earliest `respond_by` first. What a person pinned stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from triage.domain.agent import AgentId
from triage.domain.policy import Policy
from triage.domain.routing import Need
from triage.domain.team import Team, has_left
from triage.domain.ticket import TicketId
from triage.matching import match
from triage.store import agents, decisions, desk, events, needs
from triage.store.database import Database
from triage.store.decisions import Assigned
from triage.store.events import EventKind

MOST_AT_ONCE = 2_000  # tickets looked at in one transaction


def assign_waiting(database: Database, policy: Policy, now: datetime) -> int:
    """Assign what can be assigned now; return how many tickets. Raises StoreUnavailable."""
    with database.reading() as connection:
        if not desk.unassigned(connection, None, 1, lock=False):
            return 0
        if not _has_room(_team(connection, policy, now, lock=False)):
            return 0
    with database.writing() as connection:
        team, count, after = _team(connection, policy, now), 0, None
        while _has_room(team):
            rows = desk.unassigned(connection, after, MOST_AT_ONCE, lock=True)
            asked = needs.of_rows(connection, rows, policy, now)
            given, team = _give(connection, rows, asked, team, policy, "")
            count += given
            if len(rows) < MOST_AT_ONCE:
                break
            after = desk.Place(rows[-1].respond_by, TicketId(rows[-1].id))
        return count


def hand_on(database: Database, policy: Policy, now: datetime) -> int:
    """Take from its holder what they cannot answer; return how many tickets.

    What somebody holds who left their shift waits again among all that nobody holds, so that it
    passes nothing that is due before it. What has become late goes, once, to somebody who has room.
    """
    if not _to_hand_on(database, policy, now):
        return 0
    with database.writing() as connection:
        team = _team(connection, policy, now)
        here = [it.id for it in team.here]
        left = desk.held_by(connection, _left(team, policy), MOST_AT_ONCE, late_at=None)
        desk.hand_back(connection, [TicketId(it.id) for it in left])
        late = desk.held_by(connection, here, MOST_AT_ONCE, late_at=now - policy.grace_when_late)
        asked = [_without_holder(it) for it in needs.of_rows(connection, late, policy, now)]
        moved, _ = _give(connection, late, asked, team, policy, "late; ", late=True)
        ids = [TicketId(it.id) for it in left]
        events.append(connection, EventKind.HANDED_BACK, ids, now)
        return len(left) + moved


def _to_hand_on(database: Database, policy: Policy, now: datetime) -> bool:
    with database.reading() as connection:
        team = _team(connection, policy, now, lock=False)
        if desk.held_by(connection, _left(team, policy), 1, late_at=None, lock=False):
            return True
        here, late_at = [it.id for it in team.here], now - policy.grace_when_late
        late = desk.held_by(connection, here, 1, late_at=late_at, lock=False)
        return bool(late) and _has_room(team)


def _left(team: Team, policy: Policy) -> list[AgentId]:
    """Return who has left, where somebody else is there."""
    everybody = team.everybody if team.here else ()
    return [it.id for it in everybody if has_left(it, policy, team.now)]


def _has_room(team: Team) -> bool:
    return any(it.load < it.capacity for it in team.here)


def _team(connection: Any, policy: Policy, now: datetime, *, lock: bool = True) -> Team:
    return Team.at(agents.all_agents(connection, policy, now, lock=lock), now)


def _give(
    connection: Any,
    rows: Sequence[Any],
    asked: Sequence[Need],
    team: Team,
    policy: Policy,
    why: str,
    *,
    late: bool = False,
) -> tuple[int, Team]:
    pairs, team = match(asked, team, policy)
    assigned = [Assigned(TicketId(rows[it.place].id), it.agent.id, why + it.reason) for it in pairs]
    desk.hand_over(connection, assigned, late=late)
    decisions.assign(connection, assigned, team.now)
    given = {it.agent_id for it in assigned}
    agents.assigned(connection, [it for it in team.everybody if it.id in given], team.now)
    events.append(connection, EventKind.ASSIGNED, [it.ticket_id for it in assigned], team.now)
    return len(assigned), team


def _without_holder(need: Need) -> Need:
    holder = frozenset({need.assignee}) if need.assignee is not None else frozenset()
    return replace(need, assignee=None, declined=need.declined | holder)
