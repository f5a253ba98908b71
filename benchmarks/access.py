"""What it costs to know who asks, and to guess a password: `python -m benchmarks.access`.

A session and a key are looked up in a database of 1,000 people with a session and 100 keys, beside
the cheapest query there is; a password is compared, and a view of a ticket noted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from sqlalchemy import text

from benchmarks.services import EMBEDDED, SERVERS, real_servers
from benchmarks.table import Report, Target, median, quantile, show
from triage.domain.person import Right, Role
from triage.passwords import MEMORY, Passwords
from triage.ports import utcnow
from triage.store import api_keys, audit, people, schema, sessions
from triage.store.database import Database

PEOPLE, KEYS = 1_000, 100
MOST_MORE = 1.0  # ms that knowing who asks may take longer than asking nothing
NOTHING = "SELECT 1"


def filled(url: str, now: datetime) -> tuple[Database, str, str]:
    """Return the database, and the token and the key of the last of them."""
    schema.migrate(url)
    database, key = Database(url), ""
    with database.writing() as connection:
        for number in range(PEOPLE):
            person = people.add(connection, f"person {number}", Role.AGENT, now)
            token = sessions.begin(connection, person or 0, now)
        for number in range(KEYS):
            key = api_keys.new_key()
            api_keys.add(connection, f"key {number}", key, [Right.READ], "tests", now)
    return database, token, key


def timed(times: int, calls: Mapping[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Return the ms of each call; they take turns, so that all meet the same load."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(times):
        for name, call in calls.items():
            start = perf_counter()
            call()
            took[name].append(1000 * (perf_counter() - start))
    return took


def measure(database: Database, token: str, key: str, times: int) -> dict[str, list[float]]:
    """Return the ms of each way, a whole transaction each."""
    now = utcnow()

    def reading(ask: Callable[[Any], Any]) -> Callable[[], None]:
        def once() -> None:
            with database.reading() as connection:
                assert ask(connection)

        return once

    def note() -> None:
        with database.writing() as connection:
            audit.note(connection, "Sue", audit.Action.SAW, 1, now=now)

    calls = {
        NOTHING: reading(lambda it: it.execute(text(NOTHING)).scalar()),
        "session": reading(lambda it: sessions.whose(it, token, now)),
        "key": reading(lambda it: api_keys.whose(it, key, now)[0]),
        "view noted": note,
    }
    return timed(times, calls)


def main(
    times: int = 2_000,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    rows: list[list[str | float]] = []
    targets: list[Target] = []
    with tempfile.TemporaryDirectory() as folder, real_servers() as servers:
        postgres = servers.postgres.create("access").replace("postgresql:", "postgresql+psycopg:")
        for name, url in ((EMBEDDED, f"sqlite:///{folder}/t.db"), (SERVERS, postgres)):
            database, token, key = filled(url, utcnow())
            found = measure(database, token, key, times)
            for what, took in found.items():
                rows.append([name, what, median(took), quantile(took, 0.99)])
                if what in {"session", "key"}:
                    more = median(took) - median(found[NOTHING])
                    targets.append(Target(f"{name}: {what} over nothing", more, MOST_MORE, "ms"))
            database.close()
    passwords = Passwords()
    kept = passwords.hash("the horses of this benchmark")
    name = f"password, {MEMORY // 1024} MiB"
    took = timed(20, {name: lambda: passwords.fits(kept, "another")})[name]
    rows.append(["", name, median(took), quantile(took, 0.99)])
    show(
        Report(
            name="access",
            title="Who asks, ms",
            columns=("database", "what", "p50", "p99"),
            rows=rows,
            targets=targets,
            notes=(f"{PEOPLE} sessions, {KEYS} keys; a transaction each, in one process",),
            settings={"times": times},
        ),
        out,
    )


if __name__ == "__main__":
    typer.run(main)
