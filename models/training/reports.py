"""What is measured of a model on a split: over GoEmotions' labels, and for each ticket emotion."""

from dataclasses import dataclass

import numpy as np

from models.calibration import Floats, sigmoid
from models.manifest import Manifest
from models.training.measures import (
    Array,
    average_precision,
    calibration_error,
    f1,
    macro_f1,
    micro_f1,
    precision,
)
from models.training.predict import Answers, emotions_of
from triage.domain.emotion import Emotion

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """How well the 28 labels are told: `tuned` with the dev split's thresholds, `half` at 0.5."""

    macro_tuned: float
    macro_half: float
    micro_tuned: float
    micro_half: float
    macro_precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionReport:
    """How well one ticket emotion is told; `shown` is how often it is named, of all texts."""

    emotion: Emotion
    positives: int
    f1: float
    average_precision: float
    calibration_error: float
    shown: int
    shown_precision: float


def label_report(found: Answers, manifest: Manifest) -> LabelReport:
    """Return the measures over GoEmotions' own labels."""
    probabilities = sigmoid(found.logits)
    tuned = probabilities >= np.array([manifest.thresholds[it] for it in manifest.labels])
    half = probabilities >= HALF
    columns = range(len(manifest.labels))
    return LabelReport(
        macro_tuned=macro_f1(found.truth, tuned),
        macro_half=macro_f1(found.truth, half),
        micro_tuned=micro_f1(found.truth, tuned),
        micro_half=micro_f1(found.truth, half),
        macro_precision=float(
            np.mean([average_precision(found.truth[:, at], probabilities[:, at]) for at in columns])
        ),
    )


def emotion_reports(found: Answers, manifest: Manifest) -> list[EmotionReport]:
    """Return the measures of each ticket emotion's calibrated probability."""
    plain, asking = (manifest.membership(is_question=it) for it in (False, True))
    raw, truth = emotions_of(found, plain, asking)
    return [
        _emotion_report(manifest, emotion, raw[:, at], truth[:, at])
        for at, emotion in enumerate(manifest.members)
    ]


def _emotion_report(
    manifest: Manifest, emotion: Emotion, raw: Floats, truth: Array
) -> EmotionReport:
    probabilities = manifest.calibration[emotion](raw)
    shown = probabilities >= manifest.shown.get(emotion, np.inf)
    return EmotionReport(
        emotion=emotion,
        positives=int(truth.sum()),
        f1=f1(truth, probabilities >= manifest.emotion_thresholds[emotion]),
        average_precision=average_precision(truth, probabilities),
        calibration_error=calibration_error(truth, probabilities),
        shown=int(shown.sum()),
        shown_precision=precision(truth, shown),
    )
