"""Charge: how much emotional care the next human reply needs, over the thread, with its reasons.

A message's charge is what the model read; from a model that reads emotions only, the noisy-or of
the weighted emotions joined with cues in the wording. The thread's is the strongest recent one,
decayed by each later calm message, raised by history. Flags set a floor. Charge is neither anger
nor urgency.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from triage.domain.cues import Cue, CueKind
from triage.domain.emotion import Emotion, EmotionScores, Scoring, SentenceScores, Span
from triage.domain.flag import Flag
from triage.domain.policy import Policy

#: What each kind of cue adds once, however often it occurs.
CUE_WEIGHTS: Mapping[CueKind, float] = {
    CueKind.CAPS: 0.05,
    CueKind.PUNCTUATION_RUN: 0.05,
    CueKind.STRONG_WORD: 0.15,
    CueKind.INSULT_AT_US: 0.15,
    CueKind.REPETITION: 0.10,
    CueKind.RHETORICAL: 0.10,
    CueKind.REPEAT_CONTACT: 0.10,
}
CALM_LEVEL = 1  # up to here a message counts as calm


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that raised the charge and by how much (0–1) it would do so alone."""

    what: str
    amount: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A part of the customer's own text and how much charge it carries, -1–1; below 0 it calms."""

    span: Span
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """`value` is 0–1, `level` 0–4; `contributions` strongest first."""

    value: float
    level: int
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What happened on the ticket besides the words: how often it was reopened, followed up without
    an answer, promised in vain, and handed from one agent to another.
    """

    reopened: int = 0
    follow_ups: int = 0
    missed_promises: int = 0
    hand_overs: int = 0


class Trend(StrEnum):
    """Where a conversation is going, from the customer's first message to the newest."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Trajectory:
    """How charged the conversation was at its start, how it is now (0–1 both), and its trend."""

    trend: Trend
    start: float
    now: float


def emotional(scores: EmotionScores, policy: Policy) -> float:
    """Return the noisy-or of the weighted emotions, 0–1."""
    calm = math.prod(1 - policy.emotion_weights[emotion] * p for emotion, p in scores.items())
    return 1 - calm


def message_charge(scoring: Scoring, cues: Collection[Cue], policy: Policy) -> Charge:
    """Return the charge of one message by itself.

    A model that reads charge has read the wording too. Otherwise wording counts beside the
    emotions, and never lifts a message above level 1 alone (`wording_cap` lies below the cut of
    level 2): CAPS by habit or a row of exclamation marks must not.
    """
    scores = scoring.emotions
    if scoring.charge is not None:
        return _charge(scoring.charge, _felt(scores, policy), policy)
    found = emotional(scores, policy)
    kinds = {cue.kind for cue in cues}
    wording = min(policy.wording_cap, sum(CUE_WEIGHTS[kind] for kind in kinds))
    value = 1 - (1 - found) * (1 - wording)
    worded = [Contribution(kind.replace("_", " "), CUE_WEIGHTS[kind]) for kind in sorted(kinds)]
    return _charge(value, [*_felt(scores, policy), *worded], policy)


def thread_charge(
    messages: Sequence[Charge], history: History, flags: Collection[Flag], policy: Policy
) -> Charge:
    """Return the charge of a thread from its scored customer messages, oldest first."""
    decayed = _decayed(messages, policy)
    strongest = decayed[strongest_of(messages, policy)] if messages else NO_CHARGE
    raised = history_weight(history, policy)
    value = 1 - (1 - strongest.value) * (1 - raised)
    reasons = [*strongest.contributions]
    if raised:
        reasons.append(Contribution("history", raised))
    return _with_floor(_charge(value, reasons, policy), flags, policy)


def strongest_of(messages: Sequence[Charge], policy: Policy) -> int:
    """Return which message counts most after decay; of equal ones, the newest."""
    values = [charge.value for charge in _decayed(messages, policy)]
    return max(range(len(values)), key=lambda at: (values[at], at))


def trajectory_of(messages: Sequence[Charge], policy: Policy) -> Trajectory | None:
    """Return where the conversation goes, by each message's own charge, oldest first.

    Without decay or history: they say how much care is due, not how the customer's mood moved.
    One message alone goes nowhere.
    """
    if len(messages) < 2:  # noqa: PLR2004  # a start and a now
        return None
    start, now = messages[0].value, messages[-1].value
    moved = now - start
    trend = Trend.RISING if moved > 0 else Trend.FALLING
    return Trajectory(trend if abs(moved) >= policy.trend_step else Trend.STEADY, start, now)


