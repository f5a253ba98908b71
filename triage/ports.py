"""What the verbs need from outside, as protocols: the model, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from triage.domain.emotion import Scoring, Span


class Model(Protocol):
    """Text in, a scoring out (`models.classifier.Classifier`, or a fake held to its contract)."""

    @property
    def version(self) -> str: ...

    @property
    def at_once(self) -> int: ...

    def score(self, text: str, language_hint: str | None = None) -> Scoring: ...

    def reads_rude(self, text: str) -> Span | None: ...


Clock = Callable[[], datetime]


def utcnow() -> datetime:
    """The real clock; rules get its value, never the clock."""
    return datetime.now(UTC)
