"""A run as people read it: its comparison with names, tickets and the words that weigh most.

What a run keeps holds no word of a customer's; these are looked up when somebody looks, and stand
here without personal data, as on every list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.rescoring import ItemState
from triage.domain.ticket import TicketId
from triage.masking import mask
from triage.store import agents, rescore_items
from triage.store.database import Database

LEVELS = range(5)
LONGEST_WORDS = 160  # characters of evidence
MOST_NOT_DONE = 20  # tickets named that were skipped or left


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveShown:
    """A ticket that would move: what it is and would be, and the words that weigh most in it."""

    ticket: TicketId
    external_id: str
    subject: str
    lane: tuple[str, str]
    level: tuple[int, int]
    respond_by: tuple[datetime, datetime]
    agent: tuple[str | None, str | None]
    words: str
    state: ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What somebody holds and carries, before and after."""

    name: str
    team: str
    capacity: int
    load: tuple[int, int]
    emotional: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a run would change, or has changed. `lanes` and `levels` are tables: rows are as it is,
    columns as it would be.
    """

    at: datetime
    tickets: int
    changed: Mapping[str, int]
    lane_names: list[str]
    lanes: list[list[int]]
    levels: list[list[int]]
    late: tuple[int, int]
    soon: tuple[int, int]
    team: list[Carried]
    moves: list[MoveShown]


@dataclass(frozen=True, slots=True)
class NotDone:
    """A ticket that was skipped, left or could not be read, and why."""

    ticket: TicketId
    external_id: str
    state: ItemState
    why: str


def comparison(database: Database, run: Any) -> Comparison | None:
    """Return a run's comparison, None until all is scored. Raises StoreUnavailable."""
    if (found := run.compared) is None:
        return None
    with database.reading() as connection:
        rows = rescore_items.with_tickets(connection, run.id, found["moves"])
        words = rescore_items.words_of(connection, [it.evidence for it in rows])
        everybody = {it.id: it for it in agents.listed(connection)}
    named = {number: str(it.name) for number, it in everybody.items()}
    lanes = [str(it) for it in Lane if any(it in row[:2] for row in found["lanes"])]
    return Comparison(
        at=datetime.fromisoformat(found["at"]),
        tickets=found["tickets"],
        changed=found["changed"],
        lane_names=lanes,
        lanes=_table(found["lanes"], lanes),
        levels=_table(found["levels"], LEVELS),
        late=tuple(found["late"]),
        soon=tuple(found["soon"]),
        team=_team(found["agents"], everybody),
        moves=[_move(it, words, named) for it in rows],
    )


def not_done(database: Database, run_id: int) -> list[NotDone]:
    """Return some of the tickets with which nothing was done, and why."""
    states = (ItemState.SKIPPED, ItemState.LEFT, ItemState.FAILED)
    with database.reading() as connection:
        rows = rescore_items.in_states(connection, run_id, states, MOST_NOT_DONE)
    return [
        NotDone(TicketId(it.ticket_id), it.external_id, ItemState(it.state), it.why or CANNOT)
        for it in rows
    ]


CANNOT = "it cannot be read; the workers' log says why"


def _table(found: list[list[Any]], names: Any) -> list[list[int]]:
    counts = {(was, now): count for was, now, count in found}
    return [[counts.get((was, now), 0) for now in names] for was in names]


def _team(found: list[dict[str, Any]], everybody: Mapping[int, Any]) -> list[Carried]:
    """Return what each carries, by team and name: never a ranking."""
    known = [(everybody[it["agent"]], it) for it in found if it["agent"] in everybody]
    known.sort(key=lambda pair: (pair[0].team.casefold(), pair[0].name.casefold()))
    return [
        Carried(
            name=row.name,
            team=row.team,
            capacity=row.capacity,
            load=tuple(it["load"]),
            emotional=tuple(it["emotional"]),
        )
        for row, it in known
    ]


def _move(row: Any, words: Mapping[int, str], names: Mapping[int, str]) -> MoveShown:
    def named(number: AgentId | None) -> str | None:
        return names.get(number) if number is not None else None

    return MoveShown(
        ticket=TicketId(row.ticket_id),
        external_id=row.external_id,
        subject=mask(row.subject, row.language).text,
        lane=(row.lane, row.new_lane),
        level=(row.level, row.new_level),
        respond_by=(row.respond_by, row.new_respond_by),
        agent=(named(row.agent_id), named(row.new_agent_id)),
        words=mask(_cut(row.evidence, words), row.language).text,
        state=ItemState(row.state),
    )


def _cut(evidence: list[int], words: Mapping[int, str]) -> str:
    if not evidence:
        return ""
    number, start, end = evidence
    said = " ".join(words.get(number, "")[start:end].split())
    return said if len(said) <= LONGEST_WORDS else f"{said[: LONGEST_WORDS - 1]}…"


def not_in_force(run: Any, policy: str, playbook: str) -> str:
    """Return what a run decides by that live tickets are not decided by; nothing where it is."""
    other = [
        f"{what} {mine} ({theirs} is in force)"
        for what, mine, theirs in (
            ("policy", run.policy_version, policy),
            ("playbook", run.playbook_version, playbook),
        )
        if mine != theirs
    ]
    return " and ".join(other)


def span_words(span: timedelta) -> str:
    """Return by how much a deadline moves, as people say it: 5 h later, 40 min sooner."""
    minutes = round(abs(span) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    long = (
        f"{hours} h {rest:02d} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"
    )
    return "" if not minutes else f"{long} {'later' if span > timedelta() else 'sooner'}"
