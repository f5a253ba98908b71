"""A worker whose model takes 20 ms a text and writes down each that it has read.

`python -m tests.e2e.counting_worker` takes the options of `python -m workers` and is otherwise it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Self

import typer

from models import classifier
from tests.fakes import FakeModel
from triage.domain.emotion import Scoring
from workers.__main__ import main

VERSION = "counting-1"
A_TEXT = 0.02  # s


class Counting(FakeModel):
    """Finds an emotion where its name stands in the text."""

    @classmethod
    def load(cls, _weights: Path, **_more: Any) -> Self:
        return cls(VERSION)

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        time.sleep(A_TEXT)
        with read_log(Path(os.environ["TRIAGE_DATA_FOLDER"])).open("a") as log:
            log.write(f"{text}\n")
        return super().score(text, language_hint)


def read_log(folder: Path) -> Path:
    """Return where a text stands for each time that it was read."""
    return folder / "read.log"


if __name__ == "__main__":
    classifier.Classifier = Counting  # type: ignore[assignment,misc]  # before anything imports it
    typer.run(main)
