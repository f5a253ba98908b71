"""`python -m benchmarks.write_back`: decisions told to Zendesk's stand-in within its limits.

Real calls over HTTP, and a clock that leaps over what is waited for: 100 updates a minute and 700
calls an account. 2,000 tickets by default; `--tickets 10000` takes some minutes more.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.table import Report, Target, show
from tests.standins.pulling import Leaping
from tests.standins.standin import served
from tests.standins.told import Told, told
from tests.standins.zendesk_writes import WrittenZendesk
from triage.store import schema
from triage.store.database import Database

TICKETS = 2_000
ACCOUNT, UPDATES = 700, 100  # calls a minute
SLOWER = 1.05  # than what the limits allow
COLUMNS = ("tickets", "calls", "updates", "429", "theory", "took", "of theory", "real s")


def main(
    tickets: Annotated[int, typer.Option(help="how many")] = TICKETS,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Tell of every ticket, and compare with the time that the limits take at least."""
    desk = WrittenZendesk(Leaping(), limits={"account": ACCOUNT, "updates": UPDATES})
    with tempfile.TemporaryDirectory() as folder, served(desk):
        url = f"sqlite:///{folder}/triage.db"
        schema.migrate(url)
        database = Database(url)
        with told(desk, database) as it:
            for number in range(1, tickets + 1):
                it.ticket(number)
            report = measured(it, tickets)
        database.close()
    show(report, out)


def measured(it: Told, tickets: int) -> Report:
    """Return how long it took to tell all by its own clock."""
    began, real = it.pulled.clock(), time.perf_counter()
    it.tell()
    took, real = it.pulled.clock() - began, time.perf_counter() - real
    theory = timedelta(minutes=tickets / UPDATES)
    refused = sum(it.desk.refused.values())
    noted = sum(len(it.notes(number)) for number in range(1, tickets + 1))
    row = (
        f"{tickets:,}",
        f"{len(it.desk.asked):,}",
        f"{it.desk.writes:,}",
        str(refused),
        _minutes(theory),
        _minutes(took),
        f"{took / theory:.3f}",
        f"{real:.0f}",
    )
    return Report(
        name="write-back",
        title="Decisions told to Zendesk, by a clock that leaps over waits",
        columns=COLUMNS,
        rows=[row],
        targets=[
            Target("of the time that the limits take", took / theory, SLOWER, "times"),
            Target("refused with 429", float(refused), 1.0, ""),
            Target("tickets with a note", float(noted), float(tickets), "", at_least=True),
            Target("updates", float(it.desk.writes), float(tickets), ""),
        ],
    )


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.2f} min"


if __name__ == "__main__":
    typer.run(main)
