"""What a decision was made from, as its receipt keeps it: to JSON values, and back again. Pure.

Of a ticket and a team only that is kept which may be otherwise later: its words, and what people
can do, are taken from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from triage.domain.agent import Agent
from triage.domain.policy import Lane
from triage.domain.reading import Reading
from triage.domain.replay import Recorded
from triage.domain.team import Team
from triage.domain.ticket import Author, Familiar, Message, Mode, Status, Ticket

DIGITS = 6  # of emotional load: rounded more, who had no room would seem to have had it


def inputs_of(ticket: Ticket, reading: Reading, team: Team) -> dict[str, Any]:
    """Return a receipt's `inputs`."""
    return {
        "waiting_since": ticket.waiting_since.isoformat(),
        "reopened": ticket.reopened,
        "unanswered": ticket.unanswered,
        "hand_overs": ticket.hand_overs,
        "missed_promises": ticket.missed_promises,
        "tier": ticket.tier,
        "promised": ticket.promised.isoformat() if ticket.promised else None,
        "held_by": ticket.assignee,
        "pinned": ticket.pinned,
        "declined": sorted(ticket.declined),
        "familiar": ticket.familiar.agent if ticket.familiar else None,
        "familiar_at": ticket.familiar.at.isoformat() if ticket.familiar else None,
        "chosen_lane": ticket.lane,
        "messages": [one.message.id for one in reading.messages],
        "status": ticket.status,
        "tags": sorted(ticket.tags),
        "opening_raises": ticket.opening_raises,
        "agents": {str(agent.id): _carried(agent) for agent in team.here},
    }


def ticket_then(ticket: Ticket, made: Mapping[str, Any]) -> Ticket:
    """Return the ticket as it was when the receipt `made` was."""
    inputs = made["inputs"]
    return replace(
        ticket,
        messages=tuple(_known(ticket.messages, made)),
        status=Status(inputs["status"]),
        waiting_since=datetime.fromisoformat(inputs["waiting_since"]),
        reopened=inputs["reopened"],
        hand_overs=inputs["hand_overs"],
        missed_promises=inputs["missed_promises"],
        tier=inputs["tier"],
        promised=_moment(inputs["promised"]),
        assignee=inputs["held_by"],
        pinned=inputs["pinned"],
        declined=frozenset(inputs["declined"]),
        familiar=_familiar(inputs),
        lane=_lane(inputs),
        mode=Mode(made["mode"]),
        tags=frozenset(inputs["tags"]),
        opening_raises=inputs["opening_raises"],
    )


def team_then(everybody: Sequence[Agent], made: Mapping[str, Any]) -> Team:
    """Return the team with what each carried then; who was not on shift is not here."""
    then = made["inputs"]["agents"]
    all_then = tuple(
        _carrying(it, then[str(it.id)]) if str(it.id) in then else it for it in everybody
    )
    here = tuple(it for it in all_then if str(it.id) in then)
    return replace(Team.at(all_then, made["at"]), here=here)


def recorded(inputs: Mapping[str, Any], lane: Lane) -> Recorded:
    """Return what a replay needs to know of the ticket as it was; `lane` is the receipt's."""
    return Recorded(
        reopened=inputs["reopened"],
        hand_overs=inputs["hand_overs"],
        missed_promises=inputs["missed_promises"],
        tier=inputs["tier"],
        promised=_moment(inputs["promised"]),
        chosen=_lane(inputs),
        lane=lane,
    )


def _carried(agent: Agent) -> list[float | None]:
    """Return what routing saw of an agent on shift: load, emotional load, heavy tickets in a row,
    and when they last got one and may have a heavy one again (seconds since 1970, None: never).
    """
    moments = [it.timestamp() if it else None for it in (agent.assigned_at, agent.rests_until)]
    return [agent.load, round(agent.emotional_load, DIGITS), agent.heavy_run, *moments]


def _carrying(agent: Agent, carried: Sequence[Any]) -> Agent:
    """Return the agent with what `_carried` said of them."""
    load, emotional_load, heavy_run, *moments = carried
    assigned_at, rests_until = (
        None if it is None else datetime.fromtimestamp(it, UTC) for it in moments
    )
    return replace(
        agent,
        load=load,
        emotional_load=emotional_load,
        heavy_run=heavy_run,
        assigned_at=assigned_at,
        rests_until=rests_until,
    )


def _known(messages: Iterable[Message], made: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the messages that there were: of customers by number, of others by their time."""
    for one in messages:
        theirs = one.author is Author.CUSTOMER
        if one.id <= made["message_id"] if theirs else one.sent_at <= made["at"]:
            yield one


def _familiar(inputs: Mapping[str, Any]) -> Familiar | None:
    at = _moment(inputs["familiar_at"])
    return Familiar(inputs["familiar"], at) if at else None


def _lane(inputs: Mapping[str, Any]) -> Lane | None:
    return Lane(inputs["chosen_lane"]) if inputs["chosen_lane"] else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
