"""How slow this machine is, by code that is not ours: a slower start of ours excuses nothing."""

from __future__ import annotations

import subprocess
import sys
import time

IMPORTED = "import fastapi, uvicorn, sqlalchemy, celery"
QUICK = 0.4  # s that a machine takes for that where the whole service starts within 4 s
ROUNDS = 3


def slowness() -> float:
    """Return how many times longer than a quick machine this one takes; 1 where it is as quick."""
    return max(1.0, min(_imported() for _ in range(ROUNDS)) / QUICK)


def _imported() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", IMPORTED], check=True)
    return time.monotonic() - began
