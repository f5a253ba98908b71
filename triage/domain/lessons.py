"""What people teach: which labels a correction settles, and which silence at close supports. Pure.

A person names one emotion, the one that leads; of others that the model thinks likely they said
nothing. All flags are named together. Silence is weaker than a word: `models.refit` knows by how
much.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from triage.domain.charge import level_of
from triage.domain.emotion import Emotion, EmotionScores, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Policy
from triage.domain.reading import Corrected

LIKELY = 0.5  # from here on an emotion that is not named may be there all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Whether each label holds of a message; of what is missing nobody knows."""

    level: int | None = None
    emotions: Mapping[Emotion, bool] = field(default_factory=lambda: MappingProxyType({}))
    flags: Mapping[Flag, bool] = field(default_factory=lambda: MappingProxyType({}))

    def without(self, others: Labels) -> Labels:
        """Return what is known here and not there."""
        return Labels(
            level=self.level if others.level is None else None,
            emotions={
                it: holds for it, holds in self.emotions.items() if it not in others.emotions
            },
            flags={it: holds for it, holds in self.flags.items() if it not in others.flags},
        )

    def without_flags(self, flags: Collection[Flag]) -> Labels:
        """Return the labels without these flags, of which the model need not know."""
        return replace(
            self, flags={it: holds for it, holds in self.flags.items() if it not in flags}
        )

    def __bool__(self) -> bool:
        return self.level is not None or bool(self.emotions or self.flags)


NOTHING = Labels()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stood on the page about a ticket of one message: `level` is the ticket's, `charge` (0–1)
    the message's own, None from a model that reads emotions only.
    """

    state: ScoringState
    level: int
    charge: float | None
    feeling: Emotion | None
    emotions: EmotionScores
    flags: frozenset[Flag]


def said(corrected: Corrected, claimed: Emotion | None) -> Labels:
    """Return what a person said of a message; `claimed` is the feeling that stood there before."""
    return Labels(
        level=corrected.level,
        emotions=_named(corrected, claimed),
        flags={} if corrected.flags is None else {it: it in corrected.flags for it in Flag},
    )


def left(shown: Shown, policy: Policy) -> Labels:
    """Return what nobody objected to at close. What could not be scored was shown as a state."""
    if shown.state is not ScoringState.SCORED:
        return NOTHING
    unlikely = {it: False for it in Emotion if shown.emotions.get(it, 0.0) < LIKELY}
    return Labels(
        level=shown.level if _is_its_own(shown, policy) else None,
        emotions=unlikely | ({shown.feeling: True} if shown.feeling else {}),
        flags={it: it in shown.flags for it in Flag},
    )


def _named(corrected: Corrected, claimed: Emotion | None) -> dict[Emotion, bool]:
    if corrected.calm:
        return dict.fromkeys(Emotion, False)
    if corrected.emotion is None:
        return {}
    return ({claimed: False} if claimed else {}) | {corrected.emotion: True}


def _is_its_own(shown: Shown, policy: Policy) -> bool:
    """Return whether the level is the message's, not that of a flag or of the ticket's history."""
    return shown.charge is not None and level_of(shown.charge, policy) == shown.level
