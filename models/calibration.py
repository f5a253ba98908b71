"""From logits to calibrated probabilities: pure functions, the same in training and in service.

Each ticket emotion is a noisy-or of the labels that mean it, then Platt's sigmoid, fitted on texts
kept for that. Which labels, and the fitted numbers, are in the manifest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_CERTAIN = 1e-6  # probabilities are kept this far from 0 and 1, so that logits are finite


@dataclass(frozen=True, slots=True)
class Platt:
    """probability = sigmoid(slope * logit + offset)."""

    slope: float
    offset: float

    def __call__(self, logits: Floats) -> Floats:
        """Return the calibrated probabilities of uncalibrated logits."""
        return sigmoid(self.slope * logits + self.offset)


def sigmoid(logits: Floats) -> Floats:
    """Return probabilities, without overflow for any finite logit."""
    bounded = np.clip(logits, -50.0, 50.0)
    return np.asarray(1.0 / (1.0 + np.exp(-bounded)), dtype=np.float64)


def logit(probabilities: Floats) -> Floats:
    """Return the inverse of `sigmoid`, finite for 0 and 1 too."""
    inside = np.clip(probabilities, MOST_CERTAIN, 1.0 - MOST_CERTAIN)
    return np.asarray(np.log(inside / (1.0 - inside)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scale:
    """From how likely each level is to a charge 0–1.

    `platts` calibrate the chance of at least level 1, 2, 3 and 4. Their sum is the expected level,
    0–4; `expected` and `charge` are the knots of the line from there to the charge on which the
    policy's level cuts lie.
    """

    platts: tuple[Platt, ...]
    expected: tuple[float, ...]
    charge: tuple[float, ...]

    def __call__(self, logits: Floats) -> Floats:
        """Return the charge of each text from its levels' logits, (n_texts, n_levels)."""
        slopes = np.array([it.slope for it in self.platts])
        offsets = np.array([it.offset for it in self.platts])
        levels = sigmoid(slopes * logits + offsets).sum(axis=1)
        return np.asarray(np.interp(levels, self.expected, self.charge), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What calibration starts from, for one text: uncalibrated logits of each emotion (in the order
    of the manifest's `members`), of at least level 1 to 4 (none from a model that reads emotions
    only), and of each flag (in the order of its `flags`), the highest of text and sentences.
    """

    emotions: Floats
    levels: Floats
    flags: Floats


def emotion_logits(logits: Floats, members: Floats) -> Floats:
    """Return uncalibrated logits of emotions, (n_texts, n_emotions), from those of labels.

    An emotion's probability is the noisy-or of its labels: that at least one holds, were they
    independent. `logits` is (n_texts, n_labels), `members` 1 where a label means an emotion,
    (n_labels, n_emotions).
    """
    none_holds = np.exp(-np.logaddexp(0.0, np.clip(logits, -50.0, 50.0)) @ members)
    return logit(1.0 - none_holds)
