"""How much of the classifier's speed the service keeps: `python -m benchmarks.throughput`.

Tickets that wait in the database, with their wake-ups in the broker, are decided by one worker
process; the peer scores the same texts with the same threads and stores nothing. Counted: claiming,
loading, cleaning, scoring, rules, card, storing with every commit on the disk, events, Celery, and
the sweep beside it. Not counted: taking the tickets in (done before) and the start of the process;
time runs from the worker's log line `worker_ready` to the last decision.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import psycopg
import typer
from redis import Redis
from sqlalchemy import func, select

from benchmarks.classifier import tickets
from benchmarks.load import deliveries
from benchmarks.rawmodel import run_raw
from benchmarks.services import SWEEP, Installation, installation, installations, worker
from benchmarks.table import Report, Target, median, show
from tests.servers import wait_until
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.ticket import TicketId
from triage.helpdesks.event import Event
from triage.helpdesks.registry import HELPDESKS
from triage.queue import MOST_TOGETHER, celery_app, send
from triage.store import intake, sources, tables
from triage.store.database import Database
from triage.store.sources import Vault

RAW = "classifier alone"
NOTES = (
    "counted from worker_ready to the last decision; intake and the start of the process are not",
    "CPU is the worker process's own; by it the share means something on a busy machine too",
)
LEAST_SHARE = 85.0  # % of the classifier's own speed
TOGETHER = 500  # tickets stored in one transaction; preparing is not measured
PATIENCE = 600.0  # s for everything to be decided


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds by the clock and of CPU for all tickets, and until the worker was ready."""

    seconds: float
    cpu: float
    start: float = 0.0


Courses = dict[str, list[Round]]


def measure(count: int, rounds: int, threads: int, *, sweep: bool) -> Courses:
    """Return the rounds of the classifier alone and of the service on each pair of stores."""
    courses: Courses = {RAW: []}
    with installations() as templates:
        for template in templates:
            take_in(template, count)
            courses[template.name] = []
        for _ in range(rounds):
            raw = run_raw(count, threads)
            courses[RAW].append(Round(raw["seconds"], raw["cpu"]))
            for template in templates:
                courses[template.name].append(drain(template, threads, sweep=sweep))
    return courses


def take_in(template: Installation, count: int) -> None:
    """Store so many tickets, as intake does but many in one transaction."""
    database, now = Database(template.settings.database), datetime.now(UTC)
    with database.reading() as connection:
        source = sources.by_name(connection, "bench", Vault(template.secret_key))
    parsed = list(map(HELPDESKS["generic"].parse, deliveries(tickets(count), template.secret)))
    for at in range(0, count, TOGETHER):
        with database.writing() as connection:
            for event in parsed[at : at + TOGETHER]:
                assert isinstance(event, Event)
                intake.first_delivery(connection, source.id, event.delivery_key, now)
                intake.store_event(connection, source.id, event, DEFAULT_POLICY, now)
    database.checkpoint()
    database.close()


def drain(template: Installation, threads: int, *, sweep: bool) -> Round:
    """Have a fresh copy decided."""
    with copied(template) as copy, closing(Database(copy.settings.database)) as database:
        wake(copy, database)
        if sweep:
            copy.start(SWEEP)
        began = datetime.now(UTC)
        program = copy.start(worker(threads))
        ready, used = program.wait_for("worker_ready"), program.cpu()
        wait_until(lambda: not due(database), f"{copy.name}: all decided", PATIENCE)
        with database.reading() as connection:
            last = connection.execute(select(func.max(tables.decision.c.decided_at))).scalar_one()
        seconds, start = (last - ready).total_seconds(), (ready - began).total_seconds()
        return Round(seconds, program.cpu() - used, start)


@contextmanager
def copied(template: Installation) -> Iterator[Installation]:
    """Yield a copy of an installation that does not run, with an empty broker."""
    urls = {"redis_url": template.redis_url}
    if template.database_url:
        urls["database_url"] = copied_database(template.database_url)
        Redis.from_url(template.redis_url).flushall()
    with installation(template.name, **urls) as copy:
        if not template.database_url:
            copy.folder.mkdir()
            shutil.copy(template.folder / "triage.db", copy.folder)
        yield copy


def copied_database(url: str) -> str:
    """Copy a PostgreSQL database to the name `copy` and return its URL."""
    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS copy WITH (FORCE)")
        server.execute("CREATE DATABASE copy TEMPLATE triage")
    return urlunsplit(parts._replace(path="/copy"))


def wake(copy: Installation, database: Database) -> None:
    """Send the wake-ups that the API would have sent."""
    app = celery_app(copy.settings.broker)
    with database.reading() as connection:
        ids = [TicketId(row.id) for row in connection.execute(select(tables.ticket.c.id))]
    for at in range(0, len(ids), MOST_TOGETHER):
        send(app, ids[at : at + MOST_TOGETHER])
    app.close()


def due(database: Database) -> int:
    """Return how many tickets wait for a decision."""
    with database.reading() as connection:
        query = select(func.count()).where(tables.ticket.c.state == "due")
        return int(connection.execute(query).scalar_one())


def report(courses: Courses, count: int, settings: dict[str, int | bool]) -> Report:
    """Compare the service with the classifier: the median of each round's own share."""
    return Report(
        name="throughput",
        title=f"{count:,} waiting tickets decided by one worker, {settings['threads']} threads",
        columns=(
            "",
            "tickets / s",
            "% of the classifier",
            "CPU ms / ticket",
            "% by CPU",
            "start of worker, s",
        ),
        rows=[
            [
                name,
                count / median([it.seconds for it in rounds]),
                share(courses, name, "seconds"),
                1000 * median([it.cpu for it in rounds]) / count,
                share(courses, name, "cpu"),
                median([it.start for it in rounds]) or "",
            ]
            for name, rounds in courses.items()
        ],
        targets=[
            Target(
                f"{name}: speed", share(courses, name, "seconds"), LEAST_SHARE, "%", at_least=True
            )
            for name in courses
            if name != RAW
        ],
        notes=NOTES,
        settings=settings,
        details={name: [asdict(it) for it in rounds] for name, rounds in courses.items()},
    )


def share(courses: Courses, name: str, of: str) -> float:
    """Return the classifier's time in percent of this one's: the median of each round's own."""
    pairs = zip(courses[RAW], courses[name], strict=True)
    return 100 * median([getattr(raw, of) / getattr(mine, of) for raw, mine in pairs])


def main(
    count: Annotated[int, typer.Option("--tickets", help="in the database at the start")] = 3000,
    rounds: int = 2,
    threads: int = 2,
    sweep: Annotated[bool, typer.Option(help="run the sweep beside the worker")] = True,  # noqa: FBT002
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    courses = measure(count, rounds, threads, sweep=sweep)
    settings = {"tickets": count, "rounds": rounds, "threads": threads, "sweep": sweep}
    show(report(courses, count, settings), out)


if __name__ == "__main__":
    typer.run(main)
