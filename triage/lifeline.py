"""A child's side of the supervisor's lifeline: end with the parent, however it ended."""

from __future__ import annotations

import os
import signal
import threading

LIFELINE = "TRIAGE_LIFELINE_FD"


def end_with_supervisor() -> None:
    """Have this process terminate itself politely once its supervisor is gone; else do nothing."""
    if descriptor := os.environ.pop(LIFELINE, ""):
        threading.Thread(target=_wait, args=[int(descriptor)], daemon=True, name="lifeline").start()


def _wait(descriptor: int) -> None:
    os.read(descriptor, 1)  # nobody ever writes: it returns when the last holder of the end died
    os.kill(os.getpid(), signal.SIGTERM)
