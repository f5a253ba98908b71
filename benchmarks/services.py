"""Triage's processes to measure: an installation in a folder of its own, on free ports.

`installations` yields the embedded one and, where Debian's servers are installed, one on Redis and
PostgreSQL; the servers are those of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.error import URLError

import orjson
import psutil

from tests.admitted import a_key_of
from tests.servers import PostgresServer, RedisServer, free_port, wait_until
from triage import administration
from triage.helpdesks.whsec import new_secret
from triage.settings import Settings
from triage.store.api_keys import new_key as new_api_key
from triage.store.sources import new_key
from workers.health import STALE_AFTER

ROOT = Path(__file__).parents[1]
EMBEDDED, SERVERS = "SQLite", "Redis + PostgreSQL"
STARTS_WITHIN = 60.0  # s
API = ("-m", "triage.api")
SWEEP = ("-m", "workers.schedule")


def worker(threads: int) -> tuple[str, ...]:
    return ("-m", "workers", "--threads", str(threads))


@dataclass
class Program:
    """One running process and what it logged."""

    process: subprocess.Popen[bytes]
    log: Path
    began: float

    def said(self, event: str) -> dict[str, Any] | None:
        """Return the first log line of this event, None while there is none."""
        lines = self.log.read_bytes().splitlines() if self.log.exists() else []
        found = (line for line in lines if f'"event": "{event}"'.encode() in line)
        return next(map(orjson.loads, found), None)

    def wait_for(self, event: str) -> datetime:
        """Return when the process logged this event. Raises AssertionError with its log."""
        wait_until(lambda: self._said_or_ended(event), f"{event} in {self.log}", STARTS_WITHIN)
        line = self.said(event)
        assert line, self.log.read_text()
        return datetime.fromisoformat(line["timestamp"])

    def memory(self) -> float:
        """Return the resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)

    def cpu(self) -> float:
        """Return the seconds of CPU used so far, user and system."""
        return float(sum(psutil.Process(self.process.pid).cpu_times()[:2]))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STALE_AFTER)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _said_or_ended(self, event: str) -> bool:
        return self.process.poll() is not None or self.said(event) is not None


@dataclass
class Installation:
    """Folder, keys and addresses of one service, and the programs that were started for it."""

    name: str
    folder: Path
    database_url: str = ""
    redis_url: str = ""
    port: int = field(default_factory=free_port)
    api_key: str = field(default_factory=new_api_key)
    secret_key: str = field(default_factory=new_key)
    secret: str = field(default_factory=new_secret)  # what deliveries are signed with
    programs: list[Program] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(
            data_folder=self.folder,
            port=self.port,
            database_url=self.database_url,
            redis_url=self.redis_url,
            secret_key=self.secret_key,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        mine = {
            "TRIAGE_DATA_FOLDER": str(self.folder),
            "TRIAGE_PORT": str(self.port),
            "TRIAGE_SECRET_KEY": self.secret_key,
            "TRIAGE_LOG_FORMAT": "json",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }
        return os.environ | mine

    def set_up(self) -> None:
        """Make the tables, a key, a source named `bench` that signs, and the demo's agents."""
        self.folder.mkdir(exist_ok=True)
        administration.add_source(self.settings, "generic", "bench", self.secret)
        a_key_of(self.settings, self.api_key)
        with resources.as_file(resources.files("triage.demo") / "agents.csv") as agents:
            administration.import_agents(self.settings, Path(agents))

    def start(self, arguments: Sequence[str], **more: str) -> Program:
        """Start `python …` in this installation's environment, with more of it."""
        self.folder.mkdir(exist_ok=True)
        log = self.folder / f"{len(self.programs)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env={**self.environment, **more},
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )
        self.programs.append(Program(process, log, time.perf_counter()))
        return self.programs[-1]

    def start_api(self, arguments: Sequence[str] = API) -> Program:
        """Start a web process and wait until it is ready."""
        program = self.start(arguments)
        self.wait_until_ready(program)
        return program

    def wait_until_ready(self, program: Program) -> None:
        ended = f"{program.log.name} of {self.name} is not ready"
        wait_until(lambda: is_ready(self.port) or _has_ended(program), ended, STARTS_WITHIN)
        assert not _has_ended(program), program.log.read_text()

    def stop(self) -> None:
        for program in reversed(self.programs):
            program.stop()


def is_ready(port: int) -> bool:
    """Return whether the web process there says that it can store deliveries."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def installation(name: str = EMBEDDED, **urls: str) -> Iterator[Installation]:
    """Yield an installation in an empty folder; its programs end with it."""
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        made = Installation(name, Path(folder) / "data", **urls)
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def installations() -> Iterator[list[Installation]]:
    """Yield an embedded installation and one on real servers, both set up and not started."""
    with ExitStack() as stack:
        servers = stack.enter_context(real_servers())
        urls = {"database_url": servers.postgres.create("triage"), "redis_url": servers.redis.url}
        made = [
            stack.enter_context(installation()),
            stack.enter_context(installation(SERVERS, **urls)),
        ]
        for one in made:
            one.set_up()
        yield made


@dataclass(frozen=True, slots=True)
class Servers:
    """A Redis and a PostgreSQL of our own."""

    redis: RedisServer
    postgres: PostgresServer


@contextmanager
def real_servers() -> Iterator[Servers]:
    """Yield fresh servers; they end with all they held. Raises FileNotFoundError."""
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        for name in ("redis", "postgres"):
            (Path(folder) / name).mkdir()
        servers = Servers(
            RedisServer(Path(folder) / "redis"), PostgresServer(Path(folder) / "postgres")
        )
        servers.redis.start()
        try:
            servers.postgres.start()
            yield servers
            servers.postgres.stop()
        finally:
            servers.redis.kill()


def _has_ended(program: Program) -> bool:
    return program.process.poll() is not None
