"""`python -m benchmarks.retention`: how long the daily run holds SQLite's write lock.

100,000 closed tickets, each two messages and a real receipt, are made anonymous or deleted while
another process stores something small every 20 ms, as webhooks do.
"""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, insert, select

from benchmarks.table import Report, Target, show
from tests.fakes import NOON
from tests.integration.test_decide import World
from triage import retain
from triage.domain.keeping import KeepAs
from triage.masking import mask
from triage.store import schema, tables
from triage.store.database import Database

TICKETS, AT_ONCE = 100_000, 1_000
LONGEST_LOCK = 0.050  # s
COLUMNS = (
    "then",
    "MB",
    "tickets/s",
    *("lock: median", "p99", "longest"),
    *("worked: p99", "longest"),
    *("others: p99", "longest"),
    *("alone: p99", "longest"),
)
ALONE = 5.0  # s of storing with nothing beside it, to compare
LATER = NOON + timedelta(days=40)
TEXT = "I am full of anger about my parcel, which came broken again, and nobody answers. " * 8
PARTS = (tables.message, tables.scoring, tables.decision, tables.event)
LETTER = (
    "I am so angry that nobody answers me, it has been weeks. " * 30
    + "Call 020 7946 0958 or mail jane@example.org about order 4711-2291 of 12.11.2024. "
) + "I paid 129.99 with 4111 1111 1111 1111 and want it back. " * 3


class Timed(Database):
    """A database that notes for how long each transaction held the write lock."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.held: list[float] = []
        self.worked: list[float] = []  # of it the processor's part

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            began, worked = time.perf_counter(), time.thread_time()
            yield connection
        self.held.append(time.perf_counter() - began)
        self.worked.append(time.thread_time() - worked)


def main(
    tickets: int = TICKETS,
    taken: Annotated[int, typer.Option(help="stop after so many")] = TICKETS,
    json: Annotated[Path | None, typer.Option(help="write the figures here")] = None,
) -> None:
    """Measure both ways to end a ticket's time."""
    with tempfile.TemporaryDirectory() as folder:
        rows, targets = [], []
        for then in (KeepAs.ANONYMISED, KeepAs.DELETED):
            database = Timed(f"sqlite:///{folder}/{then}.db")
            schema.migrate(str(database.engine.url))
            fill(database, tickets)
            size = Path(f"{folder}/{then}.db").stat().st_size / 1e6
            row = _measured(database, then, taken)
            database.close()
            rows.append((str(then), round(size), *row))
            targets.append(Target(f"{then}: write lock, p99", row[2], LONGEST_LOCK * 1e3, "ms"))
    notes = (
        "Milliseconds. Lock: from BEGIN to the end of COMMIT; worked: the processor's part of it.",
        "Others: a small store beside it, every 20 ms; alone: the same with nothing beside it.",
        f"masking a letter of {len(LETTER)} characters: {_masking():.2f} ms of one core",
    )
    title = f"Retention of {tickets:,} closed tickets on SQLite"
    report = Report(
        name="retention", title=title, columns=COLUMNS, rows=rows, targets=targets, notes=notes
    )
    show(report, json)


def fill(database: Database, tickets: int) -> None:
    """Fill a database with copies of one ticket that the service decided itself."""
    world = World(database)
    world.hire()
    first = world.accept("m1", TEXT, customer_id="c", customer_name="Dana Reyes", subject="Broken")
    world.decide(first)
    world.accept("m2", TEXT, at=NOON + timedelta(minutes=1))
    world.decide(first)
    with database.reading() as connection:
        rows = {it: _rows(connection, it) for it in (tables.ticket, *PARTS)}
    closed = {"status": "closed", "state": "done", "released_at": NOON, "assignee_id": None}
    with database.writing() as connection:
        connection.execute(tables.ticket.update().values(closed))
    for start in range(1, tickets, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, tickets))
        with database.writing() as connection:
            copies = [
                rows[tables.ticket][0] | closed | {"id": 1 + it, "external_id": f"T{it}"}
                for it in numbers
            ]
            connection.execute(insert(tables.ticket), copies)
            for table in PARTS:
                copied = [_copy(row, it) for it in numbers for row in rows[table]]
                connection.execute(insert(table), copied)


def _rows(connection: Connection, table: Any) -> list[dict[str, Any]]:
    return [dict(it) for it in connection.execute(select(table)).mappings()]


def _copy(row: dict[str, Any], number: int) -> dict[str, Any]:
    moved = {"id": 2 * number, "message_id": 2 * number, "ticket_id": number}
    kept = {name: value for name, value in row.items() if name != "seq"}
    return kept | {name: kept[name] + by for name, by in moved.items() if name in kept}


def _measured(database: Timed, then: KeepAs, taken: int) -> tuple[float, ...]:
    """Return tickets a second, and milliseconds: the lock, and the waits of who stores beside."""
    retain.keep(database, "demo", 30, then)
    context = multiprocessing.get_context("spawn")
    ended, waits = context.Event(), context.Queue()
    beside = context.Process(target=_store, args=(str(database.engine.url), ended, waits))
    beside.start()
    alone = waits.get()
    database.held.clear()
    database.worked.clear()
    began = time.perf_counter()
    tickets = 0
    for gone in retain.retain(database, LATER):
        tickets += gone["ticket"]
        if tickets >= taken:
            break
    took = time.perf_counter() - began
    ended.set()
    others = waits.get()
    beside.join()
    locks = (*_spread(database.held), *_spread(database.worked)[1:])
    return (round(tickets / took), *locks, *_spread(others)[1:], *_spread(alone)[1:])


def _store(url: str, ended: Event, waits: Any) -> None:
    """Store something small again and again: for a while alone, then until it has `ended`."""
    database = Database(url)
    until = time.perf_counter() + ALONE
    waits.put(_stored(database, "alone", lambda: time.perf_counter() > until))
    waits.put(_stored(database, "beside", ended.is_set))


def _stored(database: Database, name: str, enough: Callable[[], bool]) -> list[float]:
    """Return how long each store took, in seconds."""
    found: list[float] = []
    while not enough():
        time.sleep(0.020)
        if len(found) % 40 == 0:
            database.checkpoint()  # as the sweep does every second
        began = time.perf_counter()
        with database.writing() as connection:
            row = {"source_id": 1, "key": f"{name} {len(found)}", "received_at": NOON}
            connection.execute(insert(tables.delivery).values(row))
        found.append(time.perf_counter() - began)
    return found


def _spread(seconds: list[float]) -> tuple[float, ...]:
    """Return median, p99 and longest, in milliseconds."""
    values = [
        statistics.median(seconds),
        statistics.quantiles(seconds, n=100, method="inclusive")[-1],
        max(seconds),
    ]
    return tuple(round(1e3 * it, 1) for it in values)


def _masking() -> float:
    mask(LETTER, "en")
    began = time.process_time()
    for _ in range(200):
        mask(LETTER, "en")
    return 1e3 * (time.process_time() - began) / 200


if __name__ == "__main__":
    typer.run(main)
