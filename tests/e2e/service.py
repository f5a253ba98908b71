"""The service as real processes that can be killed and frozen one by one.

A keeper starts again what died, with the pauses that the supervisor makes. Everything lies in one
folder: the data, and a log for each program.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.admitted import a_key_of
from tests.servers import free_port, wait_until
from triage import administration
from triage.keys import with_keys
from triage.lifeline import LIFELINE
from triage.settings import Settings
from triage.store import schema
from triage.supervisor import QUICK_DEATH, RESTART_AFTER, RESTART_AFTER_MOST

SOURCE = "shop"
READY_WITHIN = 60.0  # s on a loaded machine
LOOK_EVERY = 0.05  # s
WORKER_READY = b"worker_ready"

API = [sys.executable, "-m", "triage.api"]
SWEEP = [sys.executable, "-m", "workers.schedule"]
WORKER = [sys.executable, "-m", "workers", "--queues", "live,bulk", "--threads", "2"]


@dataclass
class Program:
    """One process, and when it is to be started again."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    lifeline: int
    process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _said_before: int = 0  # bytes in the log
    _pause: float = RESTART_AFTER
    _due: float | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def has_said(self, word: bytes) -> bool:
        """Return whether the process lives and has written the word since it was started."""
        lives = self.process is not None and self.process.poll() is None
        return lives and word in self.log.read_bytes()[self._said_before :]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._said_before = log.tell()
            self.process = subprocess.Popen(
                self.command,
                env=self.environment | {LIFELINE: str(self.lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self.lifeline],
                process_group=0,
            )
        self._started, self._due = time.monotonic(), None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and all that it started."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def keep(self) -> None:
        """Start the process again where it died, after the supervisor's pause."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self._due is None:
            quick = now - self._started <= QUICK_DEATH
            self._pause = min(self._pause * 2, RESTART_AFTER_MOST) if quick else RESTART_AFTER
            self._due = now + self._pause
        elif now >= self._due:
            self.start()

    def end(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        if self.process:
            self.process.wait()


@dataclass
class Service:
    """Programs that run on one database and one broker, and how to reach them."""

    folder: Path
    settings: Settings
    secret: str
    programs: dict[str, Program]
    api_key: str
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"

    @property
    def webhook(self) -> str:
        return f"{self.address}/webhooks/{SOURCE}"

    @property
    def key(self) -> dict[str, str]:
        """The headers of somebody who may look."""
        return {"Authorization": f"Bearer {self.api_key}"}

    def logs(self) -> str:
        """Return what all programs said."""
        return "".join(
            program.log.read_text(errors="replace") for program in self.programs.values()
        )

    def workers(self) -> list[str]:
        return [name for name in self.programs if name.startswith("worker")]

    def working(self) -> list[str]:
        """Return which workers have come far enough to take a ticket."""
        return [name for name in self.workers() if self.programs[name].has_said(WORKER_READY)]

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def start(self) -> None:
        """Start every program and return when they work."""
        for program in self.programs.values():
            program.start()
        wait_until(self.is_ready, "the API is ready", READY_WITHIN)
        wait_until(lambda: self.workers() == self.working(), "the workers are ready", READY_WITHIN)
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()

    def end(self) -> None:
        self._ended.set()
        for program in self.programs.values():
            program.end()

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            for program in self.programs.values():
                program.keep()


@contextlib.contextmanager
def running(
    folder: Path, commands: dict[str, Sequence[str]], *, database_url: str = "", redis_url: str = ""
) -> Iterator[Service]:
    """Run these programs on an empty database with one source, until the block or the test ends."""
    folder.mkdir(exist_ok=True)
    settings = fresh_settings(folder, database_url, redis_url)
    schema.migrate(settings.database)
    secret = administration.add_source(settings, "generic", SOURCE).secret
    environment, (lifeline, held) = environment_of(settings), os.pipe()
    programs = {
        name: Program(name, command, environment, folder, lifeline)
        for name, command in commands.items()
    }
    service = Service(folder, settings, secret, programs, a_key_of(settings))
    try:
        service.start()
        yield service
    finally:
        service.end()
        os.close(held)
        os.close(lifeline)


def fresh_settings(folder: Path, database_url: str = "", redis_url: str = "") -> Settings:
    return with_keys(
        Settings(
            data_folder=folder / "data",
            port=free_port(),
            database_url=database_url,
            redis_url=redis_url,
            log_format="json",
        )
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process reads these settings."""
    return os.environ | {
        "TRIAGE_DATA_FOLDER": str(settings.data_folder.absolute()),
        "TRIAGE_HOST": settings.host,
        "TRIAGE_PORT": str(settings.port),
        "TRIAGE_SECRET_KEY": settings.secret_key,
        "TRIAGE_LOG_FORMAT": settings.log_format,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PYTHONUNBUFFERED": "1",
    }
