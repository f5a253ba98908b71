"""Fit what turns logits into probabilities and a charge, and write the manifest.

    python -m models.training.calibrate --weights models/weights --goemotions FOLDER \
        --trained "seed 1"

On the corpus' calibration part, GoEmotions' own thresholds on its dev split. Everything is fitted
on the file that is served, not on the network it came from.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from tokenizers import Tokenizer

from models.calibration import Floats, Platt, sigmoid
from models.manifest import LEVELS, MANIFEST, MODEL, NGRAMS, TOKENIZER, sha256_of
from models.ngrams import with_ngrams
from models.session import Session
from models.training import readers, replies, targets
from models.training.fitting import (
    best_threshold,
    charge_scale,
    fit_platt,
    flag_thresholds,
    label_thresholds,
    least_reaching,
    shown_threshold,
)
from models.training.measures import Array
from models.training.predict import answers, message_logits
from models.training.readers import Part, Read
from triage.domain.emotion import Emotion
from triage.domain.flag import URGENT, Flag

VERSION = "minilm-tickets-3"
LICENCE = (
    "Apache-2.0 (weights, from all-MiniLM-L6-v2; the corpus); training data GoEmotions and "
    "empathic reactions, CC BY 4.0"
)
URGENT_SHARE = 0.5  # of a flag's threshold, for what must not be missed
#: Of what runs of tokens say, beside the network, by the best of calibration part and held comments
#: together (docs/decisions/0010): of the level real comments bear little.
SHARES = (
    dict.fromkeys(targets.EMOTION_OUTPUTS, 0.7)
    | dict.fromkeys(targets.CHARGE_OUTPUTS, 0.2)
    | dict.fromkeys(targets.FLAG_OUTPUTS, 0.7)
)
MAX_TOKENS = 256  # all-MiniLM-L6-v2's own limit


def emotions(logits: Floats, truth: Array) -> dict[str, Any]:
    """Return the manifest's `calibration`, `emotion_thresholds` and `shown`; both are (n, 10)."""
    platts, best, shown = {}, {}, {}
    for at, emotion in enumerate(Emotion):
        platts[emotion.value] = platt = fit_platt(logits[:, at], truth[:, at])
        probabilities = platt(logits[:, at])
        best[emotion.value] = round(best_threshold(truth[:, at], probabilities), 4)
        threshold = shown_threshold(truth[:, at], probabilities)
        if threshold is not None:
            shown[emotion.value] = threshold
    plain = {name: _plain(it) for name, it in platts.items()}
    return {"calibration": plain, "emotion_thresholds": best, "shown": shown}


def charge(logits: Floats, levels: Array) -> dict[str, Any]:
    """Return the manifest's `charge` from the levels' logits, (n_texts, 4)."""
    platts = [fit_platt(logits[:, at], (levels > at).astype(float)) for at in range(LEVELS)]
    scale = charge_scale(platts, logits, levels)
    return {
        "labels": list(targets.CHARGE_OUTPUTS),
        "calibration": [_plain(it) for it in platts],
        "expected": [round(it, 4) for it in scale.expected],
        "charge": list(scale.charge),
        "fall": targets.FALL,
        "reach": round(least_reaching(scale(logits), levels), 4),
    }


def flags(logits: Floats, truth: Array) -> dict[str, Any]:
    """Return the manifest's `flags`, (n_texts, 11) both: three are raised from half as probable."""
    thresholds = flag_thresholds(truth, sigmoid(logits))
    return {
        str(flag): {
            "label": output,
            "threshold": round(float(least) * (URGENT_SHARE if flag in URGENT else 1.0), 4),
        }
        for flag, output, least in zip(Flag, targets.FLAG_OUTPUTS, thresholds, strict=True)
    }


def presence(read: list[Read]) -> Array:
    """Return 1 where an emotion is in a message, (n_texts, 10)."""
    return np.array([[float(it in one.settled.emotions) for it in Emotion] for one in read])


def _plain(platt: Platt) -> dict[str, float]:
    return {"slope": platt.slope, "offset": platt.offset}


def main(
    weights: Annotated[Path, typer.Option(help="what export left")],
    goemotions: Annotated[Path, typer.Option(help="folder with dev.tsv and labels.txt")],
    trained: Annotated[str, typer.Option(help="facts of the training run, for the record")] = "",
) -> None:
    """Fit and write the manifest."""
    names = (goemotions / "labels.txt").read_text(encoding="utf-8").split()
    outputs = targets.outputs(names)
    session = with_ngrams(Session(weights / MODEL, len(outputs)), weights, outputs, SHARES)
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    dev = answers(session, tokenizer, MAX_TOKENS, goemotions / "dev.tsv", len(names))
    fitted = label_thresholds(dev.truth, sigmoid(dev.logits))
    read = [it for it in readers.read_corpus() if it.part is Part.CALIBRATION]
    rows = message_logits(session, tokenizer, MAX_TOKENS, [it.message.text for it in read])
    logits = np.stack([it[0] for it in rows])
    most = np.stack([it.max(axis=0) for it in rows])  # of the text and its sentences
    felt = [outputs.index(it) for it in targets.EMOTION_OUTPUTS]
    levels = [outputs.index(it) for it in targets.CHARGE_OUTPUTS]
    content = {
        "version": VERSION,
        "licence": LICENCE,
        "max_tokens": MAX_TOKENS,
        "files": {name: sha256_of(weights / name) for name in (MODEL, TOKENIZER, NGRAMS)},
        "labels": outputs,
        "members": {
            str(it): [output] for it, output in zip(Emotion, targets.EMOTION_OUTPUTS, strict=True)
        },
        "in_questions": {},
        **emotions(logits[:, felt], presence(read)),
        "charge": charge(logits[:, levels], np.array([it.settled.charge for it in read])),
        "flags": flags(
            most[:, [outputs.index(it) for it in targets.FLAG_OUTPUTS]],
            np.array([[float(flag in it.settled.flags) for flag in Flag] for it in read]),
        ),
        "ngrams": SHARES,
        "rude": asdict(replies.fit(session, tokenizer, MAX_TOKENS)),
        "thresholds": {label: round(float(it), 4) for label, it in zip(names, fitted, strict=True)},
        "training": {
            "base": "all-MiniLM-L6-v2",
            "data": "GoEmotions, train split; empathic reactions' distress; models/corpus",
            "calibrated_on": f"{len(read)} messages of models/corpus; "
            f"thresholds of GoEmotions' labels on its dev split, {len(dev.asks)} comments",
            "run": trained,
        },
    }
    (weights / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{weights / MANIFEST}: shown {', '.join(content['shown']) or 'nothing'}")


if __name__ == "__main__":
    typer.run(main)
