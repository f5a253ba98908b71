"""Is this machine's worker alive? Each process touches a file; `python -m workers.health` looks.

A file says more than a ping through the broker, which fails for a worker that is merely busy and
restarts healthy ones when the broker is away.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from triage.settings import read_settings

STALE_AFTER = 20.0  # s; a process touches its file every 5


def beat(folder: Path, name: str) -> None:
    """Say that the process of this name is alive."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.heartbeat").touch()


def is_healthy(folder: Path, now: float) -> bool:
    """Return whether there is a heartbeat, and none is stale; `now` is seconds since the epoch."""
    beats = [file.stat().st_mtime for file in folder.glob("*.heartbeat")]
    return bool(beats) and all(now - beat < STALE_AFTER for beat in beats)


if __name__ == "__main__":
    sys.exit(not is_healthy(read_settings().data_folder, time.time()))
