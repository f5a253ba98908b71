"""A person decides otherwise: who answers, in which lane, what a message really says.

Each decision is bound to the revision of the ticket that the person saw: where somebody, or a
customer's message, came between, nothing is changed and they are told. What was decided is kept
with who and when, and the ticket is decided again with it. Each verb returns the ticket's new
revision: who wants it taken back names that one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.domain.agent import AgentId
from triage.domain.deadline import SAFEGUARD_FLAGS
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import Lane, Policy
from triage.domain.team import Team
from triage.domain.ticket import MessageId, TicketId
from triage.errors import BadInput, ChangedMeanwhile, UnknownAgent, UnknownTicket
from triage.store import agents, audit, corrections, decisions, events, overrides
from triage.store.audit import Action
from triage.store.corrections import NewCorrection, What
from triage.store.database import Database
from triage.store.decisions import Assigned
from triage.store.events import EventKind

HIGHEST_LEVEL = 4
CORRECT_NOTHING = "expected level, emotion, no_emotion or flags; found none of them"
SAY_WHY = "why: expected a reason, because somebody may be in danger and this says they are not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who decides, on which ticket as they saw it, and why if they say so."""

    ticket_id: TicketId
    revision: int
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a person says of a message; what is `None` (`no_emotion` false) they leave as it is."""

    level: int | None = None
    emotion: Emotion | None = None
    no_emotion: bool = False
    flags: Collection[Flag] | None = None


def give(
    database: Database, person: Person, agent_id: AgentId | None, policy: Policy, now: datetime
) -> int:
    """Give the ticket to this agent, or back to everybody. Raises UnknownAgent.

    An agent whom a person chose keeps it, whatever the rules say.
    """

    def change(connection: Any, row: Any) -> Sequence[NewCorrection]:
        if agent_id is not None and not agents.names(connection, [agent_id]):
            raise UnknownAgent(f"there is no agent {agent_id}")
        overrides.hand_to(connection, row, agent_id)
        if agent_id is not None and agent_id != row.assignee_id:
            given = Assigned(person.ticket_id, agent_id, f"chosen by {person.by}")
            decisions.assign(connection, [given], now)
            _count(connection, agent_id, row.level, policy, now)
        return [_correction(person, What.AGENT, row.assignee_id, agent_id)]

    return change_as_seen(database, person, change, now, Action.GAVE)


def _count(connection: Any, agent_id: AgentId, level: int, policy: Policy, now: datetime) -> None:
    """Count what a person gave among what the agent got, in a row, too."""
    everybody = agents.all_agents(connection, policy, now, lock=True)
    team = Team.at(everybody, now).given(agent_id, level, policy)
    agents.assigned(connection, [it for it in team.everybody if it.id == agent_id], now)


def choose_lane(database: Database, person: Person, lane: Lane | None, now: datetime) -> int:
    """Put the ticket into this lane, or back to what its words say.

    Raises BadInput where it leaves the lane of those in danger and nobody says why.
    """

    def change(connection: Any, row: Any) -> Sequence[NewCorrection]:
        in_danger = Lane.SAFEGUARD in {row.lane, row.chosen_lane}
        if in_danger and lane not in {Lane.SAFEGUARD, row.chosen_lane}:
            _check_says_why(person)
        overrides.choose_lane(connection, row, lane)
        return [_correction(person, What.LANE, row.lane, lane)]

    return change_as_seen(database, person, change, now, Action.MOVED)


def decline(database: Database, person: Person, agent_id: AgentId, now: datetime) -> int:
    """Take the ticket from an agent who hands it back; it keeps its `respond_by`.

    Raises BadInput where they do not hold it.
    """

    def change(connection: Any, row: Any) -> Sequence[NewCorrection]:
        if row.assignee_id != agent_id:
            raise BadInput(f"agent {agent_id} does not hold ticket {person.ticket_id}")
        overrides.decline(connection, row, agent_id)
        return []  # no reason is asked for, and nothing is kept against anybody

    return change_as_seen(database, person, change, now, Action.DECLINED)


def correct_labels(
    database: Database, person: Person, message_id: MessageId, labels: Labels, now: datetime
) -> int:
    """Say what a customer's message really says.

    Raises BadInput, also where a sign of danger is denied and nobody says why.
    """

    def change(connection: Any, row: Any) -> Sequence[NewCorrection]:
        was = overrides.labels_in_force(connection, row, message_id)
        if was is None:
            raise BadInput(
                f"message {message_id}: not a customer's message of ticket {person.ticket_id}"
            )
        if SAFEGUARD_FLAGS & (set(was[What.FLAGS]) - set(said.get(What.FLAGS, was[What.FLAGS]))):
            _check_says_why(person)
        return [_correction(person, what, was[what], to, message_id) for what, to in said.items()]

    if not (said := _said(labels)):
        raise BadInput(CORRECT_NOTHING)
    return change_as_seen(database, person, change, now)


def _check_says_why(person: Person) -> None:
    if not person.why.strip():
        raise BadInput(SAY_WHY)


def _said(labels: Labels) -> dict[What, Any]:
    said: dict[What, Any] = {}
    if labels.level is not None:
        if not 0 <= labels.level <= HIGHEST_LEVEL:
            raise BadInput(f"level {labels.level}: expected 0 to {HIGHEST_LEVEL}")
        said[What.LEVEL] = labels.level
    if labels.emotion is not None or labels.no_emotion:
        said[What.EMOTION] = labels.emotion
    if labels.flags is not None:
        said[What.FLAGS] = sorted(labels.flags)
    return said


def _correction(
    person: Person, what: What, was: Any, to: Any, message_id: MessageId | None = None
) -> NewCorrection:
    return NewCorrection(
        ticket_id=person.ticket_id,
        message_id=message_id,
        what=what,
        was=was,
        now=to,
        by=person.by,
        why=person.why,
    )


def change_as_seen(
    database: Database,
    person: Person,
    change: Callable[[Any, Any], Sequence[NewCorrection]],
    now: datetime,
    action: str = Action.CORRECTED,
) -> int:
    """Change a ticket as it was seen, keep what was decided, and have it decided again.

    Returns the revision that the ticket has then.
    Raises UnknownTicket, ChangedMeanwhile, StoreUnavailable.
    """
    with database.writing() as connection:
        row = overrides.lock(connection, person.ticket_id)
        if row is None:
            raise UnknownTicket(f"there is no ticket {person.ticket_id}")
        if row.revision != person.revision:
            raise ChangedMeanwhile(
                f"ticket {person.ticket_id} changed since you saw it (revision "
                f"{person.revision}, now {row.revision}); look at it again"
            )
        made = change(connection, row)
        for one in made:
            corrections.add(connection, one, now)
        about = "; ".join(f"{it.what}: {it.was} to {it.now}" for it in made)
        audit.note(connection, person.by, action, person.ticket_id, about, now=now)
        overrides.decide_again(connection, row, now)
        events.append(connection, EventKind.CORRECTED, [person.ticket_id], now)
        revision: int = row.revision + 1
        return revision
