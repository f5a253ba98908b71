"""History as it can be played again: what arrived when, how it reads, how long answers took. Pure.

A turn is what a customer wrote until somebody answered. How long an answer took is counted from
when its ticket was given to the agent, from their answer before it, or from when their shift began,
whichever was latest: what lies before that was waiting, not work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from triage.domain.agent import Agent, AgentId, Shift
from triage.domain.emotion import NO_SCORES, Scoring
from triage.domain.policy import Lane, Policy
from triage.domain.reading import Corrected, Reading, read_ticket, recent
from triage.domain.routing import LONG_AGO
from triage.domain.ticket import Author, Message, MessageId, Status, Ticket, TicketId

LONGEST_WORK = timedelta(hours=1)  # on one answer; what took longer was a night or a break, too
KEPT = 2  # messages of a thread: routing asks whether there is a second one

#: A ticket's turn, by its number.
TurnKey = tuple[TicketId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a receipt says of the ticket as it was; `chosen` by a person, `lane` by the decision."""

    reopened: int
    hand_overs: int
    missed_promises: int
    tier: str | None
    promised: datetime | None
    chosen: Lane | None
    lane: Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A ticket with its whole thread and all that was recorded of it.

    `scorings` are as it was read, `again` as another model reads it. `given` says when it was given
    to whom, oldest first; `released_at` when it stopped to wait last.
    """

    ticket: Ticket
    customer: str | None
    language_hint: str | None
    corrected: Mapping[MessageId, Corrected]
    scorings: Mapping[MessageId, Scoring]
    again: Mapping[MessageId, Scoring]
    recorded: Mapping[MessageId, Recorded]
    given: tuple[tuple[datetime, AgentId], ...]
    released_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a customer began to wait, and when whom they waited for answered."""

    key: TurnKey
    asked_at: datetime
    answered_at: datetime | None = None
    by: AgentId | None = None
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A customer's message with its ticket as it was then, without any words.

    `readings` are by the policy and model as they are, and by those that are tried; `lane` is what
    was decided then.
    """

    at: datetime
    turn: TurnKey
    ticket: Ticket
    customer: str | None
    readings: tuple[Reading, Reading]
    lane: Lane | None


@dataclass(frozen=True, slots=True)
class Work:
    """How long the answer to each turn took, and of which turns that is known."""

    times: Mapping[TurnKey, timedelta]
    known: frozenset[TurnKey]


def turns(past: Past) -> list[Turn]:
    """Return the turns of a ticket, oldest first; one that was closed unanswered ends then."""
    asked: dict[int, datetime] = {}
    ended: dict[int, datetime] = {}
    for turn, one in _by_turn(past.ticket.messages):
        if one.author is Author.CUSTOMER:
            asked.setdefault(turn, one.sent_at)
        elif one.author is Author.AGENT and turn in asked:
            ended[turn] = one.sent_at
    last = max(asked, default=0)
    if last in asked and past.released_at is not None and past.released_at >= asked[last]:
        ended.setdefault(last, past.released_at)
    return [_turn(past, it, asked[it], ended.get(it)) for it in asked]


def arrivals(
    past: Past, since: datetime, policies: tuple[Policy, Policy]
) -> tuple[list[Arrival], int]:
    """Return what customers wrote since then as it arrived, and how much of it nobody has read."""
    found: list[Arrival] = []
    unread = 0
    for place, (turn, one) in enumerate(_by_turn(past.ticket.messages)):
        if one.author is Author.CUSTOMER and one.sent_at >= since:
            made = _arrival(past, place, turn, policies)
            found.extend([made] if made else [])
            unread += made is None
    return found, unread


def work_of(all_turns: Iterable[Turn], staff: Iterable[Agent], default: timedelta) -> Work:
    """Return how long each turn's answer took; `default` where nobody can tell."""
    shifts = {it.id: it.shift for it in staff}
    times: dict[TurnKey, timedelta] = {}
    before: dict[AgentId, datetime] = {}
    known: set[TurnKey] = set()
    for one in sorted(all_turns, key=lambda it: (it.answered_at or it.asked_at, it.key)):
        if one.answered_at is None or one.by is None or one.given_at is None:
            times[one.key] = default
            continue
        came = _began(shifts.get(one.by), one.answered_at)
        began = max(one.given_at, came, before.get(one.by, came))
        times[one.key] = min(LONGEST_WORK, max(timedelta(), one.answered_at - began))
        before[one.by] = one.answered_at
        known.add(one.key)
    return Work(times, frozenset(known))


