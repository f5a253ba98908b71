"""Real servers for tests: Redis and PostgreSQL from Debian's packages, on free ports."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

PATIENCE = 20.0  # s for a server to answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until `holds()` is true. Raises AssertionError naming `what`."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"waited {patience} s in vain: {what}"
        time.sleep(0.02)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class RedisServer:
    """A redis-server without persistence: what it loses, the sweep must find."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=self.folder, **quiet)  # type: ignore[call-overload]
        wait_until(lambda: answers(self.port), "redis-server")

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()


@dataclass
class PostgresServer:
    """A PostgreSQL cluster in a folder of its own; root may not run one, so another user does.

    `is_durable`: also where the machine loses its power, which no test does; figures need it.
    """

    folder: Path
    is_durable: bool = True
    port: int = field(default_factory=free_port)

    def url(self, database: str) -> str:
        return f"postgresql://triage@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        data = self.folder / "cluster"
        if os.geteuid() == 0:
            _let_in(self.folder)
        options = ["--auth=trust", "--username=triage", "--encoding=UTF8", "--no-sync"]
        self._run("initdb", "--pgdata", str(data), *options)
        settings = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 "
            f"-c fsync={'on' if self.is_durable else 'off'}"
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "--pgdata", str(data), "--log", log, "--wait", "-o", settings, "start")

    def stop(self) -> None:
        data = str(self.folder / "cluster")
        self._run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database that is as the template is, empty by itself, and return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            names = map(sql.Identifier, (database, template))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(database)

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        command = [str(postgres_folder() / program), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, user=user, cwd=self.folder, timeout=120
        )


def postgres_folder() -> Path:
    """Return the folder of the newest PostgreSQL's programs. Raises FileNotFoundError."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if known := shutil.which("initdb"):
        return Path(known).parent
    raise FileNotFoundError("PostgreSQL's server programs")


def _let_in(folder: Path) -> None:
    """Give the folder to the user postgres, and let that user pass through its parents."""
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    for parent in folder.parents:
        if parent != Path("/") and parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o011)
