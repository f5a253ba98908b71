"""The page of sources over 300,000 deliveries and 100,000 tickets: how long the server takes.

Five sources; deliveries of 28 days, most of them of one. One fell silent an hour ago, so that past
weeks are counted, too. On SQLite and on PostgreSQL, where that is installed.
"""

from __future__ import annotations

import random
import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import insert, update

from benchmarks.table import Report, Target, show
from benchmarks.trends import CHUNK, SQLITE, Took, fill, servers, timed
from triage import source_health
from triage.page.shell import fragment
from triage.page.sources import listing
from triage.ports import utcnow
from triage.store import schema, sources, tables
from triage.store.database import Database
from triage.store.sources import Vault, new_key

DELIVERIES_EACH = 3  # of each ticket
SPAN = timedelta(days=28)
SHARES = {1: 0.6, 2: 0.3, 3: 0.06, 4: 0.03, 5: 0.01}  # of the deliveries, by source
DUE, LETTERS = 500, 2_000
WITHIN = 0.1  # s
FACTS, PAGE = "the facts", "the page"


def main(
    tickets: Annotated[int, typer.Option(min=100)] = 100_000,
    quick: Annotated[bool, typer.Option(help="2,000 tickets, SQLite only")] = False,  # noqa: FBT002
    json: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Fill a database of each kind, make the page five times, and print the table."""
    count, now = 2_000 if quick else tickets, utcnow()
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        urls = {SQLITE: f"sqlite:///{Path(made) / 'triage.db'}"}
        if not quick:
            urls |= servers(stack)
        show(report({name: measure(url, count, now) for name, url in urls.items()}, count), json)


def measure(url: str, tickets: int, now: datetime) -> dict[str, Took]:
    """Return how long the facts take on this database, and the page with them."""
    schema.migrate(url)
    database = Database(url)
    fill(database, tickets, now)
    arrive(database, tickets * DELIVERIES_EACH, now)

    def made() -> str:
        return fragment("sources.html", viewer=None, **listing(database, now))

    made()  # templates are compiled once
    took = {FACTS: timed(lambda: source_health.look_at_all(database, now)), PAGE: timed(made)}
    database.close()
    return took


def arrive(database: Database, count: int, now: datetime) -> None:
    """Store so many deliveries, dead letters, and tickets that wait to be decided."""
    chance, vault = random.Random(1), Vault(new_key())
    with database.writing() as connection:
        for name in ("mail", "chat", "old"):
            sources.add(connection, name, "generic", ("s",), vault, now)
    for first in range(0, count, CHUNK):
        rows = [delivery(number, now, chance) for number in range(first, min(first + CHUNK, count))]
        with database.writing() as connection:
            connection.execute(insert(tables.delivery), rows)
    with database.writing() as connection:
        connection.execute(insert(tables.dead_letter), [letter(it, now) for it in range(LETTERS)])
        newest = update(tables.ticket).where(tables.ticket.c.id <= min(DUE, count // 10))
        connection.execute(newest.values(state="due", wake_at=now))
        connection.exec_driver_sql("ANALYZE")


def delivery(number: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    (source_id,) = chance.choices(list(SHARES), list(SHARES.values()))
    silent = timedelta(hours=1) if source_id == max(SHARES) else timedelta(0)
    at = now - silent - SPAN * chance.random()
    return {"source_id": source_id, "key": f"d{number}", "received_at": at}


def letter(number: int, now: datetime) -> dict[str, Any]:
    at = now - SPAN * (number / LETTERS)
    said = {"reason": "ticket.id: expected a text, found nothing", "body": b"{}" * 2_000}
    return {"source_id": 1 + number % 5, "key": f"l{number}", "received_at": at} | said


def report(found: dict[str, dict[str, Took]], tickets: int) -> Report:
    """Return the table: a row for each part, two columns for each database."""
    units = ("ms", "ms of a core")
    deliveries = tickets * DELIVERIES_EACH
    return Report(
        name="sources",
        title=f"The page of sources, {tickets:,} tickets and {deliveries:,} deliveries",
        columns=("part", *(f"{name}, {unit}" for name in found for unit in units)),
        rows=[
            (part, *(1000 * it for took in found.values() for it in took[part]))
            for part in (FACTS, PAGE)
        ],
        targets=[
            Target(f"server time of the page, {name}", took[PAGE][0], WITHIN, "s")
            for name, took in found.items()
        ],
        notes=["Medians of 5, the facts read anew for each page."],
    )


if __name__ == "__main__":
    typer.run(main)
