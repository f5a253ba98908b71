"""`triage up`: the whole service as child processes of one, which restarts what dies.

Every child runs in a process group of its own, so that Ctrl-C reaches only the supervisor, which
then ends them in order. Not in a session of its own: Linux shares the cores between sessions before
it looks at niceness, and a niced worker would slow the webhooks all the same. Should the supervisor
itself be killed, its children see their pipe close.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from triage.lifeline import LIFELINE

RESTART_AFTER = 0.5  # s, doubled for each quick death
RESTART_AFTER_MOST = 5.0
QUICK_DEATH = 5.0  # s; who lived longer starts again at once
STOP_WITHIN = 12.0  # s between the polite signal and the other one

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep alive."""

    name: str
    command: Sequence[str]


class Supervisor:
    """Keeps programs running until told to stop."""

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str]) -> None:
        self._programs = programs
        self._environment = dict(environment)
        self._stopping = asyncio.Event()
        self._lifeline, self._held = os.pipe()  # children read one end; the other dies with us

    def stop(self) -> None:
        """Begin to end every program."""
        self._stopping.set()

    async def run(self) -> None:
        """Run the programs; return when `stop` was called and all have ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await asyncio.gather(*(self._keep(program) for program in self._programs))

    async def _keep(self, program: Program) -> None:
        pause = RESTART_AFTER
        while not self._stopping.is_set():
            started = asyncio.get_running_loop().time()
            process = await self._start(program)
            await self._until_end_or_stop(process)
            if self._stopping.is_set():
                await _end(process)
                return
            lived = asyncio.get_running_loop().time() - started
            pause = RESTART_AFTER if lived > QUICK_DEATH else min(pause * 2, RESTART_AFTER_MOST)
            log.warning("restarting", program=program.name, exit_status=process.returncode)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _start(self, program: Program) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            env=self._environment | {LIFELINE: str(self._lifeline)},
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[self._lifeline],
            process_group=0,
        )
        log.info("started", program=program.name, pid=process.pid)
        return process

    async def _until_end_or_stop(self, process: asyncio.subprocess.Process) -> None:
        ending = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    for number, patience in ((signal.SIGTERM, STOP_WITHIN), (signal.SIGKILL, STOP_WITHIN)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience)
            return


def programs(threads: int, queues: str = "live,bulk") -> list[Program]:
    """Return the processes of one machine that does everything."""
    python = sys.executable
    return [
        Program("api", [python, "-m", "triage.api"]),
        Program("worker", [python, "-m", "workers", "--queues", queues, "--threads", str(threads)]),
        Program("sweep", [python, "-m", "workers.schedule"]),
    ]
