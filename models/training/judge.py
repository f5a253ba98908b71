"""How well the served model reads messages, beside what else could: pure functions of its answers.

A message is *charged* from level 3. Truths are what the readers settled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.calibration import Floats
from models.training.measures import (
    Array,
    agreement,
    average_precision,
    brier,
    calibration_error,
    f1,
    precision,
    rank_correlation,
    recall,
    risk_at,
)
from models.training.readers import FRESH, Read
from models.training.targets import CHARGED
from triage.domain.charge import evidence, level_of, message_charge
from triage.domain.cues import cues
from triage.domain.emotion import Emotion, Scoring, Span
from triage.domain.flag import Flag
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.risk import risk_flags

FELT = 2  # the level from which ignoring a feeling would annoy
SHARES = (0.05, 0.10, 0.15, 0.20)  # of all tickets, that experienced agents can take
COVERAGES = (0.25, 0.5, 0.75, 1.0)
POSITIVE = frozenset({Emotion.GRATITUDE, Emotion.SATISFACTION})
NEGATIVE = frozenset(
    {
        Emotion.ANGER,
        Emotion.FRUSTRATION,
        Emotion.DISAPPOINTMENT,
        Emotion.DISTRESS,
        Emotion.WORRY,
    }
)
PLAIN_BRIEFS = "g"  # their names begin so
ORDINARY_BRIEFS = "o"  # likewise of inboxes as they come, not written to be hard

Scorer = Callable[[str], Scoring]


def charge_in(text: str, scoring: Scoring) -> float:
    """Return the charge 0–1 of a message as the service decides it, flags apart."""
    own = scoring.own_words.of(text)
    return message_charge(scoring, cues(own), DEFAULT_POLICY).value


@dataclass(frozen=True)
class Judged:
    """One message of the corpus with what the model said of it."""

    read: Read
    scoring: Scoring
    flags: frozenset[Flag]  # raised by the model or the rules
    ruled: frozenset[Flag] = frozenset()  # by the rules alone

    @cached_property
    def charge(self) -> float:
        return charge_in(self.read.message.text, self.scoring)

    @property
    def level(self) -> int:
        """The level as decided: the model's, or a flag's floor."""
        floors = [DEFAULT_POLICY.flag_floors.get(it, 0) for it in self.flags]
        return max([level_of(self.charge, DEFAULT_POLICY), *floors])

    @property
    def rank(self) -> tuple[int, float]:
        """Whom an experienced agent takes first."""
        return self.level, self.charge

    @property
    def truth(self) -> int:
        return self.read.settled.charge


def judged(read: Sequence[Read], score: Scorer) -> list[Judged]:
    """Return every message as the model reads it."""
    found = []
    for one in read:
        scoring = score(one.message.text)
        own = scoring.own_words.of(one.message.text)
        ruled = frozenset(it.flag for it in risk_flags(own))
        raised = ruled | {it.flag for it in scoring.flags}
        found.append(Judged(one, scoring, raised, ruled))
    return found


@dataclass(frozen=True, slots=True)
class EmotionFigures:
    """How well one emotion is told; `shown` is how often it is named, `right` how often rightly."""

    emotion: Emotion
    positives: int
    f1: float
    average_precision: float
    calibration_error: float
    brier: float
    shown: int
    right: float


def emotion_figures(
    found: Sequence[Judged], thresholds: dict[Emotion, float]
) -> list[EmotionFigures]:
    """Return the figures of each emotion."""
    figures = []
    for emotion in Emotion:
        truth = np.array([float(emotion in it.read.settled.emotions) for it in found])
        p = np.array([it.scoring.emotions.get(emotion, 0.0) for it in found])
        named = np.array([float(emotion in it.scoring.shown) for it in found])
        figures.append(
            EmotionFigures(
                emotion,
                int(truth.sum()),
                f1(truth, p >= thresholds[emotion]),
                average_precision(truth, p),
                calibration_error(truth, p),
                brier(truth, p),
                int(named.sum()),
                precision(truth, named),
            )
        )
    return figures


def recall_at(truth: Array, ranks: Sequence[object], share: float) -> float:
    """Return the part of the charged messages among the first `share` by rank."""
    order = sorted(range(len(ranks)), key=lambda at: ranks[at], reverse=True)  # type: ignore[arg-type,return-value]
    first = order[: round(share * len(order))]
    charged = np.array(truth) >= CHARGED
    return float(charged[first].sum() / max(1, charged.sum()))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappas with quadratic weights on charge, its rank correlation, how far levels lie apart."""

    readers: float
    model: float
    decided: float
    ranks: float
    exact: float
    mean_distance: float


def agreement_of(found: Sequence[Judged]) -> Agreement:
    """Return how far the readers agree, and model and decision with what they settled."""
    truth = np.array([it.truth for it in found])
    decided = np.array([it.level for it in found])
    return Agreement(
        readers=agreement(
            np.array([it.read.message.labels.charge for it in found]),
            np.array([it.read.second.charge for it in found]),
        ),
        model=agreement(truth, np.array([level_of(it.charge, DEFAULT_POLICY) for it in found])),
        decided=agreement(truth, decided),
        ranks=rank_correlation(truth, np.array([it.charge for it in found])),
        exact=float((truth == decided).mean()),
        mean_distance=float(np.abs(truth - decided).mean()),
    )


def ordinary(found: Sequence[Judged]) -> list[Judged]:
    """Return the messages of ordinary inboxes, in which charge is as frequent as at a desk."""
    return [it for it in found if it.read.message.brief.startswith(ORDINARY_BRIEFS)]


def fresh(found: Sequence[Judged]) -> list[Judged]:
    """Return those of the briefs on which no earlier model was judged."""
    return [it for it in found if it.read.message.brief in FRESH]


