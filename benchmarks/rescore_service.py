"""What a run that scores again costs what is live, and how fast it is.

`python -m benchmarks rescore-service`. The whole service runs. Tickets come through the webhook at
a steady pace, first while it is idle, then while a run scores a backlog that this model has not
read; each ticket's way to its decided row is timed. What the run uses of the cores is the worker's
CPU time less what the same live tickets cost it when idle. Beside the worker that does both, two
worker processes are measured, one for each queue, the second as nice as can be. Then a run is timed
with one worker of one thread, and with two.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select, update

from benchmarks.classifier import tickets
from benchmarks.journey import Desk, following
from benchmarks.rawmodel import run_raw
from benchmarks.services import SWEEP, Installation, Program, installations
from benchmarks.table import Report, Target, median, quantile, show
from benchmarks.throughput import copied, take_in
from tests.servers import wait_until
from triage import rescore
from triage.domain.rescoring import RunState, Verb
from triage.ports import utcnow
from triage.rescore import Asked
from triage.store.database import Database
from triage.store.tables import decision, message, ticket

LEAST_SHARE = 85.0  # % of the cores
MOST_TIMES = 2.0  # live p99 during a run, of idle
LEAST_GAIN = 1.6  # two workers of one
PATIENCE = 900.0  # s for a run
NICEST = "19"
WARM_UP = 10  # tickets
TOGETHER, APART = "one worker for both", "a second worker, nice 19"
NOTES = (
    "live: from the webhook's answer to the decided row on the stream",
    "of the cores: the workers' CPU time less what the live tickets took of it when idle",
    "the model's own speed: the same texts in one niced process with as many threads, nothing else",
)


@dataclass(frozen=True, slots=True)
class Beside:
    """Live tickets' ms idle and during a run, and what the run did meanwhile."""

    idle: list[float]
    during: list[float]
    share: float  # % of the cores that the run used
    speed: float  # tickets of the run a second


def beside(service: Installation, way: str, threads: int, rate: float, seconds: float) -> Beside:
    """Return what live tickets wait idle and during a run, on a fresh service."""
    service.start_api()
    service.start(SWEEP)
    workers = started(service, way, threads)
    texts = tickets(int(rate * seconds))
    with following(service) as desk, closing(Database(service.settings.database)) as database:
        desk.one_at_a_time(tickets(WARM_UP), seed=0)
        idle, cost, _ = timed(desk, workers, texts, rate, 1)
        run = begin(database)
        wait_until(lambda: read_of(database, run) > 0, "the run has begun", PATIENCE)
        before, began = read_of(database, run), time.perf_counter()
        during, used, took = timed(desk, workers, texts, rate, 2)
        after, took_all = read_of(database, run), time.perf_counter() - began
        assert after < rescore.look(database, run).run.tickets, "the run ended before: more tickets"
        rescore.act(database, run, Verb.CANCEL, "benchmark", utcnow())
    share = 100 * (used - cost) / (took * len(os.sched_getaffinity(0)))
    return Beside(idle, during, share, (after - before) / took_all)


def timed(
    desk: Desk, workers: Sequence[Program], texts: Sequence[str], rate: float, seed: int
) -> tuple[list[float], float, float]:
    """Return each ticket's ms, the workers' CPU seconds meanwhile, and the seconds."""
    desk.helpdesk.close()  # it opens again: the server ends a connection that has rested
    used, began = sum(it.cpu() for it in workers), time.perf_counter()
    each = desk.at_a_rate(texts, rate, seed)
    return each, sum(it.cpu() for it in workers) - used, time.perf_counter() - began


def started(service: Installation, way: str, threads: int) -> list[Program]:
    """Start the workers of one way to share the cores."""
    live = ["-m", "workers", "--threads", str(threads)]
    if way == TOGETHER:
        made = [service.start(live)]
    else:
        made = [service.start([*live, "--queues", "live"])]
        made.append(service.start([*live, "--queues", "bulk"], TRIAGE_WORKER_NICE=NICEST))
    for one in made:
        one.wait_for("worker_ready")
    return made


def begin(database: Database) -> int:
    return rescore.start(database, Asked(query="q='bench backlog'"), "benchmark", utcnow())


def read_of(database: Database, run: int) -> int:
    return rescore.look(database, run).progress.read


def scored(template: Installation, workers: int) -> float:
    """Return how many tickets a second so many workers of one thread score again."""
    with copied(template) as copy, closing(Database(copy.settings.database)) as database:
        copy.start(SWEEP)
        made = [copy.start(["-m", "workers", "--threads", "1"]) for _ in range(workers)]
        for one in made:
            one.wait_for("worker_ready")
        run = begin(database)
        wait_until(lambda: read_of(database, run) > 0, "the run has begun", PATIENCE)
        first, began = read_of(database, run), time.perf_counter()
        whole = rescore.look(database, run).run.tickets
        wait_until(lambda: read_of(database, run) == whole, "all is scored", PATIENCE)
        speed = (whole - first) / (time.perf_counter() - began)
        wait_until(lambda: _is_over(database, run), "all is compared", PATIENCE)
        return speed


