"""How a consumer waits for a message: looking often after activity, seldom when nothing happens.

SQLite cannot wake another process, so a consumer asks for the file's version (`PRAGMA
data_version`, some microseconds and no lock). A publisher in the same process rings a bell.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks: `quick` while `hot` seconds last, then growing to `slow`."""

    quick: float
    slow: float
    hot: float
    growth: float

    def after(self, idle: float) -> float:
        """Return the pause to make after `idle` seconds without activity."""
        return min(max(self.quick, (idle - self.hot) * self.growth), self.slow)


class Bell:
    """Wakes one consumer of this process; the others notice by the file's version."""

    def __init__(self) -> None:
        # a bare lock: at idle an Event or a Condition costs more than looking at the file does
        self._silent = threading.Lock()
        self._silent.acquire()

    def ring(self) -> None:
        """Wake the waiting consumer, or the next one that waits."""
        with suppress(RuntimeError):  # it rings already
            self._silent.release()

    def wait(self, seconds: float) -> bool:
        """Return whether it rang, before or within `seconds`; then it is silent again."""
        return self._silent.acquire(timeout=seconds)


_bells: dict[tuple[int, Path], Bell] = {}


def bell_of(path: Path) -> Bell:
    """Return this process's bell for the file; a forked child gets its own."""
    return _bells.setdefault((os.getpid(), path), Bell())


class Watch:
    """Waits until the file may hold something new. `version` reads the file's version."""

    def __init__(
        self,
        version: Callable[[], int],
        path: Path,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.version = version
        self._path = path
        self._pace = pace
        self._clock = clock
        self._active = clock()

    def active(self) -> None:
        """Note that there was a message: more may follow soon."""
        self._active = self._clock()

    def idle(self) -> float:
        """Return the seconds since the last message."""
        return self._clock() - self._active

    def wait(self, seen: int, seconds: float) -> None:
        """Return when the version is no longer `seen` or the bell rang, or after `seconds`.

        `seen` is read before looking for messages, so that nothing in between is missed.
        """
        bell, until = bell_of(self._path), self._clock() + seconds
        while (left := until - self._clock()) > 0 and self.version() == seen:
            if bell.wait(min(left, self._pace.after(self.idle()))):
                return