def recalls(
    found: Sequence[Judged], peers: Mapping[str, Sequence[float]], among: Sequence[Judged]
) -> dict[str, list[float]]:
    """Return by name the part of the charged messages of `among` that each finds, for SHARES.

    `peers` hold a score for each message of `found`.
    """
    chosen = {id(it) for it in among}
    at = [place for place, it in enumerate(found) if id(it) in chosen]
    truth = np.array([found[place].truth for place in at])
    ranks: dict[str, Sequence[object]] = {"Triage": [it.rank for it in found], **peers}
    return {
        name: [recall_at(truth, [scores[place] for place in at], share) for share in SHARES]
        for name, scores in ranks.items()
    }


def reached(found: Sequence[Judged], least: float) -> tuple[int, int, float]:
    """Return how many charged messages lie below a charge, how many there are, and the cost.

    The cost is the share of all messages from that charge on.
    """
    charged = [it for it in found if it.truth >= CHARGED]
    missed = sum(it.charge < least for it in charged)
    return missed, len(charged), float(np.mean([it.charge >= least for it in found]))


def plain_raised(found: Sequence[Judged]) -> tuple[int, int]:
    """Return how many plain problem reports got a level from 2 on, and how many there are."""
    plain = [it for it in found if it.read.message.brief.startswith(PLAIN_BRIEFS) and it.truth == 0]
    return sum(it.level >= FELT for it in plain), len(plain)


def turned_round(found: Sequence[Judged]) -> tuple[int, int]:
    """Return how many negative messages were shown as positive, and how many there are."""
    negative = [
        it
        for it in found
        if NEGATIVE & set(map(Emotion, it.read.settled.emotions))
        and not POSITIVE & set(map(Emotion, it.read.settled.emotions))
    ]
    return sum(bool(it.scoring.shown & POSITIVE) for it in negative), len(negative)


@dataclass(frozen=True, slots=True)
class Certainty:
    """What the probability of "level 2 or more" is worth; `risks` are those at COVERAGES."""

    calibration_error: float
    brier: float
    risks: tuple[float, ...]


def certainty_of(found: Sequence[Judged], probabilities: Floats) -> Certainty:
    """Return the figures of the probabilities of "level 2 or more", (n_texts,)."""
    truth = np.array([float(it.truth >= FELT) for it in found])
    return Certainty(
        calibration_error(truth, probabilities),
        brier(truth, probabilities),
        tuple(risk_at(truth, probabilities, it) for it in COVERAGES),
    )


@dataclass(frozen=True, slots=True)
class FlagFigures:
    """How well one flag is raised; `ruled` is the recall of the rules alone."""

    flag: Flag
    positives: int
    recall: float
    precision: float
    ruled: float


def flag_figures(found: Sequence[Judged]) -> list[FlagFigures]:
    """Return the figures of each flag."""
    figures = []
    for flag in Flag:
        truth = np.array([float(flag in it.read.settled.flags) for it in found])
        raised = np.array([float(flag in it.flags) for it in found])
        ruled = np.array([float(flag in it.ruled) for it in found])
        figures.append(
            FlagFigures(
                flag,
                int(truth.sum()),
                recall(truth, raised),
                precision(truth, raised),
                recall(truth, ruled),
            )
        )
    return figures


def faithful(found: Sequence[Judged], score: Scorer, seed: int) -> tuple[int, int]:
    """Return how often deleting the top sentence lowers the charge more than deleting another.

    Of messages of level FELT and more with at least two sentences; the other is drawn at random.
    """
    chance = np.random.default_rng(seed)
    wins = total = 0
    for it in found:
        spans = [one.span for one in evidence(it.scoring, DEFAULT_POLICY)]  # strongest first
        if it.truth < FELT or len(spans) < 2:  # noqa: PLR2004  # one has nothing beside it
            continue
        text = it.read.message.text
        without = [
            _without(text, span) for span in (spans[0], spans[chance.integers(1, len(spans))])
        ]
        charges = [charge_in(one, score(one)) for one in without]
        wins, total = wins + (charges[0] < charges[1]), total + 1
    return wins, total


@dataclass(frozen=True, slots=True)
class Pairs:
    """How the charge moves between two ways of saying the same."""

    kind: str
    count: int
    mean_shift: float
    flips: float
    angry: tuple[int, int]  # calm texts in which anger is told: of the first, of the other texts


@dataclass(frozen=True, slots=True)
class Pair:
    """One content of a charge, said in two ways."""

    kind: str
    charge: int
    text: str
    other: str


def pair_figures(pairs: Sequence[Pair], score: Scorer, least_anger: float) -> list[Pairs]:
    """Return the figures of each kind; anger is told from the probability `least_anger`."""
    figures = []
    for kind in dict.fromkeys(it.kind for it in pairs):
        some = [it for it in pairs if it.kind == kind]
        scorings = [(score(it.text), score(it.other)) for it in some]
        charges = np.array(
            [
                (charge_in(it.text, first), charge_in(it.other, second))
                for it, (first, second) in zip(some, scorings, strict=True)
            ]
        )
        levels = np.array([[level_of(it, DEFAULT_POLICY) for it in both] for both in charges])
        told = np.array(
            [
                [one.emotions.get(Emotion.ANGER, 0.0) >= least_anger for one in both]
                for it, both in zip(some, scorings, strict=True)
                if it.charge < FELT
            ]
        ).reshape(-1, 2)
        figures.append(
            Pairs(
                kind,
                len(some),
                float((charges[:, 1] - charges[:, 0]).mean()),
                float((levels[:, 0] != levels[:, 1]).mean()),
                (int(told[:, 0].sum()), int(told[:, 1].sum())),
            )
        )
    return figures


def _without(text: str, span: Span) -> str:
    return text[: span.start] + text[span.end :]
