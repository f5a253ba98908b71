"""A real Celery worker on the embedded broker: whatever happens to worker or file, nothing is lost.

The worker's effects are lines in a log; what was sent and is not there was lost.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from celery import Celery

from triage import broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
FLAGS = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING")
THREADS = ("-P", "threads", "-c", "2")

WORKER_APP = """
import os, time
from pathlib import Path
from celery import Celery
from triage import broker

broker.register()
app = Celery("probe", broker=os.environ["PROBE_BROKER"])
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_enable_remote_control=False,
    worker_prefetch_multiplier=2, broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": float(os.environ["PROBE_LEASE"]), "busy_timeout": 0.5,
    },
)

@app.task(name="write")
def write(number):
    time.sleep(0.002)
    with Path(os.environ["PROBE_LOG"]).open("a") as log:
        log.write(f"{number}\\n")

@app.task(name="relay")
def relay(number):
    app.send_task("write", [number])
"""


class Probe:
    """An app that sends by name, workers that can be killed, and the log of what they did."""

    def __init__(self, folder: Path, lease: float) -> None:
        broker.register()
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        (folder / "probe_app.py").write_text(WORKER_APP)
        url = broker.address(folder / "broker.db")
        self.environment = os.environ | {
            "PROBE_BROKER": url,
            "PROBE_LEASE": str(lease),
            "PROBE_LOG": str(self.log),
            "PYTHONPATH": f"{ROOT}:{folder}",
            "PYTHONWARNINGS": "ignore",
        }
        self.app = Celery("sender", broker=url)
        self.sent = 0

    def send(self, name: str = "write") -> None:
        self.app.send_task(name, [self.sent])
        self.sent += 1

    def done(self) -> Counter[int]:
        return Counter(map(int, self.log.read_text().split()))

    def lost(self) -> set[int]:
        return set(range(self.sent)) - set(self.done())

    @contextmanager
    def worker(self, *pool: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "celery", "-A", "probe_app", "worker", *FLAGS, *pool]
        with subprocess.Popen(
            command, env=self.environment, cwd=self.folder, start_new_session=True
        ) as process:
            try:
                yield process
            finally:
                stop(process, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes], how: signal.Signals, within: float = 15) -> None:
    if process.poll() is None:
        whom = os.killpg if how is signal.SIGKILL else os.kill
        whom(process.pid, how)
        process.wait(within)


def until(holds: Callable[[], object], seconds: float = 20) -> bool:
    """Return whether it holds within some seconds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.02)
    return bool(holds())


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    probe = Probe(tmp_path, lease=1)
    yield probe
    probe.app.close()


@pytest.fixture
def patient_probe(tmp_path: Path) -> Iterator[Probe]:
    probe = Probe(tmp_path, lease=60)
    yield probe
    probe.app.close()


@pytest.mark.parametrize(
    "pool", [THREADS, ("-P", "prefork", "-c", "2"), ("-P", "solo")], ids=lambda pool: pool[1]
)
def test_every_task_runs_exactly_once(patient_probe: Probe, pool: tuple[str, ...]):
    probe = patient_probe
    with probe.worker(*pool) as worker:
        for _ in range(300 if pool is THREADS else 60):
            probe.send()
        for _ in range(10):
            probe.send("relay")  # published by the pool, in prefork by a forked child
        assert until(lambda: not probe.lost())
        stop(worker, signal.SIGTERM)
    assert set(probe.done().values()) == {1}


def live_and_send(probe: Probe, seconds: float, worker: subprocess.Popen[bytes]) -> None:
    """Send steadily until the worker has done something and has then lived on for some seconds."""
    before = len(probe.done())
    assert until(lambda: sends(probe, worker) and len(probe.done()) > before), "nothing is done"
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        assert sends(probe, worker)
        time.sleep(0.005)


def sends(probe: Probe, worker: subprocess.Popen[bytes]) -> bool:
    assert worker.poll() is None, "the worker ended by itself"
    probe.send()
    return True


def test_killing_the_worker_again_and_again_loses_nothing(probe: Probe):
    dice = random.Random(20261122)
    for _ in range(10):
        with probe.worker(*THREADS) as worker:
            live_and_send(probe, dice.uniform(0.05, 0.25), worker)
            stop(worker, signal.SIGKILL)
    with probe.worker(*THREADS):
        assert until(lambda: not probe.lost())


def test_stopping_the_worker_again_and_again_loses_and_repeats_nothing(patient_probe: Probe):
    probe, dice = patient_probe, random.Random(20261122)
    for _ in range(2):
        with probe.worker(*THREADS) as worker:
            live_and_send(probe, dice.uniform(0.05, 0.4), worker)
            stop(worker, signal.SIGTERM)
    with probe.worker(*THREADS):
        assert until(lambda: not probe.lost())
    assert set(probe.done().values()) == {1}


def test_a_worker_recovers_from_whatever_happens_to_its_file(probe: Probe):
    file = probe.folder / "broker.db"
    damages: list[Callable[[], object]] = [
        file.unlink,
        lambda: [part.unlink() for part in probe.folder.glob("broker.db*")],
        lambda: file.write_bytes(b""),
        lambda: file.write_bytes(b"no database" * 1000),
    ]
    with probe.worker(*THREADS) as worker:
        for damage in damages:
            live_and_send(probe, 0.1, worker)
            damage()
            live_and_send(probe, 0.1, worker)
        stop(worker, signal.SIGTERM)


def test_a_worker_reconnects_when_the_file_was_locked_for_too_long(probe: Probe):
    with probe.worker(*THREADS) as worker:
        live_and_send(probe, 0.1, worker)
        with closing(sqlite3.connect(probe.folder / "broker.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            time.sleep(1.5)
        live_and_send(probe, 0.1, worker)
        assert until(lambda: not probe.lost())
