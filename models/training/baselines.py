"""What else could find the charged messages: every peer ranks the same texts, highest first."""
# mypy: disable-error-code="import-not-found,import-untyped"
# scikit-learn and VADER are the dependency group `judge`

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from models.classifier import Classifier
from models.training.readers import Read
from models.training.targets import CHARGED
from triage.domain.charge import emotional
from triage.domain.policy import DEFAULT_POLICY

KEYWORDS = re.compile(
    r"\b(?:angry|furious|unacceptable|disgrac\w+|disgust\w+|ridiculous|terrible|worst|awful"
    r"|horrible|useless|pathetic|joke|scam|fraud|lawyer|sue|legal|refund|cancel\w*|complain\w*"
    r"|never again|disappoint\w+|frustrat\w+|fed up|sick of|urgent|asap|immediately|please help"
    r"|desperate|scared|hate|stupid|idiots?|liars?|thieves|died|death|funeral|suicide|fuck\w*"
    r"|shit\w*|damn|wtf)\b|!!+",
    re.IGNORECASE,
)


def ranked(
    train: Sequence[Read], test: Sequence[Read], plain: Path | None, seed: int
) -> dict[str, list[float]]:
    """Return the score of each test message by each peer's name."""
    texts = [it.message.text for it in test]
    found = {
        "random": _random(len(texts), seed),
        "keyword list": [float(len(KEYWORDS.findall(it))) for it in texts],
        "VADER": _vader(texts),
        "TF-IDF + logistic regression": _linear(train, texts),
    }
    if plain:
        found["GoEmotions alone"] = _goemotions(plain, texts)
    return found


def _random(count: int, seed: int) -> list[float]:
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    return [chance.random() for _ in range(count)]


def _vader(texts: Sequence[str]) -> list[float]:
    analyzer = SentimentIntensityAnalyzer()
    return [-analyzer.polarity_scores(it)["compound"] for it in texts]


def _linear(train: Sequence[Read], texts: Sequence[str]) -> list[float]:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    pipeline = make_pipeline(
        make_union(words, parts), LogisticRegression(C=5.0, max_iter=2000, class_weight="balanced")
    )
    truth = [it.settled.charge >= CHARGED for it in train]
    pipeline.fit([it.message.text for it in train], truth)
    return [float(it) for it in np.asarray(pipeline.predict_proba(list(texts)))[:, 1]]


def _goemotions(weights: Path, texts: Sequence[str]) -> list[float]:
    model = Classifier.load(weights)
    return [emotional(model.score(it).emotions, DEFAULT_POLICY) for it in texts]
