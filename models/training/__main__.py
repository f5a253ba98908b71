"""Train the model that ships: every stage in its order, each going on where it was stopped.

    python -m models.training --goemotions FOLDER --distress FOLDER --runs runs --out weights

First GoEmotions' labels; then the guideline, once for each of three seeds; then a student, which
learns from the labels and from what these three say, also of comments that nobody labelled. The
student ships; the three are exported too, for their spread. Nothing here opens a test split.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from pathlib import Path
from typing import Annotated

import typer

from models.training import calibrate, export, fit, tune

SEEDS = (1, 2, 3)
STUDENT = 4  # its seed
EPOCHS = 4  # of the three and of the student
STUDENT_REPLAYED = 6_000  # comments an epoch, most of which nobody labelled by the guideline


def main(
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv, dev.tsv, labels.txt")],
    runs: Annotated[Path, typer.Option(help="folder for checkpoints and the seeds' weights")],
    out: Annotated[Path, typer.Option(help="the weights folder")],
    distress: Annotated[Path | None, typer.Option(help="folder with messages.csv")] = None,
    download: Annotated[bool, typer.Option(help="fetch GoEmotions into the folder")] = False,  # noqa: FBT002  # an option by name
) -> None:
    """Train, export and calibrate."""
    base = runs / "base"
    fit.main(goemotions, base, download=download)
    teachers = [runs / f"seed-{seed}" for seed in SEEDS]
    for seed, folder in zip(SEEDS, teachers, strict=True):
        tune.main(base, goemotions, folder, distress, seed=seed, epochs=EPOCHS)
        _ready(folder, goemotions, runs / "weights" / folder.name, f"seed {seed}")
    student = runs / "student"
    tune.main(
        base,
        goemotions,
        student,
        distress,
        adviser=teachers,
        seed=STUDENT,
        epochs=EPOCHS,
        replayed=STUDENT_REPLAYED,
    )
    _ready(student, goemotions, out, f"student of the seeds {', '.join(map(str, SEEDS))}")


def _ready(run: Path, goemotions: Path, weights: Path, trained: str) -> None:
    """Export and calibrate a run, its fp32 network beside the run."""
    export.main([run], weights, fp32=run / "fp32.onnx")
    calibrate.main(weights, goemotions, trained)


if __name__ == "__main__":
    typer.run(main)
