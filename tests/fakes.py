"""Fakes behind ports, held to the same contract as the real thing (tests/unit/test_ports.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from triage.domain.emotion import Emotion, Scoring, ScoringState, SentenceScores, Span

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class FakeModel:
    """Finds an emotion where its name stands in the text; counts what it was asked."""

    version: str = "fake-1"
    asked: list[str] = field(default_factory=list)
    failing: str = "\0never"
    at_once: int = 2

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        self.asked.append(text)
        if self.failing in text:
            raise RuntimeError("the model cannot read this")
        whole = Span(0, len(text))
        if not text.strip():
            return Scoring(
                model_version=self.version,
                state=ScoringState.EMPTY,
                language=None,
                own_words=whole,
            )
        found: Mapping[Emotion, float] = {e: 0.9 if e in text.lower() else 0.02 for e in Emotion}
        return Scoring(
            model_version=self.version,
            state=ScoringState.SCORED,
            language=language_hint or "en",
            own_words=whole,
            emotions=found,
            sentences=(SentenceScores(whole, found),),
            shown=frozenset(e for e, p in found.items() if p > 0.5),
        )

    def reads_rude(self, text: str) -> Span | None:
        at = text.find("rude")
        return Span(at, at + 4) if at >= 0 else None


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **spans: float) -> datetime:
        self.now += timedelta(**spans)
        return self.now