def _began(shift: Shift | None, moment: datetime) -> datetime:
    """Return when the shift began that covers a moment; long ago where there is none."""
    if shift is None or not shift.covers(moment):
        return LONG_AGO
    local = moment.astimezone(shift.zone)
    today = shift.hours.get(local.weekday())
    if today and today.start <= local.time():
        return datetime.combine(local.date(), today.start, shift.zone)
    before = local.date() - timedelta(days=1)
    return datetime.combine(before, shift.hours[before.weekday()].start, shift.zone)


def _by_turn(messages: Iterable[Message]) -> Iterator[tuple[int, Message]]:
    """Yield each message with the number of its turn; the answer is the turn's last message."""
    turn, asked = 0, False
    for one in messages:
        yield turn, one
        if one.author is Author.CUSTOMER:
            asked = True
        elif one.author is Author.AGENT and asked:
            turn, asked = turn + 1, False


def _turn(past: Past, number: int, asked: datetime, ended: datetime | None) -> Turn:
    turn = Turn(key=(past.ticket.id, number), asked_at=asked, answered_at=ended)
    before = [it for it in past.given if ended is not None and it[0] <= ended]
    if not before:
        return turn
    given_at, agent = before[-1]
    return replace(turn, by=agent, given_at=max(given_at, asked))


def _arrival(past: Past, place: int, turn: int, policies: tuple[Policy, Policy]) -> Arrival | None:
    one = past.ticket.messages[place]
    ticket = _then(past.ticket, place, _nearest(past.recorded, one.id))
    recorded = past.recorded.get(one.id)
    was, tried = policies
    before = _reading(past, ticket, past.scorings, was)
    same = was is tried and past.again is past.scorings
    after = before if same else _reading(past, ticket, past.again, tried)
    if before is None or after is None:
        return None
    return Arrival(
        at=one.sent_at,
        turn=(ticket.id, turn),
        ticket=replace(ticket, subject="", messages=tuple(_wordless(ticket))),
        customer=past.customer,
        readings=(before, after),
        lane=recorded.lane if recorded else None,
    )


def _nearest(recorded: Mapping[MessageId, Recorded], message: MessageId) -> Recorded | None:
    """Return what was recorded nearest to a message: two that came together share a receipt."""
    nearest = min(recorded, key=lambda it: (abs(it - message), it), default=None)
    return recorded[nearest] if nearest is not None else None


def _then(ticket: Ticket, place: int, recorded: Recorded | None) -> Ticket:
    """Return the ticket as it was when this message came; of what was not recorded, nothing."""
    return replace(
        ticket,
        messages=ticket.messages[: place + 1],
        status=Status.WAITING,
        assignee=None,
        pinned=False,
        declined=frozenset(),
        reopened=recorded.reopened if recorded else 0,
        hand_overs=recorded.hand_overs if recorded else 0,
        missed_promises=recorded.missed_promises if recorded else 0,
        tier=recorded.tier if recorded else ticket.tier,
        promised=recorded.promised if recorded else None,
        lane=recorded.chosen if recorded else None,
    )


def _reading(
    past: Past, ticket: Ticket, scorings: Mapping[MessageId, Scoring], policy: Policy
) -> Reading | None:
    """Return how the thread reads, without its words; None where a message was not read."""
    read = [scorings.get(it.id) for it in recent(ticket, policy)]
    known = [it for it in read if it is not None]
    if len(known) < len(read):
        return None
    reading = read_ticket(ticket, known, policy, past.corrected)
    charge = replace(reading.charge, contributions=())
    return replace(reading, messages=(), emotions=NO_SCORES, charge=charge, trajectory=None)


def _wordless(ticket: Ticket) -> Iterator[Message]:
    for one in ticket.customer_messages[:KEPT]:
        yield replace(one, text="")
