"""The last chunk of a run compares: what would move, to whom, and what that does to the team.

One pass over what was scored, the most urgent first, by the very rules that would place it; it
keeps counts and the largest moves, so that it needs as little memory for many tickets as for few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.rescoring import Compared, Move, RunState, compare, placed
from triage.domain.routing import Need, still_familiar
from triage.domain.team import Team
from triage.domain.ticket import Mode, Status, TicketId
from triage.ports import Clock
from triage.recording import By
from triage.store import agents, rescore_chunks, rescore_items, rescores, threads
from triage.store.database import Database
from triage.store.rescore_chunks import Chunk

MOST_AT_ONCE = 500  # tickets placed between two transactions


def compare_run(
    database: Database, mine: Chunk, by: By, clock: Clock, give_way: Callable[[], None]
) -> None:
    """Compare a run whose tickets are scored, and let it wait for somebody, or be applied."""
    now = clock()
    with database.reading() as connection:
        team = Team.at(agents.all_agents(connection, by.policy, now), now)
    placing = _Placing(database, mine, by, clock, give_way, team)
    found = as_json(compare(placing.moves(), now), team, placing.team, now)
    with database.writing() as connection:
        if rescore_chunks.keep(connection, mine, clock(), done=True):
            run = rescores.find(connection, mine.run_id, lock=True)
            values: dict[str, Any] = {"compared": found, "scored_at": now}
            if run.state == RunState.SCORING:  # else it was cancelled meanwhile
                values["state"] = RunState.APPLYING if run.applies else RunState.SCORED
            rescores.put(connection, mine.run_id, **values)


@dataclass(slots=True)
class _Placing:
    """Who would hold what, worked out one ticket after the other on a team that fills."""

    database: Database
    mine: Chunk
    by: By
    clock: Clock
    give_way: Callable[[], None]
    team: Team

    def moves(self) -> Iterator[Move]:
        after, more = None, True
        while more:
            with self.database.reading() as connection:
                rows = rescore_items.by_urgency(connection, self.mine.run_id, after, MOST_AT_ONCE)
                since = self.team.now - self.by.policy.familiar_for
                known = threads.familiar(connection, rows, since)
            moved: dict[TicketId, AgentId | None] = {}
            for row in rows:
                self.give_way()
                move = self._placed(row, known.get(row.id))
                if move.changes("agent"):
                    moved[move.ticket_id] = move.after.agent
                yield move
            self._keep(moved)
            more = len(rows) == MOST_AT_ONCE
            after = rows[-1] if rows else None

    def _placed(self, row: Any, familiar: Any) -> Move:
        move = rescore_items.move_of(row)
        if row.mode != Mode.ASSIGN or not row.waits:
            return move
        need = Need(
            lane=Lane(row.new_lane),
            level=row.new_level,
            waits=row.status == Status.WAITING,
            language=row.new_language,
            tags=frozenset(row.tags),
            assignee=move.before.agent,
            pinned=row.pinned,
            declined=frozenset(map(AgentId, row.declined)),
            familiar=still_familiar(familiar, self.by.policy, self.team.now),
            waited=self.team.now - row.waiting_since,
        )
        agent, self.team = placed(move, need, self.team, row.weight, self.by.policy)
        return replace(move, after=replace(move.after, agent=agent))

    def _keep(self, moved: dict[TicketId, AgentId | None]) -> None:
        with self.database.writing() as connection:
            if rescore_chunks.keep(connection, self.mine, self.clock(), done=False):
                rescore_items.place(connection, self.mine.run_id, moved)


def as_json(found: Compared, before: Team, after: Team, now: datetime) -> dict[str, Any]:
    """Return a comparison as the run keeps it; names and words are looked up when it is shown."""
    then = {it.id: it for it in after.everybody}
    return {
        "at": now.isoformat(),
        "tickets": found.tickets,
        "changed": dict(found.changed),
        "lanes": [[*pair, count] for pair, count in sorted(found.lanes.items())],
        "levels": [[*pair, count] for pair, count in sorted(found.levels.items())],
        "late": list(found.late),
        "soon": list(found.soon),
        "moves": [it.ticket_id for it in found.moves],
        "agents": [
            {
                "agent": it.id,
                "load": [it.load, then[it.id].load],
                "emotional": [round(one.emotional_load, 2) for one in (it, then[it.id])],
            }
            for it in before.everybody
        ],
    }
