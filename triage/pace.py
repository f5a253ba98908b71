"""The pace of work beside live work: how much one transaction takes, and the rest after it.

Both follow what the machine is able to do at that moment.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FIRST_BATCH, LARGEST_BATCH = 5, 50  # tickets in one transaction
LONG = 0.010  # s that one should hold SQLite's write lock at most


@dataclass(slots=True)
class Pace:
    """Grows slowly while transactions are short, and halves where one was long."""

    batch: int = FIRST_BATCH
    _took: float = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure one transaction of `batch` tickets."""
        began = time.monotonic()
        yield
        self.note(time.monotonic() - began)

    def note(self, took: float) -> None:
        self._took = took
        if took > LONG:
            self.batch = max(1, self.batch // 2)
        elif took < LONG / 2:
            self.batch = min(LARGEST_BATCH, self.batch + 1)

    def rest(self) -> None:
        """Leave the lock to others for as long as it was held: they look for it now and then."""
        time.sleep(self._took)
