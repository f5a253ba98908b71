"""Open the test parts once and write the model card.

    python -m models.training.evaluate --weights models/weights --goemotions FOLDER \
        --fp32 runs/tuned-1/fp32.onnx --plain OLD_WEIGHTS

Every choice was made before, on GoEmotions' dev split and the corpus' calibration part; with
`--part calibration` the same tables are printed for that part and nothing is written. The served
int8 file is judged as it is served, one text a call; `--fp32` adds the network before quantisation,
each `--seed` one of the runs that were averaged into it, `--plain` one that knows GoEmotions only.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from tokenizers import Tokenizer

from models.classifier import Classifier
from models.manifest import MODEL, TOKENIZER, Manifest
from models.ngrams import with_ngrams
from models.session import Session
from models.training import baselines, judge, readers, replies
from models.training.card import Figures, Seed, card
from models.training.predict import answers, message_logits
from models.training.readers import Part
from models.training.reports import LabelReport, label_report
from triage.domain.emotion import Emotion

SEED = 1


def labels_told(weights: Path, path: Path, goemotions: Path, manifest: Manifest) -> LabelReport:
    """Return how well the network in `path` tells GoEmotions' own labels on its test split."""
    names = (goemotions / "labels.txt").read_text(encoding="utf-8").split()
    session = Session(path, len(manifest.labels))
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    test = goemotions / "test.tsv"
    return label_report(
        answers(session, tokenizer, manifest.max_tokens, test, len(names)), manifest
    )


def read_pairs(path: Path) -> list[judge.Pair]:
    """Return what was said in two ways."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            judge.Pair(row["kind"], int(row["charge"]), row["text"], row["other"]) for row in rows
        ]


def _certainty(
    manifest: Manifest, weights: Path, found: Sequence[judge.Judged]
) -> judge.Certainty | None:
    """Return what the chance of "level 2 or more" is worth, None where the model has none."""
    if manifest.scale is None:
        return None
    session = with_ngrams(
        Session(weights / MODEL, len(manifest.labels)), weights, manifest.labels, manifest.shares
    )
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    texts = [it.read.message.text for it in found]
    logits = [it[0] for it in message_logits(session, tokenizer, manifest.max_tokens, texts)]
    column = manifest.labels.index(manifest.charge_labels[judge.FELT - 1])
    return judge.certainty_of(
        found, manifest.scale.platts[judge.FELT - 1](np.stack(logits)[:, column])
    )


def _rude(manifest: Manifest, weights: Path) -> replies.RudeFigures | None:
    """Return how well rude drafts are told, None where that was not fitted."""
    if manifest.rude is None:
        return None
    session = Session(weights / MODEL, len(manifest.labels))
    network = with_ngrams(session, weights, manifest.labels, manifest.shares)
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    return replies.figures(network, tokenizer, manifest.max_tokens, manifest.rude)


def _as_seed(weights: Path, test: Sequence[readers.Read], goemotions: Path, part: Part) -> Seed:
    """Return the main figures of one run by itself."""
    manifest = Manifest.load(weights)
    found = judge.judged(test, Classifier.load(weights).score)
    emotions = judge.emotion_figures(found, dict(manifest.emotion_thresholds))
    truth = np.array([it.truth for it in found])
    labels = (
        labels_told(weights, weights / MODEL, goemotions, manifest).macro_tuned
        if part is Part.TEST
        else None
    )
    return Seed(
        weights.name,
        judge.agreement_of(found).decided,
        judge.recall_at(truth, [it.rank for it in found], judge.SHARES[-1]),
        float(np.mean([it.f1 for it in emotions])),
        labels,
    )


def main(
    weights: Annotated[Path, typer.Option(help="the weights folder")],
    goemotions: Annotated[Path, typer.Option(help="folder with test.tsv")],
    fp32: Annotated[Path | None, typer.Option(help="the network before quantisation")] = None,
    plain: Annotated[Path | None, typer.Option(help="weights that know GoEmotions only")] = None,
    seed: Annotated[list[Path] | None, typer.Option(help="weights of one run by itself")] = None,
    part: Annotated[Part, typer.Option(help="calibration: to look, without the test")] = Part.TEST,
    note: Annotated[str, typer.Option(help="how often the test parts were opened")] = "",
) -> None:
    """Judge the model and write MODEL_CARD.md beside it."""
    manifest = Manifest.load(weights)
    corpus = readers.read_corpus()
    test = [it for it in corpus if it.part is part]
    train = [it for it in corpus if it.part is Part.TRAIN]
    served = Classifier.load(weights)
    found = judge.judged(test, served.score)
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))
    peers = baselines.ranked(train, test, plain, SEED)
    before = None
    if fp32:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        network = Session(fp32, len(manifest.labels))
        whole = with_ngrams(network, weights, manifest.labels, manifest.shares)
        exact = Classifier(manifest, whole, tokenizer)
        before = judge.judged(test, exact.score)
    files = {"int8": weights / MODEL} | ({"fp32": fp32} if fp32 else {})
    figures = Figures(
        found=found,
        before=before,
        emotions=judge.emotion_figures(found, dict(manifest.emotion_thresholds)),
        emotions_before=judge.emotion_figures(before, dict(manifest.emotion_thresholds))
        if before
        else [],
        recalls=judge.recalls(found, peers, found),
        ordinary_recalls=judge.recalls(found, peers, judge.ordinary(found)),
        plain=judge.plain_raised(found),
        turned=judge.turned_round(found),
        certainty=_certainty(manifest, weights, found),
        flags=judge.flag_figures(found),
        faithful=judge.faithful(found, served.score, SEED),
        pairs=judge.pair_figures(
            read_pairs(readers.CORPUS / "pairs.tsv"),
            served.score,
            manifest.emotion_thresholds[Emotion.ANGER],
        ),
        agreement=judge.agreement_of(found),
        labels={
            name: labels_told(weights, path, goemotions, manifest) for name, path in files.items()
        }
        if part is Part.TEST
        else {},
        reached=judge.reached(found, manifest.reach),
        fresh=judge.fresh(found),
        rude=_rude(manifest, weights),
        seeds=[_as_seed(it, test, goemotions, part) for it in seed or ()],
    )
    megabytes = (weights / MODEL).stat().st_size / 1e6
    text = card(manifest, figures, part=part, megabytes=megabytes, note=note)
    print(text)
    if part is Part.TEST:
        (weights / "MODEL_CARD.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
