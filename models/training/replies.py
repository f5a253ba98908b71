"""Fit how rude a reply reads, on drafts of replies that were written for it.

`models/corpus/replies.jsonl` holds `part` (train or test), `rude` and `text`; the test's were read
blind by a second reader, `rude_too`, and count where both say so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from models.calibration import Floats, sigmoid
from models.ngrams import Network
from models.rudeness import Rudeness
from models.text import kept, sentences
from models.tokens import pooling_of, tokens_of
from models.training.measures import Array, precision, recall
from triage.domain.emotion import Span

REPLIES = Path(__file__).parent.parent / "corpus" / "replies.jsonl"
PRECISION = 0.90  # of what is called rude, in cross-validation: a false alarm insults its writer
FOLDS = 5
PENALTY = 3.0  # on squared weights of standardised logits; area in folds 0.84, with 100 0.81
STEPS = 30
GRID = np.arange(0.3, 0.96, 0.01)  # thresholds tried


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a reply; `rude` is what its writer meant, `rude_too` what a blind reader saw."""

    part: str
    text: str
    rude: bool
    rude_too: bool | None


@dataclass(frozen=True, slots=True)
class RudeFigures:
    """How well rude drafts are told, on the test part: where both readers agree."""

    drafts: int
    rude: int
    agreed: float
    recall: float
    precision: float
    area: float


def read_drafts(path: Path = REPLIES) -> list[Draft]:
    """Return every draft."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Draft(it["part"], it["text"], it["rude"], it.get("rude_too")) for it in rows]


def fit(session: Network, tokenizer: Tokenizer, most_tokens: int) -> Rudeness:
    """Return what tells rude drafts best, with a threshold from cross-validation."""
    drafts = [it for it in read_drafts() if it.part == "train"]
    features = _features(session, tokenizer, most_tokens, drafts)
    truth = np.array([it.rude for it in drafts], dtype=float)
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = (features - middle) / spread
    folds = np.arange(len(drafts)) * FOLDS // len(drafts)  # neighbours answer the same customer
    held = np.zeros(len(drafts))
    for fold in range(FOLDS):
        weights = _logistic(standard[folds != fold], truth[folds != fold])
        held[folds == fold] = _probability(standard[folds == fold], weights)
    weights = _logistic(standard, truth)
    slopes = weights[:-1] / spread
    half = len(slopes) // 2
    return Rudeness(
        whole=tuple(map(float, slopes[:half])),
        most=tuple(map(float, slopes[half:])),
        offset=float(weights[-1] - slopes @ middle),
        threshold=_threshold(truth, held),
    )


def figures(
    session: Network, tokenizer: Tokenizer, most_tokens: int, rudeness: Rudeness
) -> RudeFigures:
    """Return how well rude drafts of the test part are told."""
    both = [it for it in read_drafts() if it.part == "test"]
    drafts = [it for it in both if it.rude == it.rude_too]
    truth = np.array([it.rude for it in drafts], dtype=float)
    found = np.array([rudeness(it) for it in _logits(session, tokenizer, most_tokens, drafts)])
    called = (found >= rudeness.threshold).astype(float)
    rude, fine = found[truth > 0], found[truth == 0]
    return RudeFigures(
        drafts=len(drafts),
        rude=int(truth.sum()),
        agreed=len(drafts) / len(both),
        recall=recall(truth, called),
        precision=precision(truth, called),
        area=float((rude[:, None] > fine[None, :]).mean()),
    )


def _features(
    session: Network, tokenizer: Tokenizer, most_tokens: int, drafts: Sequence[Draft]
) -> Floats:
    found = _logits(session, tokenizer, most_tokens, drafts)
    return np.stack([np.concatenate([it[0], it[1:].max(axis=0)]) for it in found])


def _logits(
    session: Network, tokenizer: Tokenizer, most_tokens: int, drafts: Sequence[Draft]
) -> list[Floats]:
    found = []
    for text in (it.text for it in drafts):
        whole = Span(0, len(text))
        tokens = tokens_of(tokenizer, text, kept(text, whole), most_tokens)
        pooling, _ = pooling_of(tokens, sentences(text, whole))
        found.append(session.logits(tokens.input_ids, pooling))
    return found


def _logistic(features: Floats, truth: Array) -> Floats:
    """Return weights, the offset last, by Newton's method with a penalty on the weights."""
    inputs = np.hstack([features, np.ones((len(features), 1))])
    penalty = np.full(inputs.shape[1], PENALTY)
    penalty[-1] = 0.0
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        p = sigmoid(inputs @ weights)
        slope = inputs.T @ (p - truth) + penalty * weights
        curve = (inputs * (p * (1 - p))[:, None]).T @ inputs + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(curve, slope)
    return np.asarray(weights, dtype=np.float64)


def _probability(features: Floats, weights: Floats) -> Floats:
    return sigmoid(features @ weights[:-1] + weights[-1])


def _threshold(truth: Array, found: Floats) -> float:
    """Return the least threshold that is right often enough, the highest tried if none is."""
    for least in GRID:
        called = (found >= least).astype(float)
        if called.sum() and precision(truth, called) >= PRECISION:
            return round(float(least), 4)
    return round(float(GRID[-1]), 4)
