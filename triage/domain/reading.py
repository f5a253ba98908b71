"""How a ticket reads: charge, flags and leading emotion of its thread, from its scorings. Pure.

One scoring a customer message; messages that could not be scored count as states, not as calm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from triage.domain.charge import (
    NO_CHARGE,
    Charge,
    Evidence,
    History,
    Trajectory,
    charge_at,
    evidence,
    leading_emotion,
    message_charge,
    strongest_of,
    thread_charge,
    trajectory_of,
)
from triage.domain.cues import cues
from triage.domain.emotion import NO_SCORES, Emotion, EmotionScores, Scoring, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Policy
from triage.domain.risk import RaisedFlag, risk_flags
from triage.domain.ticket import Message, MessageId, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a person said of a message's labels; it stands in place of what the model read.

    `calm` says that no emotion is in it. `flags` are all that hold, `None` where nobody said.
    """

    level: int | None = None
    emotion: Emotion | None = None
    calm: bool = False
    flags: frozenset[Flag] | None = None


NOTHING_CORRECTED: Mapping[MessageId, Corrected] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReading:
    """One customer message as read: its own charge, flags with their words, and evidence."""

    message: Message
    scoring: Scoring
    charge: Charge
    flags: tuple[RaisedFlag, ...]
    evidence: tuple[Evidence, ...]
    level_corrected: bool = False

    @property
    def own_text(self) -> str:
        """The part that the customer wrote in this message."""
        return self.scoring.own_words.of(self.message.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The thread as read.

    `state` and `language` are the newest message's; `emotions`, `leading` and `shown` those of the
    message that counts most after decay, so that what explains the charge stands beside it.
    """

    state: ScoringState
    language: str | None
    emotions: EmotionScores
    charge: Charge
    flags: tuple[Flag, ...]
    leading: Emotion | None
    shown: frozenset[Emotion]
    messages: tuple[MessageReading, ...]
    trajectory: Trajectory | None = None


def read_message(
    message: Message, scoring: Scoring, policy: Policy, corrected: Corrected | None = None
) -> MessageReading:
    """Return what one message says, from its scoring, its wording and what people corrected."""
    found = _as_scored(message, scoring, policy)
    return _as_corrected(found, corrected, policy) if corrected else found


def _as_scored(message: Message, scoring: Scoring, policy: Policy) -> MessageReading:
    own = scoring.own_words.of(message.text)
    scored = scoring.state is ScoringState.SCORED
    automatic = scoring.state is ScoringState.AUTOMATIC
    return MessageReading(
        message=message,
        scoring=scoring,
        charge=message_charge(scoring, cues(own), policy) if scored else NO_CHARGE,
        flags=() if automatic else _flags(own, scoring),
        evidence=evidence(scoring, policy) if scored else (),
    )


def _as_corrected(found: MessageReading, corrected: Corrected, policy: Policy) -> MessageReading:
    scoring, charge, flags = found.scoring, found.charge, found.flags
    if corrected.calm or corrected.emotion:
        felt = {corrected.emotion: 1.0} if corrected.emotion else {}
        scoring = replace(scoring, emotions=felt, shown=frozenset(felt))
    if corrected.level is not None:
        charge = charge_at(corrected.level, policy)
    if corrected.calm or corrected.emotion or corrected.level is not None:
        scoring = replace(scoring, state=ScoringState.SCORED)  # a person has read it
    if corrected.flags is not None:
        own = scoring.own_words
        kept = [it for it in flags if it.flag in corrected.flags]
        seen = {it.flag for it in kept}
        flags = (*kept, *(RaisedFlag(it, own) for it in sorted(corrected.flags - seen)))
    return replace(
        found,
        scoring=scoring,
        charge=charge,
        flags=tuple(flags),
        level_corrected=corrected.level is not None,
    )


def recent(ticket: Ticket, policy: Policy) -> tuple[Message, ...]:
    """Return the customer messages that count, oldest first."""
    return ticket.customer_messages[-policy.recent_messages :]


def read_ticket(
    ticket: Ticket,
    scorings: Sequence[Scoring],
    policy: Policy,
    corrected: Mapping[MessageId, Corrected] = NOTHING_CORRECTED,
) -> Reading:
    """Return how the thread reads; `scorings` are those of its recent customer messages."""
    messages = tuple(
        read_message(message, scoring, policy, corrected.get(message.id))
        for message, scoring in zip(recent(ticket, policy), scorings, strict=True)
    )
    scored = [one for one in messages if one.scoring.state is ScoringState.SCORED]
    flags = tuple(dict.fromkeys(raised.flag for one in messages for raised in one.flags))
    history = _history(ticket) if scored else History()
    strongest = scored[strongest_of([one.charge for one in scored], policy)] if scored else None
    emotions = strongest.scoring.emotions if strongest else NO_SCORES
    newest = messages[-1].scoring if messages else None
    return Reading(
        state=newest.state if newest else ScoringState.EMPTY,
        language=newest.language if newest else None,
        emotions=emotions,
        charge=thread_charge([one.charge for one in scored], history, flags, policy),
        flags=flags,
        leading=leading_emotion(emotions, policy),
        shown=strongest.scoring.shown if strongest else frozenset(),
        messages=messages,
        trajectory=trajectory_of([one.charge for one in scored], policy),
    )


def _history(ticket: Ticket) -> History:
    return History(
        reopened=ticket.reopened,
        follow_ups=max(0, ticket.unanswered - 1),
        missed_promises=ticket.missed_promises,
        hand_overs=ticket.hand_overs,
    )


def _flags(own: str, scoring: Scoring) -> tuple[RaisedFlag, ...]:
    """Return what the rules find, and what only the model saw; spans are of the whole text."""
    found = [raised.moved(scoring.own_words.start) for raised in risk_flags(own)]
    known = {raised.flag for raised in found}
    seen = [RaisedFlag(it.flag, it.span) for it in scoring.flags if it.flag not in known]
    return (*found, *seen)
