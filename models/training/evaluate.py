"""Open the test split once and write the model card.

    python -m models.training.evaluate --weights models/weights --goemotions FOLDER \
        --fp32 runs/seed-1/fp32.onnx

Every choice was made on the dev split before. The served int8 file is judged as it is served,
one text a call; `--fp32` adds the network before quantisation for comparison.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from tokenizers import Tokenizer

from models.calibration import sigmoid
from models.manifest import MODEL, TOKENIZER, Manifest
from models.session import Session
from models.training.card import card
from models.training.predict import Answers, answers
from models.training.reports import emotion_reports, label_report

ONCE = "The test split was opened once."


def main(
    weights: Annotated[Path, typer.Option(help="the weights folder")],
    goemotions: Annotated[Path, typer.Option(help="folder with test.tsv")],
    fp32: Annotated[Path | None, typer.Option(help="the network before quantisation")] = None,
    note: Annotated[str, typer.Option(help="how often the test split was opened")] = ONCE,
) -> None:
    """Judge the model on the test split and write MODEL_CARD.md beside it."""
    manifest = Manifest.load(weights)
    tokenizer = Tokenizer.from_file(str(weights / TOKENIZER))

    def judged(path: Path) -> Answers:
        session = Session(path, len(manifest.labels))
        test = goemotions / "test.tsv"
        return answers(session, tokenizer, manifest.max_tokens, test, len(manifest.labels))

    served = judged(weights / MODEL)
    before = judged(fp32) if fp32 else None
    text = card(
        manifest,
        megabytes=(weights / MODEL).stat().st_size / 1e6,
        n_texts=len(served.asks),
        int8=label_report(served, manifest),
        fp32=label_report(before, manifest) if before else None,
        drift=float(np.abs(sigmoid(served.logits) - sigmoid(before.logits)).mean())
        if before
        else 0,
        emotions=emotion_reports(served, manifest),
        note=note,
    )
    (weights / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    typer.run(main)