def _is_over(database: Database, run: int) -> bool:
    return rescore.look(database, run).state is RunState.SCORED


def decided_elsewhere(template: Installation) -> None:
    """Let the backlog be decided, by no model that has read it: all is to be scored."""
    with closing(Database(template.settings.database)) as database:
        with database.writing() as connection:
            connection.execute(
                update(ticket).values(
                    state="done", decision_id=0, lane="standard", subject="bench backlog"
                )
            )
        with database.reading() as connection:
            assert not connection.execute(select(decision.c.id)).first()
            assert connection.execute(select(message.c.id)).first()


@contextmanager
def templates(count: int) -> Iterator[list[Installation]]:
    """Yield installations with a backlog, to be copied."""
    with installations() as made:
        for one in made:
            take_in(one, count)
            decided_elsewhere(one)
        yield made


Courses = dict[tuple[str, str], list[Beside]]


def measure(
    count: int, rounds: int, threads: int, rate: float, seconds: float
) -> tuple[Courses, dict[str, dict[int, float]], float]:
    """Return the rounds by installation and way, speeds by number of workers, and the model's."""
    courses: Courses = {}
    speeds: dict[str, dict[int, float]] = {}
    raw = run_raw(min(count, 600), threads)
    with templates(count) as made:
        for template in made:
            for _ in range(rounds):
                for way in (TOGETHER, APART):
                    with copied(template) as copy:
                        copy.secret_key, copy.secret = template.secret_key, template.secret
                        copy.api_key = template.api_key
                        found = beside(copy, way, threads, rate, seconds)
                    courses.setdefault((template.name, way), []).append(found)
            speeds[template.name] = {n: scored(template, n) for n in (1, 2)}
    return courses, speeds, min(count, 600) / raw["seconds"]


def report(
    courses: Courses,
    speeds: dict[str, dict[int, float]],
    raw: float,
    settings: dict[str, float],
) -> Report:
    """Compare the ways, and say whether the targets hold for the one that ships."""
    rows: list[list[str | float]] = []
    targets = []
    for (name, way), rounds in courses.items():
        idle = quantile([ms for it in rounds for ms in it.idle], 0.99)
        during = quantile([ms for it in rounds for ms in it.during], 0.99)
        half = [quantile([ms for it in rounds for ms in getattr(it, when)], 0.5) for when in WHEN]
        share, speed = (median([getattr(it, what) for it in rounds]) for what in ("share", "speed"))
        rows.append(
            [name, way, *half, idle, during, during / idle, share, speed, 100 * speed / raw]
        )
        if way == TOGETHER:
            targets.append(Target(f"{name}: live p99, of idle", during / idle, MOST_TIMES, "times"))
            targets.append(Target(f"{name}: of the cores", share, LEAST_SHARE, "%", at_least=True))
    for name, by_count in speeds.items():
        gain = by_count[2] / by_count[1]
        targets.append(Target(f"{name}: 2 workers of 1", gain, LEAST_GAIN, "times", at_least=True))
    return Report(
        name="rescore-service",
        title="A run beside what is live",
        columns=COLUMNS,
        rows=rows,
        targets=targets,
        notes=[*NOTES, *_speeds(speeds), f"the model's own speed: {raw:.0f} tickets / s"],
        settings=settings,
        details={"; ".join(key): [asdict(it) for it in rounds] for key, rounds in courses.items()},
    )


WHEN = ("idle", "during")
COLUMNS = (
    "service",
    "workers",
    "p50 idle",
    "p50 during",
    "p99 idle",
    "p99 during",
    "times",
    "% of cores",
    "tickets / s",
    "% of model",
)


def _speeds(speeds: dict[str, dict[int, float]]) -> list[str]:
    return [
        f"{name}: {by[1]:.0f} tickets / s by one worker of one thread, {by[2]:.0f} by two"
        for name, by in speeds.items()
    ]


def main(
    count: Annotated[int, typer.Option("--tickets", help="in the backlog")] = 8000,
    rounds: int = 2,
    threads: int = 2,
    rate: Annotated[float, typer.Option(help="live tickets a second")] = 5,
    seconds: Annotated[float, typer.Option(help="of live tickets, idle and during")] = 20,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    found = measure(count, rounds, threads, rate, seconds)
    settings = {"tickets": count, "rounds": rounds, "threads": threads, "rate": rate}
    show(report(*found, settings | {"seconds": seconds}), out)


if __name__ == "__main__":
    typer.run(main)
