"""Fit calibration again to what people corrected, label by label, with the reason for or against.

What was corrected is what was wrong, so corrections alone would always ask for less certainty.
Silence speaks for what stood there, as far as people look: of wrong labels they put right a share
of NOTICED. Each label is fitted on some tickets and judged on the others, and changes only where
corrections are met better by more than chance, and where all of it is met no worse even if silence
is taken at its word: whoever corrects everything must not be taught that more is wrong than is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from models.calibration import Floats, Outputs, Platt, Scale, sigmoid
from models.manifest import Manifest
from triage.domain.emotion import Emotion
from triage.domain.flag import URGENT, Flag
from triage.domain.lessons import LIKELY, Labels

Truths = NDArray[np.bool_]
Numbers = NDArray[np.int64]

ENOUGH = 50  # corrected messages; with fewer nothing is fitted
ENOUGH_OF_LABEL = 10  # corrections that concern a label, and half as many among those held out
HELD_OUT = 0.4  # share of the tickets
NOTICED = 0.7  # share of wrong labels that somebody puts right: a design default
CERTAIN = 1.645  # standard errors: by chance a gain is so large once in 20 times
MISS = 3.0  # false alarms that a missed risk is worth
SLOPE_SPREAD, OFFSET_SPREAD = 0.5, 1.5  # how far from what shipped a fit may be expected to be
LEAST_SLOPE = 0.1  # below, the model's numbers say next to nothing of what people mean
GRID = np.arange(0.02, 0.96, 0.01)  # thresholds tried
STEPS, HALVINGS = 60, 30
TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What the network says of one message, what a person said, and what was left as it stood."""

    ticket: int
    outputs: Outputs
    said: Labels
    left: Labels


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a label was fitted anew, and why in a sentence."""

    label: str
    changed: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """What became of each label; only changed ones have numbers."""

    verdicts: tuple[Verdict, ...]
    emotions: Mapping[Emotion, Platt] = field(default_factory=dict)
    levels: tuple[Platt, ...] | None = None
    flags: Mapping[Flag, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(it.changed for it in self.verdicts)


def refit(
    examples: Sequence[Example], shipped: Manifest, in_force: Manifest, cuts: Sequence[float]
) -> Refit:
    """Return the calibration that what people said asks for, label by label.

    It starts from what `shipped` and must do better than what is `in_force`; `cuts` are the
    policy's, between levels.
    """
    corrected = sum(bool(it.said) for it in examples)
    if corrected < ENOUGH:
        few = f"{corrected} messages are corrected; expected at least {ENOUGH}"
        return Refit(verdicts=(Verdict("all labels", changed=False, why=few),))
    levels, level_verdict = _levels(examples, shipped, in_force, cuts)
    emotions = {it: _emotion(it, examples, shipped, in_force) for it in in_force.members}
    flags = {it: _flag(it, examples, shipped, in_force) for it in in_force.flags}
    return Refit(
        verdicts=(
            level_verdict,
            *(verdict for _, verdict in emotions.values()),
            *(verdict for _, verdict in flags.values()),
        ),
        levels=levels,
        emotions={it: platt for it, (platt, _) in emotions.items() if platt},
        flags={it: threshold for it, (threshold, _) in flags.items() if threshold is not None},
    )


def is_held_out(ticket: int) -> bool:
    """Return whether a ticket judges and does not teach: always the same, whatever comes later."""
    mixed = (ticket * 2_654_435_761) % 2**32  # Knuth's hash: neighbours fall far apart
    return mixed < HELD_OUT * 2**32


# What is known of one label


@dataclass(frozen=True, slots=True)
class _Rows:
    """(n,) each: the network's logits (for levels (n, 4)), what is true, whether a person said so
    (else it was left), the ticket, and whether it is held out.
    """

    logits: Floats
    truth: Numbers
    said: Truths
    tickets: Numbers

    @property
    def held(self) -> Truths:
        return np.array([is_held_out(int(it)) for it in self.tickets], dtype=bool)

    def __getitem__(self, which: Truths) -> _Rows:
        return _Rows(self.logits[which], self.truth[which], self.said[which], self.tickets[which])


def _rows(
    examples: Sequence[Example],
    logits: Callable[[Outputs], Floats],
    truth: Callable[[Labels], int | None],
) -> _Rows:
    """Return the messages of which the label is known; where a person said it, that counts."""
    known = [
        (logits(one.outputs), value, said, one.ticket)
        for one in examples
        for labels, said in ((one.said, True), (one.left.without(one.said), False))
        if (value := truth(labels)) is not None
    ]
    return _Rows(
        np.array([it[0] for it in known], dtype=np.float64),
        np.array([it[1] for it in known], dtype=np.int64),
        np.array([it[2] for it in known], dtype=bool),
        np.array([it[3] for it in known], dtype=np.int64),
    )


def _levels(
    examples: Sequence[Example], shipped: Manifest, in_force: Manifest, cuts: Sequence[float]
) -> tuple[tuple[Platt, ...] | None, Verdict]:
    if shipped.scale is None or in_force.scale is None:
        return None, Verdict("level", changed=False, why="this model does not read levels")
    rows = _rows(examples, lambda outputs: outputs.levels, lambda labels: labels.level)
    if few := _too_few(rows, rows.said):
        return None, Verdict("level", changed=False, why=few)
    teach = rows[~rows.held]
    platts = tuple(
        fitted(platt, teach.logits[:, at], teach.truth > at, teach.said)
        for at, platt in enumerate(shipped.scale.platts)
    )
    after = replace(shipped.scale, platts=platts)
    verdict = _judged_levels(rows[rows.held], in_force.scale, after, cuts)
    return (platts if verdict.changed else None), verdict


def _emotion(
    emotion: Emotion, examples: Sequence[Example], shipped: Manifest, in_force: Manifest
) -> tuple[Platt | None, Verdict]:
    at, label, now = list(in_force.members).index(emotion), str(emotion), in_force.calibration
    rows = _rows(examples, lambda it: it.emotions[at], lambda it: it.emotions.get(emotion))
    likely = now[emotion](rows.logits) >= LIKELY
    if few := _too_few(rows, rows.said & ((rows.truth > 0) | likely)):
        return None, Verdict(label, changed=False, why=few)
    teach, held = rows[~rows.held], rows[rows.held]
    platt = fitted(shipped.calibration[emotion], teach.logits, teach.truth > 0, teach.said)
    before, after = (log_loss(it(held.logits), held.truth > 0) for it in (now[emotion], platt))
    verdict = _judged(label, held, before, after, "log loss", platt.slope)
    return (platt if verdict.changed else None), verdict


def _flag(
    flag: Flag, examples: Sequence[Example], shipped: Manifest, in_force: Manifest
) -> tuple[float | None, Verdict]:
    at, label = list(in_force.flags).index(flag), f"flag {flag}"
    now = in_force.flags[flag].threshold
    rows = _rows(examples, lambda it: it.flags[at], lambda it: it.flags.get(flag))
    if few := _too_few(rows, rows.said & ((rows.truth > 0) | (sigmoid(rows.logits) >= now))):
        return None, Verdict(label, changed=False, why=few)
    most = shipped.flags[flag].threshold if flag in URGENT else 1.0
    threshold = _threshold(rows[~rows.held], now, most)
    if threshold == now:
        return None, Verdict(label, changed=False, why=f"no threshold does better than {now:.2f}")
    held = rows[rows.held]
    verdict = _judged(label, held, _cost(held, now), _cost(held, threshold), "mean cost")
    return (threshold if verdict.changed else None), verdict


def _too_few(rows: _Rows, concerned: Truths) -> str | None:
    """Return why a label cannot be fitted; `concerned` are the corrections that say something."""
    count, held = int(concerned.sum()), int((concerned & rows.held).sum())
    if count >= ENOUGH_OF_LABEL and held >= ENOUGH_OF_LABEL // 2:
        return None
    return (
        f"{count} corrections concern it, {held} of them held out; expected at least "
        f"{ENOUGH_OF_LABEL} and {ENOUGH_OF_LABEL // 2}"
    )


# Fitting


def fitted(shipped: Platt, logits: Floats, truth: Truths, said: Truths) -> Platt:
    """Return the sigmoid that is most likely after what was said and left; it leans on `shipped`.

    Newton's steps with what silence lets believe, halved until they help.
    """
    inputs = np.stack([logits, np.ones_like(logits)], axis=1)
    start = np.array([shipped.slope, shipped.offset])
    weights = start.copy()
    for _ in range(STEPS):
        step = _step(inputs, truth, said, weights, start)
        now = _loss(inputs, truth, said, weights, start)
        for _ in range(HALVINGS):
            if _loss(inputs, truth, said, weights - step, start) <= now:
                break
            step = step / 2
        else:
            break
        weights = weights - step
        if np.abs(step).max() < TINY:
            break
    return Platt(slope=float(weights[0]), offset=float(weights[1]))


def _step(
    inputs: Floats, truth: Truths, said: Truths, weights: Floats, start: Floats
) -> NDArray[np.float64]:
    found = sigmoid(inputs @ weights)
    right = np.where(truth, found, 1 - found)
    # of what nobody corrected, so much is right
    believed = np.where(said, 1.0, right / (right + (1 - right) * (1 - NOTICED)))
    target = np.where(truth, believed, 1 - believed)
    pull = np.array([SLOPE_SPREAD, OFFSET_SPREAD]) ** -2.0
    gradient = inputs.T @ (found - target) + pull * (weights - start)
    hessian = (inputs * (found * (1 - found))[:, None]).T @ inputs + np.diag(pull)
    return np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)


def _loss(inputs: Floats, truth: Truths, said: Truths, weights: Floats, start: Floats) -> float:
    found = sigmoid(inputs @ weights)
    far = (weights - start) / np.array([SLOPE_SPREAD, OFFSET_SPREAD])
    right = np.where(truth, found, 1 - found)
    seen = np.where(said, right, 1 - NOTICED * (1 - right))  # right, or wrong and not noticed
    return float(-np.log(np.maximum(seen, TINY)).sum() + (far**2).sum() / 2)


def _threshold(rows: _Rows, now: float, most: float) -> float:
    """Return the threshold of least cost, of equal ones that nearest to the present one."""
    weight = np.where(rows.said, 1.0, NOTICED)
    tried = [now, *(float(it) for it in np.round(GRID, 2) if it <= most)]
    return min(tried, key=lambda it: (round(float(weight @ _cost(rows, it)), 6), abs(it - now)))


def _cost(rows: _Rows, threshold: float) -> Floats:
    """Return what each message costs: MISS for a missed risk, 1 for a false alarm."""
    raised, true = sigmoid(rows.logits) >= threshold, rows.truth > 0
    return np.where(true & ~raised, MISS, np.where(raised & ~true, 1.0, 0.0))


# Judging, on tickets that did not teach


def log_loss(probabilities: Floats, truth: Truths) -> Floats:
    """Return how far each truth is from its probability: 0 where it was certain."""
    right = np.where(truth, probabilities, 1 - probabilities)
    return np.asarray(-np.log(np.maximum(right, TINY)), dtype=np.float64)


def _judged_levels(rows: _Rows, now: Scale, new: Scale, cuts: Sequence[float]) -> Verdict:
    before, after = (_level_loss(it, rows) for it in (now, new))
    slope = min(it.slope for it in new.platts)
    verdict = _judged("level", rows, before, after, "log loss", slope)
    was, would_be = (_agreement(it, rows, cuts) for it in (now, new))
    agreement = f"agreement of levels {was:.2f} now, {would_be:.2f} after"
    kept = would_be >= was
    if verdict.changed and not kept:
        return replace(verdict, changed=False, why=f"levels would agree less: {agreement}")
    return replace(verdict, why=f"{verdict.why}; {agreement}")


def _level_loss(scale: Scale, rows: _Rows) -> Floats:
    """Return each message's log loss over the four questions: at least level 1, 2, 3, 4."""
    each = [
        log_loss(platt(rows.logits[:, at]), rows.truth > at)
        for at, platt in enumerate(scale.platts)
    ]
    return np.asarray(np.sum(each, axis=0), dtype=np.float64)


