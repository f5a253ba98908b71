"""What a run that scores again shares a worker with: what is live, and the model of the process.

All threads may work on runs: between two texts each looks whether a live ticket waits, and then
decides it first. So a live ticket waits for one text at most (docs/decisions/0014).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock

from models.classifier import Classifier
from models.manifest import ModelUnavailable
from triage import decide
from triage.decide import Deciding
from triage.errors import BadInput
from triage.ports import Model
from triage.store import work

LOOK_EVERY = 0.002  # s at least between two looks of one process
LIVE_FOR = timedelta(seconds=1)  # then the thread holds its own lease for longer


@dataclass(slots=True)
class GiveWay:
    """Decides what is live, if anything waits, before the next text of a run."""

    parts: Callable[[], Deciding]
    _looked_at: float = 0.0

    def __call__(self) -> None:
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = time.monotonic()
        live = self.parts()
        until = live.clock() + LIVE_FOR
        while live.clock() < until and _waits(live) and decide.decide_next(live):
            pass


def _waits(live: Deciding) -> bool:
    with live.database.reading() as connection:
        return work.is_live_waiting(connection, live.clock())


@dataclass(slots=True)
class Models:
    """The installed model, and the last other one that a run asked for."""

    installed: Model
    _other: tuple[str, Model] | None = None
    _loading: Lock = field(default_factory=Lock)

    def __call__(self, folder: str | None) -> Model:
        """Return the model of a folder, or the installed one. Raises BadInput."""
        if folder is None:
            return self.installed
        with self._loading:
            if self._other is None or self._other[0] != folder:
                self._other = (folder, _loaded(folder))
            return self._other[1]


def _loaded(folder: str) -> Model:
    try:
        return Classifier.load(Path(folder))
    except ModelUnavailable as error:
        raise BadInput(f"a worker cannot use the model in {folder}: {error}") from error
