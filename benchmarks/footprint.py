"""What the service weighs on a small machine: `python -m benchmarks.footprint`.

`triage up` in an empty folder, from the command to /readyz; the memory of its processes after 500
tickets; their CPU while nothing happens. Starts are measured alone, several times. The peers are a
web process with one route, the classifier alone, and an idle Redis.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import psutil
import typer

from benchmarks.classifier import tickets
from benchmarks.load import deliveries
from benchmarks.rawmodel import run_raw
from benchmarks.services import Installation, Program, installation, worker
from benchmarks.table import Report, Target, median, show
from benchmarks.throughput import due
from tests.servers import RedisServer, wait_until
from triage.store.database import Database

UP = ("-m", "triage.cli", "up")
SETTLE = 10.0  # s until the looks of all who wait have slowed down
IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
PEER_IMPORT = "fastapi, uvicorn, sqlalchemy, celery"
MOST = {"api MB": 120, "worker MB": 260, "idle %": 2, "import s": 1.5, "worker s": 2}
DECIDED_WITHIN = 300.0  # s


def main(
    count: Annotated[int, typer.Option("--tickets", help="before memory is read")] = 500,
    seconds: Annotated[float, typer.Option(help="of watching it idle")] = 20,
    rounds: Annotated[int, typer.Option(help="of each start")] = 5,
    threads: int = 2,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    found = running(count, seconds) | starts(rounds, threads)
    found |= {"classifier MB": run_raw(count, threads)["rss_mb"], "bare MB": bare_memory()}
    settings = {"tickets": count, "seconds": seconds, "rounds": rounds, "threads": threads}
    show(report(found, settings), out)


def running(count: int, seconds: float) -> dict[str, float]:
    """Return what a whole service weighs: fresh start, memory after tickets, CPU when idle."""
    with installation() as service, tempfile.TemporaryDirectory() as folder:
        up = service.start(UP)
        service.wait_until_ready(up)
        fresh = time.perf_counter() - up.began
        service.set_up()
        send(service, count)
        parts = processes(up)
        memory = {f"{name} MB": one.memory_info().rss / 1e6 for name, one in parts.items()}
        redis = RedisServer(Path(folder))
        redis.start()
        assert redis.process
        watched = [*parts.values(), psutil.Process(redis.process.pid)]
        *ours, peer = idle(watched, seconds)
        redis.kill()
    return memory | {"fresh s": fresh, "idle %": sum(ours), "redis %": peer}


def send(service: Installation, count: int) -> None:
    """Deliver so many tickets and wait until all are decided."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    for one in deliveries(tickets(count), service.secret):
        connection.request("POST", "/webhooks/bench", one.body, dict(one.headers))
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
    connection.close()
    with closing(Database(service.settings.database)) as database:
        wait_until(lambda: not due(database), "all decided", DECIDED_WITHIN)


def processes(up: Program) -> dict[str, psutil.Process]:
    """Return the processes of `triage up` by what they do."""
    parent = psutil.Process(up.process.pid)
    parts = {"supervisor": parent}
    for child in parent.children():
        module = child.cmdline()[2]
        parts[{"triage.api": "api", "workers": "worker"}.get(module, "sweep")] = child
    return parts


def idle(watched: Sequence[psutil.Process], seconds: float) -> list[float]:
    """Return each process's CPU in percent of a core while nothing happens."""
    time.sleep(SETTLE)
    before = [sum(one.cpu_times()[:2]) for one in watched]
    time.sleep(seconds)
    after = [sum(one.cpu_times()[:2]) for one in watched]
    return [100 * (new - old) / seconds for old, new in zip(before, after, strict=True)]


def starts(rounds: int, threads: int) -> dict[str, float]:
    """Return how long imports take, and a worker from its command to `worker_ready`."""
    ready = []
    for _ in range(rounds):
        with installation() as service:
            service.set_up()
            began, program = time.time(), service.start(worker(threads))
            ready.append(program.wait_for("worker_ready").timestamp() - began)
    return {
        "import s": imports("triage.api.app", rounds),
        "peer import s": imports(PEER_IMPORT, rounds),
        "worker s": median(ready),
    }


def imports(modules: str, rounds: int) -> float:
    """Return the seconds that a fresh interpreter takes to import these."""
    command = [sys.executable, "-c", IMPORT.format(modules)]
    runs = [subprocess.run(command, check=True, stdout=subprocess.PIPE) for _ in range(rounds + 1)]
    return median([float(run.stdout) for run in runs[1:]])  # the first one read the disk


def bare_memory() -> float:
    """Return the MB of a web process with one route."""
    with installation() as bare:
        return bare.start_api(("-m", "benchmarks.bare", str(bare.port), bare.secret)).memory()


def report(found: dict[str, float], settings: dict[str, float]) -> Report:
    """Compare each with its peer and its limit."""
    rows = [
        ("api, MB", "api MB", "bare MB", "the same web server, one route"),
        ("worker, MB", "worker MB", "classifier MB", "the classifier alone"),
        ("sweep, MB", "sweep MB", None, ""),
        ("supervisor, MB", "supervisor MB", None, ""),
        ("all idle, % of a core", "idle %", "redis %", "an idle Redis"),
        ("import of the API, s", "import s", "peer import s", PEER_IMPORT),
        ("worker's start, s", "worker s", None, ""),
        ("empty folder to /readyz, s", "fresh s", None, ""),
    ]
    return Report(
        name="footprint",
        title=f"What `triage up` weighs after {settings['tickets']:g} tickets",
        columns=("", "measured", "peer", "which is"),
        rows=[
            [what, found[key], found[peer] if peer else "", its] for what, key, peer, its in rows
        ],
        targets=[
            Target(what, found[key], MOST[key], what.rpartition(", ")[2])
            for what, key, _, _ in rows
            if key in MOST
        ],
        notes=["memory is the resident set, shared libraries included"],
        settings=settings,
        details=found,
    )


if __name__ == "__main__":
    typer.run(main)
