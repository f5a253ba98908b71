"""A run that scores tickets again: what may be done with it when, and what it would change. Pure.

What a ticket would be is compared with what it is. Whoever it would go to is worked out one ticket
after the other, most urgent first, on the team as it is now: the same rules as when it is applied,
later and on another team perhaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nsmallest

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Lane, Policy
from triage.domain.routing import Need, choose
from triage.domain.team import Team
from triage.domain.ticket import TicketId

MOST_MOVES = 50  # that a comparison names
SOON = timedelta(hours=1)


class RunState(StrEnum):
    """How far a run is."""

    SCORING = "scoring"
    SCORED = "scored"  # and compared: somebody decides now
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What somebody may do with a run."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    APPLY = "apply"
    UNDO = "undo"


class ItemState(StrEnum):
    """What became of one ticket of a run."""

    SAME = "same"  # nothing that anybody sees would change
    PENDING = "pending"
    APPLIED = "applied"
    SKIPPED = "skipped"  # it changed meanwhile
    UNDONE = "undone"
    LEFT = "left"  # something newer happened since it was applied
    FAILED = "failed"  # it cannot be read


AT_WORK = frozenset({RunState.SCORING, RunState.APPLYING, RunState.UNDOING})
ENDED = {
    RunState.SCORED: "is scored and waits for you: apply or cancel it",
    RunState.APPLIED: "was applied already",
    RunState.UNDONE: "was taken back already",
    RunState.CANCELLED: "is cancelled",
}


FROM = {
    Verb.CANCEL: frozenset({RunState.SCORING, RunState.SCORED, RunState.APPLYING}),
    Verb.APPLY: frozenset({RunState.SCORED}),
    Verb.UNDO: frozenset({RunState.APPLIED, RunState.CANCELLED}),
}
LACKS = {
    Verb.CANCEL: "there is nothing to cancel",
    Verb.APPLY: "only a run that is scored can be applied",
    Verb.UNDO: "there is nothing to take back",
}


def fault(verb: Verb, state: RunState, *, paused: bool, applied: int) -> str | None:
    """Return why this cannot be done with a run now, in words that follow its number.

    `applied`: of how many tickets what it found is in force.
    """
    if verb in {Verb.PAUSE, Verb.RESUME}:
        return _fault_of_pause(verb, state, paused=paused)
    if verb is Verb.UNDO and state is RunState.APPLYING:
        return "is still being applied; cancel it first, then take it back"
    if state not in FROM[verb]:
        return f"{_now(state)}; {LACKS[verb]}"
    if verb is Verb.UNDO and not applied:
        return f"changed nothing; {LACKS[verb]}"
    return None


def _fault_of_pause(verb: Verb, state: RunState, *, paused: bool) -> str | None:
    if state not in AT_WORK:
        return f"{ENDED[state]}; there is nothing to {verb}"
    if paused == (verb is Verb.PAUSE):
        return "is paused already" if paused else "is not paused"
    return None


def _now(state: RunState) -> str:
    return ENDED.get(state, f"is {state} now")


def allowance(rate: float, since: datetime | None, now: datetime) -> tuple[int, datetime]:
    """Return how many tickets are due now at so many a second, and since when the next one counts.

    What was not used for a while is lost; a clock that went back begins anew.
    """
    second = timedelta(seconds=1)
    if since is None or since > now:
        since = now - second / max(rate, 1.0)
    most = 2 * second + second / rate
    due = int(min(now - since, most) / second * rate + TINY)
    return due, now if now - since > most else since + due * second / rate


TINY = 1e-6  # what dividing loses


@dataclass(frozen=True, slots=True)
class Side:
    """How a ticket stands, or would stand."""

    lane: Lane
    level: int
    respond_by: datetime
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class Move:
    """A ticket as it is and as it would be; `waits`: its customer waits for an answer."""

    ticket_id: TicketId
    before: Side
    after: Side
    waits: bool = True

    def changes(self, what: str) -> bool:
        return bool(getattr(self.before, what) != getattr(self.after, what))


CHANGES = ("level", "lane", "agent", "respond_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a run would change. `lanes` and `levels` count tickets by what they are and would be;
    `late` and `soon` (due within an hour) count who waits, before and after.
    """

    tickets: int
    changed: Mapping[str, int]
    lanes: Mapping[tuple[Lane, Lane], int]
    levels: Mapping[tuple[int, int], int]
    late: tuple[int, int]
    soon: tuple[int, int]
    moves: tuple[Move, ...]


def compare(moves: Iterable[Move], now: datetime) -> Compared:
    """Return what differs, with the largest moves: lanes first, then levels, then deadlines."""
    changed = Counter(dict.fromkeys(CHANGES, 0))
    lanes: Counter[tuple[Lane, Lane]] = Counter()
    levels: Counter[tuple[int, int]] = Counter()
    late, soon, moved, tickets = [0, 0], [0, 0], [], 0
    for one in moves:
        tickets += 1
        sides = (one.before, one.after)
        changed.update(what for what in CHANGES if one.changes(what))
        lanes[one.before.lane, one.after.lane] += 1
        levels[one.before.level, one.after.level] += 1
        for at, side in enumerate(sides) if one.waits else ():
            late[at] += side.respond_by < now
            soon[at] += now <= side.respond_by < now + SOON
        if any(one.changes(what) for what in CHANGES):
            moved.append(one)
    return Compared(
        tickets=tickets,
        changed=changed,
        lanes=lanes,
        levels=levels,
        late=(late[0], late[1]),
        soon=(soon[0], soon[1]),
        moves=tuple(nsmallest(MOST_MOVES, moved, key=_widest)),
    )


def _widest(one: Move) -> tuple[bool, bool, int, timedelta, int]:
    was, now = one.before, one.after
    danger = Lane.SAFEGUARD in {was.lane, now.lane} and was.lane is not now.lane
    due = abs(was.respond_by - now.respond_by)
    return (not danger, was.lane is now.lane, -abs(was.level - now.level), -due, one.ticket_id)


def placed(
    move: Move, need: Need, team: Team, weight: float, policy: Policy
) -> tuple[AgentId | None, Team]:
    """Return who would hold the ticket, and the team as it is then; `weight`: what it weighs now on
    whoever holds it.
    """
    choice = choose(need, team, policy)
    agent = choice.agent.id if choice.agent else None
    if agent == move.before.agent:
        more = policy.emotional_weights[move.after.level] - weight
        return agent, _changed(team, agent, 0, more)
    team = _changed(team, move.before.agent, -1, -weight)
    return agent, team.given(agent, move.after.level, policy) if agent is not None else team


def _changed(team: Team, agent_id: AgentId | None, tickets: int, weight: float) -> Team:
    """Return the team with so much more in the hands of one of them."""
    if agent_id is None or not (tickets or weight):
        return team

    def with_it(agent: Agent) -> Agent:
        if agent.id != agent_id:
            return agent
        emotional = max(0.0, agent.emotional_load + weight)
        return replace(agent, load=max(0, agent.load + tickets), emotional_load=emotional)

    everybody, here = (tuple(map(with_it, it)) for it in (team.everybody, team.here))
    return replace(team, everybody=everybody, here=here)
