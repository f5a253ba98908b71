"""Every threshold, target and weight that decides something, with its unit and its source.

A policy is data: two installations differ in their policy, never in code. Values without a named
source are design defaults, to be replaced by what an installation measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from triage.domain.alert_policy import AlertPolicy
from triage.domain.calendar import Calendar
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag


class Lane(StrEnum):
    """Which kind of care a ticket gets."""

    SAFEGUARD = "safeguard"  # a trained human, now
    CHARGED = "charged"  # an experienced human, soon
    GENTLE = "gentle"  # an unhurried human
    STANDARD = "standard"
    UNSCORED = "unscored"  # nobody has read it yet


#: How much care each emotion asks for, 0–1: anger and grief most, gratitude none.
EMOTION_WEIGHTS: Mapping[Emotion, float] = MappingProxyType(
    {
        Emotion.ANGER: 1.00,
        Emotion.DISTRESS: 0.85,
        Emotion.WORRY: 0.80,
        Emotion.FRUSTRATION: 0.70,
        Emotion.DISAPPOINTMENT: 0.50,
        Emotion.EMBARRASSMENT: 0.30,
        Emotion.CONFUSION: 0.20,
        Emotion.HOPE: 0.15,
        Emotion.GRATITUDE: 0.0,
        Emotion.SATISFACTION: 0.0,
    }
)

#: The lowest level a flag allows, however calm the words (a quiet grief is still grief).
FLAG_FLOORS: Mapping[Flag, int] = MappingProxyType(
    {
        Flag.SELF_HARM: 4,
        Flag.BEREAVEMENT: 3,
        Flag.STAFF_ABUSE: 3,
        Flag.DANGER: 3,
        Flag.DISCRIMINATION: 3,
        Flag.LEGAL: 2,
        Flag.REGULATOR: 2,
        Flag.PRESS: 2,
        Flag.CHURN: 2,
    }
)

#: Minutes of waiting within which somebody must have answered, by lane and level 0–4.
TARGETS: Mapping[Lane, tuple[int, int, int, int, int]] = MappingProxyType(
    {
        Lane.SAFEGUARD: (15, 15, 15, 15, 15),
        Lane.CHARGED: (60, 60, 60, 60, 30),
        Lane.GENTLE: (120, 120, 120, 120, 60),
        Lane.STANDARD: (480, 360, 240, 120, 60),
        Lane.UNSCORED: (480, 480, 480, 480, 480),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an installation decides by; `version` names it in every decision."""

    version: str = "1"

    # charge, in domain/charge
    emotion_weights: Mapping[Emotion, float] = field(default_factory=lambda: EMOTION_WEIGHTS)
    level_cuts: tuple[float, float, float, float] = (0.22, 0.42, 0.62, 0.84)  # charge, 0–1
    flag_floors: Mapping[Flag, int] = field(default_factory=lambda: FLAG_FLOORS)
    recent_messages: int = (
        8  # customer messages that count; with the decay, older ones are below 6 %
    )
    calm_decay: float = 0.7  # factor on an earlier message's charge, per later calm message
    trend_step: float = 0.15  # of charge, 0–1: less than this between first and newest is steady
    wording_cap: float = 0.35  # the most that wording adds
    history_cap: float = 0.35  # the most that history adds
    reopened_weight: float = 0.10  # per time the ticket was opened again
    follow_up_weight: float = 0.10  # per unanswered follow-up, two at most
    follow_up_most: int = 2
    missed_promise_weight: float = 0.10  # per promise to the customer that was not kept
    hand_over_weight: float = 0.05  # per time the ticket went from one agent to another

    # deadlines, in domain/deadline
    targets: Mapping[Lane, tuple[int, int, int, int, int]] = field(default_factory=lambda: TARGETS)
    calendar: Calendar | None = None  # when targets count; None: at all times
    round_the_clock: frozenset[Lane] = frozenset({Lane.SAFEGUARD})  # lanes that no night stops
    tiers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  # 0–1, on
    # the target of customers of this tier

    # assignment, in domain/routing
    least_experience: Mapping[Lane, int] = field(
        default_factory=lambda: MappingProxyType(
            {Lane.SAFEGUARD: 4, Lane.CHARGED: 3, Lane.GENTLE: 3}
        )
    )
    safeguarding_skill: str = "safeguarding"
    # of a ticket, by level; light ones weigh nothing, or they fill the room that a heavy one needs
    emotional_weights: tuple[float, ...] = (0.0, 0.0, 0.0, 2.0, 4.0)
    emotional_budget: float = 12.0  # the most an agent carries at once
    half_life: timedelta = timedelta(hours=2)  # of a weight, once the ticket is done
    heavy_in_a_row: int = 3  # tickets of level 3 and 4 that one agent gets one after the other
    rest_after_heavy: timedelta = timedelta(hours=1)  # without one; then the row begins anew
    cool_down: timedelta = timedelta(minutes=20)  # after a ticket of level 4 or with abuse is done
    familiar_for: timedelta = timedelta(days=30)  # how long an agent counts as known to a customer
    soft_skills: tuple[str, ...] = ()  # tags that ask for a skill at first; the last is dropped
    soft_skill_after: timedelta = timedelta(minutes=30)  # of waiting, first, then the one before
    grace_after_shift: timedelta = timedelta(minutes=15)  # then tickets go to who is there
    grace_when_late: timedelta = timedelta(minutes=30)  # then a ticket goes, once, to who has room

    # alerts, in domain/alerts
    alerts: AlertPolicy = field(default_factory=AlertPolicy)


DEFAULT_POLICY = Policy()
