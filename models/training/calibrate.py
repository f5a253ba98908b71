"""Fit what turns logits into probabilities, on GoEmotions' dev split, and write the manifest.

    python -m models.training.calibrate --weights models/weights --goemotions FOLDER \
        --trained "4 epochs, seed 1"

Everything is fitted on the file that is served, not on the network it came from.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from tokenizers import Tokenizer

from models.calibration import sigmoid
from models.manifest import MANIFEST, MODEL, TOKENIZER, membership_of, sha256_of
from models.session import Session
from models.training.emotions import IN_QUESTIONS, MEMBERS
from models.training.fitting import best_threshold, fit_platt, label_thresholds, shown_threshold
from models.training.predict import Answers, answers, emotions_of

VERSION = "minilm-goemotions-1"
LICENCE = "Apache-2.0 (weights, from all-MiniLM-L6-v2); training data GoEmotions, CC BY 4.0"
MAX_TOKENS = 256  # all-MiniLM-L6-v2's own limit


def thresholds(found: Answers, labels: list[str]) -> dict[str, float]:
    """Return each label's threshold of best F1."""
    fitted = label_thresholds(found.truth, sigmoid(found.logits))
    return {label: round(float(it), 4) for label, it in zip(labels, fitted, strict=True)}


def calibration(found: Answers, labels: list[str]) -> dict[str, Any]:
    """Return the manifest's `calibration`, `emotion_thresholds` and `shown`."""
    plain, asking = (membership_of(labels, MEMBERS, it) for it in ({}, IN_QUESTIONS))
    raw, truth = emotions_of(found, plain, asking)
    platts, best, shown = {}, {}, {}
    for at, emotion in enumerate(MEMBERS):
        platts[emotion.value] = platt = fit_platt(raw[:, at], truth[:, at])
        probabilities = platt(raw[:, at])
        best[emotion.value] = round(best_threshold(truth[:, at], probabilities), 4)
        threshold = shown_threshold(truth[:, at], probabilities)
        if threshold is not None:
            shown[emotion.value] = threshold
    slopes = {name: {"slope": it.slope, "offset": it.offset} for name, it in platts.items()}
    return {"calibration": slopes, "emotion_thresholds": best, "shown": shown}


def _plain(mapping: Mapping[Any, tuple[str, ...]]) -> dict[str, list[str]]:
    return {str(emotion): list(labels) for emotion, labels in mapping.items()}


def main(
    weights: Annotated[Path, typer.Option(help="what export left")],
    goemotions: Annotated[Path, typer.Option(help="folder with dev.tsv and labels.txt")],
    trained: Annotated[str, typer.Option(help="facts of the training run, for the record")] = "",
) -> None:
    """Fit on the dev split and write the manifest."""
    labels = (goemotions / "labels.txt").read_text(encoding="utf-8").split()
    session = Session(weights / MODEL, len(labels))
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    found = answers(session, tokenizer, MAX_TOKENS, goemotions / "dev.tsv", len(labels))
    content = {
        "version": VERSION,
        "licence": LICENCE,
        "max_tokens": MAX_TOKENS,
        "files": {name: sha256_of(weights / name) for name in (MODEL, TOKENIZER)},
        "labels": labels,
        "members": _plain(MEMBERS),
        "in_questions": _plain(IN_QUESTIONS),
        **calibration(found, labels),
        "thresholds": thresholds(found, labels),
        "training": {
            "base": "all-MiniLM-L6-v2",
            "data": "GoEmotions, train split",
            "calibrated_on": f"GoEmotions, dev split, {len(found.asks)} texts",
            "run": trained,
        },
    }
    (weights / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{weights / MANIFEST}: shown {', '.join(content['shown']) or 'nothing'}")


if __name__ == "__main__":
    typer.run(main)
