"""The classifier alone, niced as a worker is: the peer of the service, or what fills the cores.

`python -m benchmarks.rawmodel COUNT` scores so many tickets on two threads and prints JSON;
`--for-ever` says "ready" and goes on until it is ended.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Annotated, Any

import psutil
import typer

from benchmarks.classifier import tickets
from models.classifier import Classifier
from triage.settings import Settings

READY = b"ready\n"
NICE = Settings.model_fields["worker_nice"].default


def run_raw(count: int, threads: int) -> dict[str, Any]:
    """Return what a process of its own measured: see `main`."""
    command = [sys.executable, "-m", "benchmarks.rawmodel", str(count), "--threads", str(threads)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


@contextmanager
def full_cores(threads: int) -> Iterator[None]:
    """Have a niced process score without pause."""
    command = [sys.executable, "-m", "benchmarks.rawmodel", "500", "--threads", str(threads)]
    with subprocess.Popen([*command, "--for-ever"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == READY, "the model could not be loaded"
        try:
            yield
        finally:
            process.kill()


def main(
    count: int,
    threads: int = 2,
    *,
    for_ever: Annotated[bool, typer.Option("--for-ever")] = False,
) -> None:
    """Score tickets; print the seconds, by the clock and of CPU, each ticket's ms, and MB."""
    os.nice(NICE)
    texts, model, took = tickets(count), Classifier.load(), []

    def score(text: str) -> None:
        began = time.perf_counter()
        model.score(text)
        took.append(1000 * (time.perf_counter() - began))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(score, texts[:20]))
        took.clear()
        if for_ever:
            print(READY.decode(), end="", flush=True)
            for _ in itertools.repeat(None):
                list(pool.map(score, texts))
                took.clear()
        began, used = time.perf_counter(), time.process_time()
        list(pool.map(score, texts))
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
    megabytes = psutil.Process().memory_info().rss / 1e6
    measured = {"seconds": seconds, "cpu": cpu, "each_ms": took, "rss_mb": megabytes}
    json.dump(measured, sys.stdout)


if __name__ == "__main__":
    typer.run(main)
