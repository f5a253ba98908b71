"""The last chunk of a run compares: what would move, to whom, and what that does to the team.

One pass over what was scored, the most urgent first, by the very rules that would place it; it
keeps counts and the largest moves, so that it needs as little memory for many tickets as for few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
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
from triage.store.rescore_chunks import KEEP_EVERY, Chunk, LeaseLost

MOST_AT_ONCE = 500  # tickets read at once


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
        if not rescore_chunks.keep(connection, mine, clock(), done=True):
            raise LeaseLost
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
    moved: dict[TicketId, AgentId | None] = field(default_factory=dict)  # not stored yet
    kept_at: datetime = field(init=False)

    def moves(self) -> Iterator[Move]:
        after, more, self.kept_at = None, True, self.clock()
        while more:
            with self.database.reading() as connection:
                rows = rescore_items.by_urgency(connection, self.mine.run_id, after, MOST_AT_ONCE)
                since = self.team.now - self.by.policy.familiar_for
                known = threads.familiar(connection, rows, since)
            for row in rows:
                yield self._moved(row, known.get(row.id))
            self._keep()
            more = len(rows) == MOST_AT_ONCE
            after = rows[-1] if rows else None

    def _moved(self, row: Any, familiar: Any) -> Move:
        self.give_way()
        if self.clock() - self.kept_at >= KEEP_EVERY:
            self._keep()
        move = self._placed(row, familiar)
        if move.changes("agent"):
            self.moved[move.ticket_id] = move.after.agent
        return move

    def _placed(self, row: Any, familiar: Any) -> Move:
        move = rescore_items.move_of(row)
        if row.mode != Mode.ASSIGN or not row.waits or self._nobody_can(move):
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

    def _nobody_can(self, move: Move) -> bool:
        """Most of a backlog waits for somebody who has room: that is asked first."""
        return move.before.agent is None and all(it.load >= it.capacity for it in self.team.here)

    def _keep(self) -> None:
        now = self.clock()
        with self.database.writing() as connection:
            if not rescore_chunks.keep(connection, self.mine, now, done=False):
                raise LeaseLost
            rescore_items.place(connection, self.mine.run_id, self.moved)
        self.moved, self.kept_at = {}, now


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