def _agreement(scale: Scale, rows: _Rows, cuts: Sequence[float]) -> float:
    """Return Cohen's kappa of the levels with quadratic weights, as in the model card."""
    levels = np.searchsorted(np.array(cuts), scale(rows.logits), side="right")
    seen = np.zeros((len(cuts) + 1,) * 2)
    np.add.at(seen, (levels, rows.truth), 1)
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / len(levels)
    distance = np.subtract.outer(np.arange(len(seen)), np.arange(len(seen))) ** 2
    return float(1 - (distance * seen).sum() / max(TINY, (distance * by_chance).sum()))


def _judged(
    label: str, rows: _Rows, before: Floats, after: Floats, measure: str, slope: float = 1.0
) -> Verdict:
    gain = before - after
    now, then = (float(it[rows.said].mean()) for it in (before, after))
    count = int(rows.said.sum())
    figures = f"{measure} of {count} held-out corrections {now:.3f} now, {then:.3f} after"
    if slope < LEAST_SLOPE:
        return Verdict(label, changed=False, why="people do not mean what the model sees here")
    if not _is_more_than_chance(gain[rows.said], rows.tickets[rows.said]):
        why = f"no better by more than chance: {figures}"
        return Verdict(label, changed=False, why=why)
    if gain.sum() < 0:
        why = f"it would lose more on what was left than it gains: {figures}"
        return Verdict(label, changed=False, why=why)
    return Verdict(label, changed=True, why=figures)


def _is_more_than_chance(gain: Floats, tickets: Numbers) -> bool:
    """Return whether gains are above 0 by CERTAIN standard errors; a ticket's belong together."""
    _, owner = np.unique(tickets, return_inverse=True)
    each = np.bincount(owner, weights=gain)
    if len(each) < 2:  # noqa: PLR2004  # a spread needs two
        return False
    return bool(each.sum() > CERTAIN * each.std(ddof=1) * np.sqrt(len(each)))