def history_weight(history: History, policy: Policy) -> float:
    """Return how much the ticket's history raises its charge, 0–`history_cap`."""
    follow_ups = min(history.follow_ups, policy.follow_up_most)
    weight = (
        policy.reopened_weight * history.reopened
        + policy.follow_up_weight * follow_ups
        + policy.missed_promise_weight * history.missed_promises
        + policy.hand_over_weight * history.hand_overs
    )
    return min(policy.history_cap, weight)


def evidence(scoring: Scoring, policy: Policy) -> tuple[Evidence, ...]:
    """Return the sentences that carry the charge, strongest first.

    The one without which the charge would fall furthest carries the message's, others their part
    of that. Where no falls are known, a sentence carries the charge that it has by itself.
    """
    carried = _carried(scoring) or [_of_sentence(it, policy) for it in scoring.sentences]
    found = (
        Evidence(it.span, round(weight, 4))
        for it, weight in zip(scoring.sentences, carried, strict=True)
    )
    return tuple(sorted(found, key=lambda item: -item.weight))


def leading_emotion(scores: EmotionScores, policy: Policy) -> Emotion | None:
    """Return the emotion that weighs most in the charge, None where nothing is felt."""
    weighed = {e: policy.emotion_weights[e] * p for e, p in scores.items()}
    strongest = max(weighed, key=lambda emotion: weighed[emotion], default=None)
    return strongest if strongest and weighed[strongest] > 0 else None


def level_of(value: float, policy: Policy) -> int:
    """Return the level 0–4 of a charge 0–1."""
    return sum(value >= cut for cut in policy.level_cuts)


def charge_at(level: int, policy: Policy) -> Charge:
    """Return the charge in the middle of a level that a person named."""
    ends = (0.0, *policy.level_cuts, 1.0)
    value = (ends[level] + ends[level + 1]) / 2
    return Charge(value=value, level=level, contributions=(Contribution("corrected", value),))


NO_CHARGE = Charge(value=0.0, level=0)


def _carried(scoring: Scoring) -> list[float]:
    falls = [it.fall for it in scoring.sentences if it.fall is not None]
    furthest = max(falls, default=0.0)
    if scoring.charge is None or len(falls) < max(2, len(scoring.sentences)) or furthest < 0:
        return []  # a sentence alone has nothing to fall to
    return [max(-1.0, fall / furthest) * scoring.charge if furthest else 0.0 for fall in falls]


def _of_sentence(sentence: SentenceScores, policy: Policy) -> float:
    read = sentence.charge
    return emotional(sentence.emotions, policy) if read is None else read


def _felt(scores: EmotionScores, policy: Policy) -> list[Contribution]:
    return [Contribution(str(it), policy.emotion_weights[it] * p) for it, p in scores.items()]


def _decayed(messages: Sequence[Charge], policy: Policy) -> list[Charge]:
    calm_after = list(accumulate(reversed([m.level <= CALM_LEVEL for m in messages]), initial=0))
    return [
        _charge(m.value * policy.calm_decay**calm, m.contributions, policy)
        for m, calm in zip(messages, reversed(calm_after[:-1]), strict=True)
    ]


def _with_floor(charge: Charge, flags: Collection[Flag], policy: Policy) -> Charge:
    floors = {flag: policy.flag_floors.get(flag, 0) for flag in flags}
    floor = max(floors.values(), default=0)
    if floor <= charge.level:
        return charge
    reasons = [
        Contribution(flag.replace("_", " "), 1.0) for flag, at in floors.items() if at == floor
    ]
    value = policy.level_cuts[floor - 1]
    return Charge(value=value, level=floor, contributions=(*reasons, *charge.contributions))


def _charge(value: float, reasons: Collection[Contribution], policy: Policy) -> Charge:
    shown = sorted((r for r in reasons if r.amount >= MENTIONED), key=lambda r: -r.amount)
    return Charge(value=value, level=level_of(value, policy), contributions=tuple(shown))


MENTIONED = 0.05  # contributions below this explain nothing to a reader
