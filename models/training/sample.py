"""Choose which of GoEmotions' training comments to label by our guideline.

    python -m models.training.sample --goemotions FOLDER > chosen.tsv

Over the whole range of the present model's charge, and more of those that read like a complaint or
a request: real language as people write it, in which charge is not rare. Prints id and text; only
ids and labels are kept in the corpus.
"""

from __future__ import annotations

import csv
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from models.classifier import Classifier
from triage.domain.charge import emotional
from triage.domain.policy import DEFAULT_POLICY

BANDS = 10  # of charge, each as often as the others
LEAST_WORDS = 4
LIKE_A_TICKET = 0.5  # share chosen among those that read like a complaint or a request
COMPLAINT = re.compile(
    r"\b(?:refund|customer|service|support|account|order(?:ed)?|deliver|paid|pay|bought|buy|price|"
    r"store|company|phone|app|update|server|game|bug|broken|fix|waiting|waited|email|called|ticket|"
    r"bank|insurance|airline|flight|hotel|landlord|rent|doctor|please|can (?:you|someone|anyone)|"
    r"how (?:do|can) i|does anyone|need help|help me|why (?:is|does|do|did|can't|won't))\b",
    re.IGNORECASE,
)


def main(
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv")],
    count: int = 2_600,
    seed: int = 7,
) -> None:
    """Print the chosen comments, `id<TAB>text`, in random order."""
    with (goemotions / "train.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [(row[2], row[0]) for row in csv.reader(lines, delimiter="\t", quoting=3)]
    rows = [(name, text) for name, text in rows if len(text.split()) >= LEAST_WORDS]
    model = Classifier.load()
    with ThreadPoolExecutor(2) as threads:
        scorings = threads.map(lambda row: model.score(row[1]), rows)
        charges = [emotional(it.emotions, DEFAULT_POLICY) for it in scorings]
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    order = list(zip(charges, rows, strict=True))
    chance.shuffle(order)
    chosen: list[tuple[str, str]] = []
    for band in range(BANDS):
        here = [row for it, row in order if min(int(it * BANDS), BANDS - 1) == band]
        like = [row for row in here if COMPLAINT.search(row[1])][
            : int(LIKE_A_TICKET * count / BANDS)
        ]
        others = [row for row in here if row not in set(like)]
        chosen += like + others[: count // BANDS - len(like)]
    taken = set(chosen)  # the highest bands hold fewer: then more that read like tickets
    rest = [row for _, row in order if row not in taken and COMPLAINT.search(row[1])]
    chosen += rest[: count - len(chosen)]
    chance.shuffle(chosen)
    for name, text in chosen:
        print(f"{name}\t{text}")


if __name__ == "__main__":
    typer.run(main)
