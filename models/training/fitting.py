"""The numbers that calibration fits, on texts kept for it: Platt's sigmoid and the thresholds."""

from collections.abc import Sequence

import numpy as np

from models.calibration import Floats, Platt, Scale, sigmoid
from models.training.measures import Array, agreement, f1, macro_f1
from models.training.targets import CHARGED
from triage.domain.policy import DEFAULT_POLICY

GRID = np.arange(0.02, 0.91, 0.01)  # thresholds tried
RATIOS = np.arange(0.5, 2.6, 0.1)  # predictions for each true text, tried
ENOUGH_POSITIVES = 100  # labels with fewer lean on what is usual
SHOWN_PRECISION = 0.90
FLAG_PRECISION = 0.80
ENOUGH_FLAGS = 40  # messages with a flag; fewer lean on what holds for all flags
SHOWN_PREDICTIONS = 20  # fewer are no evidence of precision
NEWTON_STEPS = 50
TINY = 1e-9
ROUNDS = 3  # over the cuts between levels
MISSED = 0.05  # share of the charged messages that may be


def fit_platt(logits: Floats, truth: Array) -> Platt:
    """Return the sigmoid of greatest likelihood, the truths softened as Platt does."""
    positives = float(truth.sum())
    negatives = len(truth) - positives
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    inputs = np.stack([logits, np.ones_like(logits)], axis=1)
    weights = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        step = _newton_step(inputs, target, weights)
        while _loss(inputs, target, weights - step) > _loss(inputs, target, weights) + TINY:
            step /= 2  # a full step overshoots where most texts are far from the edge
        weights -= step
    return Platt(slope=float(weights[0]), offset=float(weights[1]))


def _newton_step(inputs: Floats, target: Floats, weights: Floats) -> Floats:
    probabilities = sigmoid(inputs @ weights)
    gradient = inputs.T @ (probabilities - target)
    spread = probabilities * (1 - probabilities)
    hessian = (inputs * spread[:, None]).T @ inputs + TINY * np.eye(2)
    return np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)


def _loss(inputs: Floats, target: Floats, weights: Floats) -> float:
    scores = inputs @ weights
    return float((np.logaddexp(0, scores) - target * scores).sum())


def usual_ratio(truth: Array, probabilities: Floats) -> float:
    """Return how many predictions a true text give the best macro-F1, one ratio for all labels."""
    scores = [
        macro_f1(truth, probabilities >= _at_ratio(truth, probabilities, it)) for it in RATIOS
    ]
    return float(RATIOS[int(np.argmax(scores))])


def best_threshold(truth: Array, probabilities: Floats) -> float:
    """Return the threshold of one label's best F1."""
    return float(GRID[int(np.argmax([f1(truth, probabilities >= it) for it in GRID]))])


def label_thresholds(truth: Array, probabilities: Floats) -> Floats:
    """Return each label's threshold: its own best, drawn to the usual where positives are few.

    The usual one predicts the label as often, for its true texts, as other labels are. Drawing
    to one probability instead would silence rare labels. Macro-F1 in 20 two-fold runs on dev:
    0.483 so, 0.471 with each label's own best, 0.451 drawn to one probability for all.
    """
    usual = _at_ratio(truth, probabilities, usual_ratio(truth, probabilities))
    own = [best_threshold(*pair) for pair in zip(truth.T, probabilities.T, strict=True)]
    trust = np.minimum(1.0, truth.sum(axis=0) / ENOUGH_POSITIVES)
    return np.asarray(trust * np.array(own) + (1 - trust) * usual, dtype=np.float64)


def _at_ratio(truth: Array, probabilities: Floats, ratio: float) -> Floats:
    """Return the thresholds that predict each label `ratio` times as often as it is true."""
    wanted = np.maximum(1, np.round(truth.sum(axis=0) * ratio)).astype(int)
    ranked = -np.sort(-probabilities, axis=0)
    return np.asarray(ranked[np.minimum(wanted, len(ranked)) - 1, np.arange(truth.shape[1])])


def charge_scale(platts: Sequence[Platt], logits: Floats, levels: Array) -> Scale:
    """Return the scale whose levels agree best with the readers' on these texts.

    The cuts between levels start half-way and are moved one after the other to the best kappa.
    """
    columns = [platt(logits[:, at]) for at, platt in enumerate(platts)]
    expected = np.stack(columns, axis=1).sum(axis=1)
    cuts: Floats = np.arange(len(platts), dtype=np.float64) + 0.5
    for _ in range(ROUNDS):
        for at in range(len(cuts)):
            tried = [_moved(cuts, at, it) for it in np.arange(at + 0.1, at + 0.95, 0.025)]
            found = [agreement(levels, np.searchsorted(it, expected, side="right")) for it in tried]
            best = np.flatnonzero(np.array(found) >= max(found) - TINY)
            cuts = tried[int(best[len(best) // 2])]
    return Scale(
        platts=tuple(platts),
        expected=(0.0, *map(float, cuts), float(len(platts))),
        charge=(0.0, *DEFAULT_POLICY.level_cuts, 1.0),
    )


def least_reaching(charges: Floats, levels: Array) -> float:
    """Return the charge below which at most MISSED of the charged messages lie, also in new ones.

    Conformal risk control: one more message than there are counts as missed.
    """
    charged = np.sort(charges[levels >= CHARGED])
    allowed = int(MISSED * (len(charged) + 1)) - 1
    return float(charged[allowed]) if allowed >= 0 else 0.0  # too few to promise anything


def flag_thresholds(truth: Array, probabilities: Floats) -> Floats:
    """Return the least probability from which each flag is raised; (n_texts, n_flags) both.

    Of the thresholds that are right often enough the lowest; where none is, that of the best F1:
    a risk that is never raised helps nobody. Drawn to the one for all flags where few are true.
    """
    common = _flag_threshold(truth.ravel(), probabilities.ravel())
    own = [_flag_threshold(*it) for it in zip(truth.T, probabilities.T, strict=True)]
    trust = np.minimum(1.0, truth.sum(axis=0) / ENOUGH_FLAGS)
    return np.asarray(trust * np.array(own) + (1 - trust) * common, dtype=np.float64)


def _flag_threshold(truth: Array, probabilities: Floats) -> float:
    least = shown_threshold(truth, probabilities, FLAG_PRECISION)
    return best_threshold(truth, probabilities) if least is None else least


def _moved(cuts: Floats, at: int, to: float) -> Floats:
    moved = cuts.copy()
    moved[at] = to
    return np.maximum.accumulate(moved)


def shown_threshold(
    truth: Array, probabilities: Floats, wanted: float = SHOWN_PRECISION
) -> float | None:
    """Return the least probability with the wanted precision above it, or None.

    The precision is the observed one, not a lower bound, over at least SHOWN_PREDICTIONS texts.
    """
    order = np.argsort(-probabilities, kind="stable")
    precisions = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precisions >= wanted)
    enough = good[good >= SHOWN_PREDICTIONS - 1]
    return float(probabilities[order[enough[-1]]]) if len(enough) else None
