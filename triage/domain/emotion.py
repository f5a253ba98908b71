"""The ticket emotions and what one reading of one message found: the vocabulary of the model.

Which emotions there are, and the shape of a scoring. How a scoring is made is the business of
`models`; what follows from it that of `charge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from triage.domain.flag import Flag


class Emotion(StrEnum):
    """What a customer may express in a ticket; several at once, or none."""

    ANGER = "anger"
    FRUSTRATION = "frustration"
    DISAPPOINTMENT = "disappointment"
    DISTRESS = "distress"
    WORRY = "worry"
    CONFUSION = "confusion"
    EMBARRASSMENT = "embarrassment"
    GRATITUDE = "gratitude"
    SATISFACTION = "satisfaction"
    HOPE = "hope"


#: Calibrated probability of each emotion, 0–1. Emotions that are missing count as 0.
EmotionScores = Mapping[Emotion, float]

NO_SCORES: EmotionScores = MappingProxyType({})


class ScoringState(StrEnum):
    """Whether a message could be scored; everything but SCORED is a state, never a label."""

    SCORED = "scored"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    EMPTY = "empty"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the customer's own text: `text[start:end]`, in characters."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """One sentence of the message: calibrated probabilities, and charge, that it has by itself.

    `fall` is by what part of the four levels the message's charge would fall without it, negative
    where it calms; None from a model that does not say so.
    """

    span: Span
    emotions: EmotionScores
    charge: float | None = None
    fall: float | None = None


@dataclass(frozen=True, slots=True)
class SeenFlag:
    """A risk that the model saw, and the sentence that says it most."""

    flag: Flag
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The result of one model version on one message.

    `own_words` is the part that the customer wrote in this message (no quoted reply, no
    signature); `shown` holds the emotions certain enough to be named to an agent. `charge` is what
    the model itself read, 0–1 on the scale of the policy's level cuts; None where it reads emotions
    only. `flags` are the risks that the model saw, beside those that rules find in the words.
    """

    model_version: str
    state: ScoringState
    language: str | None
    own_words: Span
    emotions: EmotionScores = field(default_factory=lambda: NO_SCORES)
    sentences: tuple[SentenceScores, ...] = ()
    shown: frozenset[Emotion] = frozenset()
    charge: float | None = None
    flags: tuple[SeenFlag, ...] = ()
