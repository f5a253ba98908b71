"""How long a helpdesk waits for its webhook's answer: `python -m benchmarks.intake`.

Beside a bare route that verifies and parses the same signed bodies in the same web server, and
keeps nothing. Open loop; then once more while a niced process scores on every core. Here a store
is the API alone: no worker takes the tickets, and SQLite's log is moved every second as the sweep
does it. Rounds are interleaved; p50 and p99 are medians of rounds, p99.9 is of all together.
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.load import Sent, run_client
from benchmarks.rawmodel import full_cores
from benchmarks.services import EMBEDDED, SERVERS, Installation, installation, installations
from benchmarks.table import Report, Target, median, quantile, show
from triage.store.database import Database

BARE, POSTGRES = "bare", "PostgreSQL"
NAMES = {EMBEDDED: "SQLite", SERVERS: POSTGRES}
QUIET, INFERENCE = "quiet", "inference"
SYNCS = 200
NOTES = (
    "bare: verifies and parses, keeps nothing. Both stores answer once it is on the disk",
    "inference: a niced process scores on every core. Latency counts from when a request was due",
)
CHECKPOINT_EVERY = 1.0  # s
MOST_TIMES = {QUIET: 4.0, INFERENCE: 3.0}


@dataclass(slots=True)
class Course:
    """All rounds of one server under one condition."""

    rounds: list[Sent] = field(default_factory=list)

    def ms(self, share: float) -> float:
        """Return a quantile: the median of the rounds', the rare ones of all together."""
        if share > 0.99:
            return 1000 * quantile([it for one in self.rounds for it in one.latencies], share)
        return 1000 * median([quantile(one.latencies, share) for one in self.rounds])

    def lateness_ms(self) -> float:
        return 1000 * quantile([it for one in self.rounds for it in one.lateness], 0.99)

    def cpu(self) -> float:
        return median([one.cpu_share for one in self.rounds])

    def each(self) -> list[list[float]]:
        return [[1000 * quantile(it.latencies, q) for q in (0.5, 0.99)] for it in self.rounds]

    def failed(self) -> int:
        return sum(one.failed for one in self.rounds)


Courses = dict[tuple[str, str], Course]


def measure(rate: float, seconds: float, rounds: int, threads: int, seed: int) -> Courses:
    """Return every server's course under both conditions."""
    courses: Courses = {}
    dice = random.Random(seed)
    with servers() as running:
        for number in range(rounds):
            for condition in (QUIET, INFERENCE):
                load = full_cores(threads) if condition == INFERENCE else nullcontext()
                with load:
                    for one in dice.sample(running, len(running)):
                        sent = run_client(one.port, one.secret, rate, seconds, seed + number)
                        courses.setdefault((one.name, condition), Course()).rounds.append(sent)
    return courses


@contextmanager
def servers() -> Iterator[list[Installation]]:
    """Yield the bare route and both stores, all running."""
    with ExitStack() as stack:
        stores = stack.enter_context(installations())
        for one in stores:
            one.name = NAMES[one.name]
            one.start_api()
        stack.enter_context(checkpointing(stores[0]))
        bare = stack.enter_context(installation(BARE))
        bare.start_api(("-m", "benchmarks.bare", str(bare.port), bare.secret))
        yield [bare, *stores]


@contextmanager
def checkpointing(store: Installation) -> Iterator[None]:
    """Move SQLite's log into its file every second, beside the writers, as the sweep does."""
    database, done = Database(store.settings.database), threading.Event()

    def run() -> None:
        while not done.wait(CHECKPOINT_EVERY):
            database.checkpoint()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        database.close()


def syncs(folder: Path) -> list[float]:
    """Return the ms that the disk takes to keep 4 KB, many times: no store can answer sooner."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            os.write(file.fileno(), bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    return took


def report(courses: Courses, settings: dict[str, float]) -> Report:
    """Compare each store with the bare route of the same condition, and with itself when quiet."""
    order = sorted(courses, key=lambda key: (key[1] == INFERENCE, key[0] != BARE, key[0]))
    return Report(
        name="intake",
        title=f"Webhook's answer, {settings['rate']:g} a second, open loop, ms",
        columns=(
            "server",
            "meanwhile",
            "p50",
            "p99",
            "p99.9",
            "p50 / bare",
            "p99 / bare",
            "sent late p99",
            "client CPU %",
            "failed",
        ),
        rows=[_row(courses, *key) for key in order],
        targets=[target for key in order for target in _targets(courses, *key)],
        notes=[*NOTES, _disk_in_words()],
        settings=settings,
        details={"p50 and p99 of each round, ms": {"; ".join(k): courses[k].each() for k in order}},
    )


def _disk_in_words() -> str:
    took = syncs(Path(tempfile.gettempdir()))
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    return f"the disk takes {p50:.2f} ms to keep 4 KB, {p99:.2f} at p99: stores wait for it"


def _row(courses: Courses, name: str, condition: str) -> list[str | float]:
    one, bare = courses[name, condition], courses[BARE, condition]
    return [
        name,
        condition,
        *(one.ms(share) for share in (0.5, 0.99, 0.999)),
        one.ms(0.5) / bare.ms(0.5),
        one.ms(0.99) / bare.ms(0.99),
        one.lateness_ms(),
        100 * one.cpu(),
        one.failed(),
    ]


def _targets(courses: Courses, name: str, condition: str) -> list[Target]:
    """Return what is promised of a store; under inference in both ways of reading it."""
    if name == BARE:
        return []
    p99, limit = courses[name, condition].ms(0.99), MOST_TIMES[condition]
    asked = [(f"{name}, {condition}: p99 / bare likewise", courses[BARE, condition])]
    if condition == INFERENCE:
        asked.append((f"{name}, {condition}: p99 / itself quiet", courses[name, QUIET]))
    return [Target(what, p99 / other.ms(0.99), limit, "times") for what, other in asked]


def main(
    rate: Annotated[float, typer.Option(help="deliveries a second")] = 200,
    seconds: Annotated[float, typer.Option(help="of one round, warm-up apart")] = 10,
    rounds: int = 3,
    threads: Annotated[int, typer.Option(help="of the inference beside it")] = 2,
    seed: int = 7,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    courses = measure(rate, seconds, rounds, threads, seed)
    settings = {
        "rate": rate,
        "seconds": seconds,
        "rounds": rounds,
        "threads": threads,
        "seed": seed,
    }
    show(report(courses, settings), out)


if __name__ == "__main__":
    typer.run(main)
