"""The receipt of a decision: what was decided, why, from which inputs, and the card for it.

All of it is JSON, stored once and never changed: a decision can be explained and made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triage.domain.acknowledgement import acknowledge, card_as_dict
from triage.domain.cause import Cause, cause
from triage.domain.emotion import Emotion
from triage.domain.hand_over import hand_over
from triage.domain.inputs import inputs_of
from triage.domain.playbook import Playbook
from triage.domain.quoting import sentences_of
from triage.domain.reading import Reading
from triage.domain.routing import Decision
from triage.domain.situation import Situation
from triage.domain.team import Team
from triage.domain.ticket import PUBLIC_CHANNELS, Mode, Ticket


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell the agent: the card as JSON, and the feeling where it is certain enough."""

    card: dict[str, object]
    feeling: Emotion | None


def advise(ticket: Ticket, reading: Reading, playbook: Playbook) -> Advice:
    """Return the advice for a ticket as it was read."""
    asked = situation(ticket, reading)
    return Advice(card_as_dict(acknowledge(asked, playbook)), asked.felt)


def receipt(
    ticket: Ticket,
    reading: Reading,
    advice: Advice,
    decision: Decision,
    team: Team,
) -> dict[str, Any]:
    """Return the receipt as JSON values; `feeling` is null where it is not certain enough."""
    return {
        "lane": decision.lane,
        "charge": round(decision.charge.value, 4),
        "level": decision.charge.level,
        "contributions": [
            {"what": one.what, "amount": round(one.amount, 4)}
            for one in decision.charge.contributions
        ],
        "trajectory": _trajectory(reading),
        "charges": [round(one.charge.value, 2) for one in reading.messages],  # oldest first
        "state": reading.state,
        "language": reading.language,
        "emotions": {str(emotion): round(p, 4) for emotion, p in reading.emotions.items()},
        "shown": sorted(reading.shown),
        "feeling": advice.feeling,
        "flags": _flags(reading),
        "evidence": {
            str(one.message.id): [
                {"start": e.span.start, "end": e.span.end, "weight": e.weight} for e in one.evidence
            ]
            for one in reading.messages
        },
        "respond_by": decision.respond_by.isoformat(),
        "agent": decision.agent,
        "mode": decision.mode,
        "suggested": _suggested(decision, team),
        "reasons": [{"about": one.about, "text": one.text} for one in decision.reasons],
        "card": advice.card,
        "inputs": inputs_of(ticket, reading, team),
    }


def _suggested(decision: Decision, team: Team) -> str | None:
    chosen = team.member(decision.agent) if decision.mode is Mode.SUGGEST else None
    return chosen.name if chosen else None


def _trajectory(reading: Reading) -> dict[str, Any] | None:
    if (it := reading.trajectory) is None:
        return None
    return {"trend": it.trend, "start": round(it.start, 4), "now": round(it.now, 4)}


def _flags(reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "flag": raised.flag,
            "message_id": one.message.id,
            "start": raised.span.start,
            "end": raised.span.end,
            "words": raised.span.of(one.message.text),
        }
        for one in reading.messages
        for raised in one.flags
    ]


def situation(ticket: Ticket, reading: Reading) -> Situation:
    """Return what the playbook looks at: the newest message's words, the whole thread's charge."""
    newest = reading.messages[-1] if reading.messages else None
    return Situation(
        state=reading.state,
        leading=reading.leading,
        shown=reading.shown,
        level=reading.charge.level,
        cause=cause(newest.own_text) if newest else Cause.UNCLEAR,
        flags=frozenset(reading.flags),
        contacts=ticket.unanswered + ticket.reopened,
        public=ticket.channel in PUBLIC_CHANNELS,
        first_name=ticket.customer_name,
        sentences=sentences_of(newest) if newest else (),
        hand_over=hand_over(ticket, reading),
    )
