"""Outcomes: how the customer's next message reads after a reply, by strategy and by feeling.

Both sides of an exchange are read by one model version, the newest that scored both, and as people
corrected them. Nothing here knows who answered: there is no figure about a person to be had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from triage.domain.charge import charge_at, message_charge
from triage.domain.emotion import ScoringState
from triage.domain.interval import Interval
from triage.domain.outcome import (
    Exchange,
    Mood,
    Outcome,
    Said,
    Turn,
    by_both,
    by_emotion,
    by_strategy,
    turns,
)
from triage.domain.policy import Policy
from triage.domain.ticket import MessageId, TicketId
from triage.rules import Rules
from triage.settings import Settings
from triage.store import exchanges, schema
from triage.store.database import Database
from triage.store.exchanges import Card, Exchanged

CHUNK = 500  # tickets read at once
FIRST = TicketId(0)
NO_CARD = "no card"
TOO_FEW = "too few"
HEADER = ("exchanges", "change of charge", "charged", "calmed", "silent", "unread")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What replies did since a moment, by strategy, by feeling, and by both."""

    since: datetime
    strategies: list[Outcome]
    emotions: list[Outcome]
    both: list[Outcome]


def outcomes(
    database: Database, policy: Policy, since: datetime, *, after: TicketId = FIRST
) -> Outcomes:
    """Return what became of the customers who were answered since then, in tickets `after` one."""
    found = list(_exchanges(database, policy, since, after))
    return Outcomes(since, by_strategy(found), by_emotion(found), by_both(found))


def outcomes_of(settings: Settings, since: datetime) -> Outcomes:
    """Return `outcomes` of the installation's own database. Raises BadFile."""
    policy = Rules.of(settings).current().policy
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        return outcomes(database, policy, since)
    finally:
        database.close()


def as_rows(kinds: list[Outcome]) -> list[tuple[str, ...]]:
    """Return each kind as a row of texts."""
    return [
        (
            " · ".join(filter(None, (it.strategy, it.emotion))),
            str(it.exchanges),
            _figure(it.change, it.change_between, "+.2f"),
            str(it.charged),
            _figure(it.calmed, it.calmed_between, ".0%"),
            str(it.silent),
            str(it.unread),
        )
        for it in kinds
    ]


def _figure(value: float | None, between: Interval | None, form: str) -> str:
    if value is None or between is None:
        return TOO_FEW
    return f"{value:{form}} ({between.low:{form}} to {between.high:{form}})"


def _exchanges(
    database: Database, policy: Policy, since: datetime, after: TicketId
) -> Iterator[Exchange]:
    while True:
        with database.reading() as connection:
            tickets = exchanges.answered_since(connection, since, after, CHUNK)
            threads = exchanges.load(connection, tickets) if tickets else []
        for thread in threads:
            for turn in turns(_said(thread)):
                if turn.replied_at >= since:
                    yield _exchange(turn, thread, policy)
        if not tickets:
            return
        after = tickets[-1]


def _said(thread: Exchanged) -> list[Said]:
    """Return the messages; what a machine sent is nobody's mood, and no answer either."""
    automatic = {
        message_id
        for message_id, scorings in thread.scorings.items()
        if scorings[0].state is ScoringState.AUTOMATIC
    }
    return [
        Said(it.id, it.author, it.sent_at, counts=it.id not in automatic) for it in thread.messages
    ]


def _exchange(turn: Turn, thread: Exchanged, policy: Policy) -> Exchange:
    card = _card(turn.replied_at, thread.cards)
    version = _version(turn, thread)
    before = [_mood(it, version, thread, policy) for it in turn.answered]
    read = [it for it in before if it is not None]
    after = _mood(turn.next, version, thread, policy) if turn.next else None
    return Exchange(
        strategy=(card.rule if card else None) or NO_CARD,
        emotion=card.feeling if card else None,
        before=max(read, key=lambda it: it.value, default=None),
        after=after,
        unread=turn.next is not None and (not read or after is None),
    )


def _card(at: datetime, cards: list[Card]) -> Card | None:
    """Return the card that lay there at that moment."""
    return next((it for it in reversed(cards) if it.decided_at <= at), None)


def _version(turn: Turn, thread: Exchanged) -> str | None:
    """Return the newest model version that scored the next message and one that was answered."""
    if turn.next is None:
        return None
    known = {it.model_version for one in turn.answered for it in thread.scorings.get(one, ())}
    later = (it.model_version for it in thread.scorings.get(turn.next, ()))
    return next((it for it in later if it in known), None)


def _mood(
    message: MessageId, version: str | None, thread: Exchanged, policy: Policy
) -> Mood | None:
    """Return how charged a message is, None where it could not be read."""
    if message in thread.levels:
        charge = charge_at(thread.levels[message], policy)
        return Mood(charge.value, charge.level)
    for one in thread.scorings.get(message, ()):
        if one.model_version == version and one.state is ScoringState.SCORED:
            charge = message_charge(one, (), policy)
            return Mood(charge.value, charge.level)
    return None
