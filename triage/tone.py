"""How a draft of a reply reads: a worker says, because the web process runs no model.

The draft stands in the database for that moment only. Where no worker answers in time, it says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from triage.domain.emotion import Span
from triage.ports import Model
from triage.store import drafts
from triage.store.database import Database

PATIENCE = 1.5  # s that whoever asks waits for a worker
LOOK_EVERY = 0.02  # s


@dataclass(frozen=True, slots=True)
class Tone:
    """Whether the draft was read, and the sentence that reads rude if one does."""

    was_read: bool
    rude: Span | None = None


def ask(database: Database, tell: Callable[[int], None], text: str, now: datetime) -> Tone:
    """Return how a draft reads, by a worker that `tell` wakes. Raises StoreUnavailable."""
    with database.writing() as connection:
        number = drafts.add(connection, text, now)
    tell(number)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not _is_read(database, number):
        time.sleep(LOOK_EVERY)
    with database.writing() as connection:
        return Tone(*drafts.take(connection, number))


def read(database: Database, model: Model, number: int) -> None:
    """Read a draft for whoever waits for it."""
    with database.reading() as connection:
        text = drafts.text_of(connection, number)
    if text is None:
        return  # whoever asked did not wait
    rude = model.reads_rude(text)
    with database.writing() as connection:
        drafts.note_read(connection, number, rude)


def _is_read(database: Database, number: int) -> bool:
    with database.reading() as connection:
        return drafts.is_read(connection, number)
