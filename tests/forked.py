"""`triage …` as a process of its own, forked from one that has imported it already.

Importing takes seconds on a slow machine, and some tests type ten commands. What a command imports
by itself, and how it dies by a signal, is tested where `python -m triage.cli` is started instead.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

IMPORTED = ("triage.cli.app", "triage.administration", "triage.api.app", "alembic.command")
FILES = ("stdin", "stdout", "stderr")  # of a command, by their numbers


@dataclass
class Forked:
    """The process that commands are forked from, one at a time."""

    folder: Path
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"COLUMNS": "200"},  # no table is broken, whatever the terminal
            start_new_session=True,
        )

    def run(
        self, arguments: Sequence[str], environment: dict[str, str], given: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; one that a test's time-out cuts off answers no later test."""
        (self.folder / FILES[0]).write_text(given)
        asked = {"arguments": arguments, "environment": environment, "folder": str(self.folder)}
        try:
            code = self._ask(json.dumps(asked))
        except BaseException:
            self.end()
            self._start()
            raise
        said = [(self.folder / name).read_text() for name in FILES[1:]]
        return subprocess.CompletedProcess(list(arguments), code, *said)

    def _ask(self, line: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process that commands are forked from has died"
        return int(answer)

    def end(self) -> None:
        """Kill it, and a command that it waits for."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            with suppress(OSError):
                pipe.close()


def serve() -> None:
    """Fork a command for each line of standard input, and answer with its exit status."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            _become(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


def _become(arguments: list[str], environment: dict[str, str], folder: str) -> NoReturn:
    """Be the command in this process, and end it."""
    os.environ.clear()
    os.environ.update(environment)
    flags = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2)
    for number, (name, flag) in enumerate(zip(FILES, flags, strict=True)):
        os.dup2(os.open(f"{folder}/{name}", flag), number)
    sys.stdin, sys.argv = os.fdopen(0), ["triage", *arguments]
    code = 1
    try:
        importlib.import_module("triage.cli.app").main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
