"""Train the model that ships: every stage in its order, each going on where it was stopped.

    python -m models.training --goemotions FOLDER --distress FOLDER --runs runs

First GoEmotions' labels, and what runs of tokens say; then the guideline, once for each of three
seeds, each exported and calibrated in `runs/weights`. One of them ships, the others say how much is
chance. Nothing here opens a test split.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from pathlib import Path
from typing import Annotated

import typer

from models.training import calibrate, export, fit, runs_of_tokens, tune

SEEDS = (1, 2, 3)


def main(
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv, dev.tsv, labels.txt")],
    runs: Annotated[Path, typer.Option(help="folder for checkpoints and weights")],
    distress: Annotated[Path | None, typer.Option(help="folder with messages.csv")] = None,
    download: Annotated[bool, typer.Option(help="fetch GoEmotions into the folder")] = False,  # noqa: FBT002  # an option by name
) -> None:
    """Train, export and calibrate."""
    base = runs / "base"
    ngrams = runs / "ngrams.npz"
    fit.main(goemotions, base, download=download)
    runs_of_tokens.main(goemotions, ngrams)
    for seed in SEEDS:
        run, weights = runs / f"seed-{seed}", runs / "weights" / f"seed-{seed}"
        tune.main(base, goemotions, run, distress, seed=seed)
        export.main(run, weights, ngrams, fp32=run / "fp32.onnx")
        calibrate.main(weights, goemotions, f"seed {seed}")


if __name__ == "__main__":
    typer.run(main)
