"""How well a model tells GoEmotions' own labels."""

from dataclasses import dataclass

import numpy as np

from models.calibration import sigmoid
from models.manifest import Manifest
from models.training.measures import (
    average_precision,
    macro_f1,
    micro_f1,
)
from models.training.predict import Answers

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """How well the 28 labels are told: `tuned` with the dev split's thresholds, `half` at 0.5."""

    macro_tuned: float
    macro_half: float
    micro_tuned: float
    micro_half: float
    macro_precision: float


def label_report(found: Answers, manifest: Manifest) -> LabelReport:
    """Return the measures over GoEmotions' own labels."""
    probabilities = sigmoid(found.logits)
    tuned = probabilities >= np.array(list(manifest.thresholds.values()))
    half = probabilities >= HALF
    columns = range(found.truth.shape[1])
    return LabelReport(
        macro_tuned=macro_f1(found.truth, tuned),
        macro_half=macro_f1(found.truth, half),
        micro_tuned=micro_f1(found.truth, tuned),
        micro_half=micro_f1(found.truth, half),
        macro_precision=float(
            np.mean([average_precision(found.truth[:, at], probabilities[:, at]) for at in columns])
        ),
    )
