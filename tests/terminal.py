"""`triage` at a real terminal: what it says is waited for, what a person types is typed."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 90.0  # s for the next question on a busy machine
PRESSED_AGAIN = 5.0  # s after which a person presses Ctrl-C once more
CTRL_C = "\x03"
CHECK = re.compile(r"^(good|BAD) +(\w+(?: \w+)?)  ", re.MULTILINE)

#: The terminal becomes the one of this session, so that Ctrl-C typed there interrupts it.
LEADS = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "from triage.cli.app import app; app()"
)


def checks(said: str) -> dict[str, str]:
    """Return by what was tried whether that is good."""
    return {what: verdict for verdict, what in CHECK.findall(said)}


@dataclass
class Terminal:
    """A command that runs at a terminal; `said` is all that it showed so far."""

    process: subprocess.Popen[bytes]
    end: int
    said: str = ""
    read: int = 0  # up to where it was waited for

    def expect(self, words: str) -> None:
        """Wait until these words are shown, after those that were waited for last."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.said.find(words, self.read)) < 0:
            assert self._more(deadline), f"{words!r} was never shown:\n{self.said}"
        self.read = found + len(words)

    def types(self, words: str, end: str = "\n") -> None:
        os.write(self.end, (words + end).encode())

    def interrupted(self) -> int:
        """Press Ctrl-C, again where nothing comes of it; return the status with which it ends.

        Python overlooks a signal between showing a question and beginning to wait for the answer,
        until something else wakes it. Nobody presses so fast, but this does on a busy machine.
        """
        for _ in range(round(PATIENCE / PRESSED_AGAIN)):
            self.types(CTRL_C, "")
            if self._ends_within(PRESSED_AGAIN):
                break
        return self.ended()

    def hidden(self, words: str, text: str) -> None:
        """Answer a question whose answer is not shown: what is typed before that is thrown away."""
        self.expect(words)
        deadline = time.monotonic() + PATIENCE
        while termios.tcgetattr(self.end)[3] & termios.ECHO:
            assert time.monotonic() < deadline, f"{words!r} shows what is typed"
            time.sleep(0.02)
        self.types(text)

    def answers(self, *pairs: tuple[str, str]) -> None:
        """Answer these questions in turn."""
        for question, words in pairs:
            self.expect(question)
            self.types(words)

    def ended(self) -> int:
        """Wait until the command ends; return its status."""
        self._ends_within(PATIENCE)
        return self.process.wait(PATIENCE)

    def _ends_within(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self._more(deadline):
            pass
        return time.monotonic() < deadline

    def _more(self, deadline: float) -> bool:
        left = max(0.0, deadline - time.monotonic())
        if not select.select([self.end], [], [], left)[0]:
            return False
        try:
            got = os.read(self.end, 65_536)
        except OSError:  # as Linux tells that nobody holds the other end any more
            return False
        self.said += got.decode(errors="replace").replace("\r\n", "\n")
        return bool(got)


@contextmanager
def terminal(environment: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    """Run `triage` with these arguments at a terminal of its own until the block ends."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", LEADS, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment | {"COLUMNS": "200"},
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            os.close(ours)
