"""The embedded broker beside Redis, in one run: `python -m benchmarks.broker`.

Latency is from before publishing to the first line of the task, over two processes. Each broker
gets a real Celery worker (`-P threads -c 2`); Redis runs here, on a free port, with AOF. The
numbers are this machine's as it is now: compare the columns, not two days. Takes five minutes.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from celery import Celery

from triage import broker

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LEASE = 2  # seconds
WORKER = "worker -P threads -c 2 --without-gossip --without-mingle --without-heartbeat -l ERROR"

broker.register()
app = Celery("benchmark", broker=os.environ.get("BENCH_BROKER", "memory://"))
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_enable_remote_control=False,
    worker_prefetch_multiplier=2,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": LEASE, "unacked_restore_interval": 1},
)


@app.task(name="note")
def note(number: int, sent: float) -> None:
    started = time.time()
    with Path(os.environ["BENCH_LOG"]).open("a") as log:
        log.write(f"{number} {sent} {started}\n")


class Bench:
    """One broker under test: sends, and reads what the worker noted."""

    def __init__(self, url: str, folder: Path, server: int | None) -> None:
        self.log = folder / "log"
        self.server = server
        self.sent = 0
        self.published: list[float] = []
        self.app = Celery("sender", broker=url)
        self.env = os.environ | {"BENCH_BROKER": url, "BENCH_LOG": str(self.log)}

    def send(self) -> None:
        began = time.time()
        self.app.send_task("note", [self.sent, began])
        self.published.append(time.time() - began)
        self.sent += 1

    def rows(self) -> list[tuple[int, float, float]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(int(n), float(a), float(b)) for n, a, b in map(str.split, lines)]

    def missing(self) -> int:
        return self.sent - len({number for number, _, _ in self.rows()})

    def settle(self, seconds: float = 20) -> None:
        ends = time.time() + seconds
        while self.missing() and time.time() < ends:
            time.sleep(0.05)

    @contextmanager
    def worker(self) -> Iterator[psutil.Process]:
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "benchmarks.broker"]
        with subprocess.Popen([*command, *WORKER.split()], env=self.env, cwd=ROOT) as process:
            try:
                yield psutil.Process(process.pid)
            finally:
                process.kill()


def latency(bench: Bench, count: int, gap: float) -> str:
    first = bench.sent
    for _ in range(count):
        time.sleep(random.uniform(0.5, 1.5) * gap)
        bench.send()
    bench.settle()
    took = sorted(started - sent for number, sent, started in bench.rows() if number >= first)
    return f"{quantile(took, 0.5)} / {quantile(took, 0.95)}"


def noise() -> str:
    """How long the same computing takes: what the machine does to every other number."""
    took = []
    for _ in range(300):
        time.sleep(0.03)
        began = time.perf_counter()
        sum(range(50_000))
        took.append(time.perf_counter() - began)
    return f"{quantile(sorted(took), 0.5)} / {quantile(sorted(took), 0.99)}"


def idle_cpu(bench: Bench, worker: psutil.Process, seconds: float = 10) -> str:
    watched = [worker] + ([psutil.Process(bench.server)] if bench.server else [])
    time.sleep(8)  # the looks have slowed down by then
    before = [sum(p.cpu_times()[:2]) for p in watched]
    time.sleep(seconds)
    used = [sum(p.cpu_times()[:2]) - b for p, b in zip(watched, before, strict=True)]
    return " + ".join(f"{100 * u / seconds:.2f}" for u in used)


def throughput(bench: Bench, count: int = 2000) -> str:
    first = bench.sent
    for _ in range(count):
        bench.send()
    with bench.worker():
        bench.settle(60)
    started = sorted(s for number, _, s in bench.rows() if number >= first)
    return f"{(len(started) - 1) / (started[-1] - started[0]):.0f}"


def kills(bench: Bench, count: int = 12) -> str:
    first, dice = bench.sent, random.Random(7)
    for _ in range(count):
        with bench.worker() as worker:
            alive, ends = len(bench.rows()), float("inf")
            while time.time() < ends:
                bench.send()
                time.sleep(0.005)
                if ends == float("inf") and len(bench.rows()) > alive:
                    ends = time.time() + dice.uniform(0.1, 0.6)
            worker.send_signal(signal.SIGKILL)
    with bench.worker():
        bench.settle(3 * LEASE + 10)
    again = len(bench.rows()) - len({number for number, _, _ in bench.rows()})
    return f"{bench.missing()} of {bench.sent - first} in {count} kills, {again} run again"


def measure(bench: Bench) -> dict[str, str]:
    found = {}
    with bench.worker() as worker:
        bench.send()
        bench.settle()
        bench.published.clear()  # the first one connects and imports
        found["publish to start, busy, p50 / p95 ms"] = latency(bench, 300, 0.03)
        took = sorted(bench.published)
        found["publish, p50 / p99 ms"] = f"{quantile(took, 0.5)} / {quantile(took, 0.99)}"
        found["the machine: a loop of 1 ms, p50 / p99 ms"] = noise()
        found["one every 2 s, p50 / p95 ms"] = latency(bench, 20, 2)
        found["after 8 s of silence, p50 / p95 ms"] = latency(bench, 8, 8)
        found["idle CPU, worker + server, % of a core"] = idle_cpu(bench, worker)
    found["tasks/s, 2,000 trivial ones waiting"] = throughput(bench)
    found["lost"] = kills(bench)
    return found


def quantile(ordered: list[float], q: float) -> str:
    return f"{1000 * ordered[min(int(len(ordered) * q), len(ordered) - 1)]:.1f}"


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, int]]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = f"redis-server --port {port} --dir {folder} --appendonly yes --save".split()
    with subprocess.Popen([*command, ""], stdout=subprocess.DEVNULL) as process:
        time.sleep(1)
        yield f"redis://127.0.0.1:{port}/0", process.pid
        process.terminate()


def main() -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        ours = measure(Bench(broker.address(Path(one) / "broker.db"), Path(one), None))
        with redis(Path(two)) as (url, server):
            theirs = measure(Bench(url, Path(two), server))
    print("| | embedded | Redis |\n|---|---|---|")
    for name in ours:
        print(f"| {name} | {ours[name]} | {theirs[name]} |")
    print(f"\nload average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
