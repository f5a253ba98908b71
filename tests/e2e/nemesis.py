"""Faults, one after the other, in an order that a seed decides."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import redis

from tests.e2e.service import LOOK_EVERY, Service
from tests.servers import RedisServer
from triage.broker.database_files import files
from triage.ports import utcnow
from triage.store.work import LEASE

BETWEEN = (1.0, 2.5)  # s between two faults, of a quick machine
FROZEN = LEASE.total_seconds() + 2.0  # s: whoever sleeps so long has lost its lease
BROKER_AWAY = 0.5  # s
BROKER_FROZEN = 2.0  # s

Faults = Mapping[str, Callable[[], None]]


class Nemesis:
    """Torments a service. Each fault comes once before any comes again.

    A worker is struck only while all of them work: with none left, how late a decision comes would
    say how fast the machine starts Python. The poisonous ticket strikes when it likes.
    """

    def __init__(
        self, service: Service, broker_faults: Faults, seed: int, slowness: float = 1.0
    ) -> None:
        self.done: Counter[str] = Counter()
        self._service = service
        self._slowness = slowness
        self._chance = random.Random(f"faults {seed}")
        self._journal = service.folder / "faults.log"
        self._round: list[str] = []
        self._frozen: dict[str, float] = {}  # until when
        self._faults = dict(broker_faults) | {
            "worker killed": lambda: self._kill(self._a_worker()),
            "worker frozen": lambda: self._freeze(self._a_worker()),
            "api killed": lambda: self._kill("api"),
            "sweep killed": lambda: self._kill("sweep"),
        }

    def torment(self, seconds: float) -> None:
        """Break something every one to two and a half quick seconds; leave nothing frozen."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if name := self._next():
                self._break(name)
                self._rest(self._slowness * self._chance.uniform(*BETWEEN))
            else:
                self._rest(LOOK_EVERY)
        while self._frozen:
            self._rest(LOOK_EVERY)

    def _next(self) -> str:
        """Return the next fault of this round that can be, or nothing."""
        self._round = self._round or self._chance.sample(sorted(self._faults), len(self._faults))
        whole = self._service.working() == self._service.workers() and not self._frozen
        name = next((it for it in self._round if whole or not it.startswith("worker")), "")
        self._round = [it for it in self._round if it != name]
        return name

    def _break(self, name: str) -> None:
        with self._journal.open("a") as journal:
            journal.write(f"{utcnow().isoformat()} {name}\n")
        self._faults[name]()
        self.done[name] += 1

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(LOOK_EVERY)
            self._thaw()

    def _thaw(self) -> None:
        for name in [name for name, until in self._frozen.items() if until <= time.monotonic()]:
            self._service.programs[name].signal(signal.SIGCONT)
            del self._frozen[name]

    def _kill(self, name: str) -> None:
        self._service.programs[name].signal(signal.SIGKILL)

    def _freeze(self, name: str) -> None:
        self._frozen[name] = time.monotonic() + FROZEN
        self._service.programs[name].signal(signal.SIGSTOP)

    def _a_worker(self) -> str:
        return self._chance.choice(self._service.workers())


def of_redis(server: RedisServer) -> Faults:
    """Return what can happen to a Redis without persistence."""

    def restart() -> None:
        server.kill()
        time.sleep(BROKER_AWAY)
        server.start()

    def empty() -> None:
        with redis.Redis.from_url(server.url, socket_timeout=5) as client:
            client.flushall()

    def freeze() -> None:
        assert server.process
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(BROKER_FROZEN)
        server.process.send_signal(signal.SIGCONT)

    return {"broker killed": restart, "broker emptied": empty, "broker frozen": freeze}


def of_file(path: Path) -> Faults:
    """Return what can happen to the embedded broker's file."""

    def delete() -> None:
        for file in files(path):
            file.unlink(missing_ok=True)

    def empty() -> None:
        if path.exists():
            os.truncate(path, 0)

    def lock() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(BROKER_FROZEN)

    return {"broker deleted": delete, "broker emptied": empty, "broker frozen": lock}
