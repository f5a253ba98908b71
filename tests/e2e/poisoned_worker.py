"""A worker that dies where its model reads POISON, as native code does that crashes on one text.

`python -m tests.e2e.poisoned_worker` takes the options of `python -m workers` and is otherwise it.
"""

from __future__ import annotations

import os
import signal

import typer

from models import classifier
from models.classifier import Classifier
from triage.domain.emotion import Scoring
from workers.__main__ import main

POISON = "xyzzy-kills-the-worker"


class Fragile(Classifier):
    """The classifier, but for one word."""

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        if POISON in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(text, language_hint)


if __name__ == "__main__":
    classifier.Classifier = Fragile  # type: ignore[misc]  # before workers.lifecycle imports it
    typer.run(main)
