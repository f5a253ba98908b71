"""How good predictions are, as plain functions of arrays: F1, average precision, ECE, precision.

Truths are 0/1 and predictions 0/1 or probabilities, (n_texts,) or (n_texts, n_labels).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import Floats

Array = NDArray[Any]
BINS = 15  # of equal width, for the calibration error


def f1(truth: Array, predicted: Array) -> float:
    """Return the F1 of one label; 0 where nothing was predicted or true."""
    hits = float((truth * predicted).sum())
    total = float(truth.sum() + predicted.sum())
    return 2 * hits / total if total else 0.0


def macro_f1(truth: Array, predicted: Array) -> float:
    """Return the mean of the labels' F1."""
    return float(np.mean([f1(truth[:, at], predicted[:, at]) for at in range(truth.shape[1])]))


def micro_f1(truth: Array, predicted: Array) -> float:
    """Return the F1 over all decisions together."""
    return f1(truth.ravel(), predicted.ravel())


def precision(truth: Array, predicted: Array) -> float:
    """Return the share of predictions that are true; 0 without predictions."""
    return float((truth * predicted).sum() / max(1.0, float(predicted.sum())))


def recall(truth: Array, predicted: Array) -> float:
    """Return the share of the true that was predicted; 0 where nothing is true."""
    return float((truth * predicted).sum() / max(1.0, float(truth.sum())))


def average_precision(truth: Array, probabilities: Floats) -> float:
    """Return the mean precision at the rank of each true text."""
    ranked = truth[np.argsort(-probabilities, kind="stable")]
    precisions = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precisions * ranked).sum() / max(1.0, float(ranked.sum())))


def calibration_error(truth: Array, probabilities: Floats) -> float:
    """Return the expected calibration error: mean distance of probability from frequency."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(truth[bins == at].sum() - probabilities[bins == at].sum())) for at in range(BINS)
    ]
    return sum(gaps) / len(truth)


def brier(truth: Array, probabilities: Floats) -> float:
    """Return the mean squared distance of probability from truth; 0 is best."""
    return float(((probabilities - truth) ** 2).mean())


def risk_at(truth: Array, probabilities: Floats, coverage: float) -> float:
    """Return how often "p is at least a half" errs, in the part of which it is surest."""
    surest = np.argsort(-np.abs(probabilities - 0.5), kind="stable")[: round(coverage * len(truth))]
    return float(((probabilities[surest] >= 0.5) != truth[surest]).mean())  # noqa: PLR2004  # a half


def agreement(first: Array, second: Array, levels: int = 5) -> float:
    """Return Cohen's kappa of two series of levels 0…levels-1 with quadratic weights."""
    seen = np.zeros((levels, levels))
    np.add.at(seen, (first, second), 1)
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / len(first)
    distance = np.subtract.outer(np.arange(levels), np.arange(levels)) ** 2
    return float(1 - (distance * seen).sum() / (distance * by_chance).sum())


def rank_correlation(first: Array, second: Array) -> float:
    """Return Spearman's correlation of two series, ties sharing their mean rank."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: Array) -> Floats:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places], dtype=np.float64)
