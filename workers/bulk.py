"""What a run that scores again shares a worker with: what is live, and the model of the process.

All threads may work on runs: between two texts each looks whether a live ticket waits, or a draft
of a reply, and does that first. So these wait for one text at most (docs/decisions/0014).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock

import structlog

from models.classifier import Classifier
from models.manifest import ModelUnavailable
from triage import decide, tone
from triage.decide import Deciding
from triage.errors import BadInput, StoreUnavailable
from triage.ports import Model
from triage.store import drafts, work

LOOK_EVERY = 0.002  # s at least between two looks of one process
LIVE_FOR = timedelta(seconds=1)  # then the thread holds its own lease for longer

log = structlog.get_logger()


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
        while live.clock() < until and _does_one(live):
            pass


def _does_one(live: Deciding) -> bool:
    """Decide or read what somebody waits for; return whether there was anything."""
    with live.database.reading() as connection:
        waits = work.is_live_waiting(connection, live.clock())
        draft = drafts.oldest_unread(connection)
    was_read = draft is not None and _read(live, draft)
    return was_read or (waits and decide.decide_next(live) > 0)


def _read(live: Deciding, draft: int) -> bool:
    """Read a draft; return whether that could be done."""
    try:
        tone.read(live.database, live.model, draft)
    except StoreUnavailable:
        raise
    except Exception:  # whatever a model does to one text: it is no trouble of the run's
        log.exception("draft_failed", draft=draft)
        return False
    return True


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
