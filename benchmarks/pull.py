"""`python -m benchmarks.pull`: 10,000 tickets of Zendesk's stand-in within its documented limits.

Real calls over HTTP, and a clock that leaps over what is waited for: 10 calls a minute to the
export, 700 to the account (what its answers say; plans differ), one call a ticket for its comments.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.table import Report, Target, show
from tests.standins.pulling import Leaping, Pulled, a_case, connected
from tests.standins.standin import served
from tests.standins.zendesk import Zendesk
from triage.store import schema
from triage.store.database import Database

TICKETS, PAGE = 10_000, 1_000
ACCOUNT, EXPORT = 700, 10  # calls a minute
SLOWER = 1.05  # than what the limits allow
COLUMNS = (
    "tickets",
    "messages",
    "calls",
    "429",
    "theory",
    "took",
    "of theory",
    "real s",
    "ms a call",
)


def main(
    tickets: Annotated[int, typer.Option(help="how many")] = TICKETS,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Pull, and compare with the time that the limits take at least."""
    clock = Leaping()
    desk = Zendesk(clock, limits={"account": ACCOUNT, "export": EXPORT}, page=PAGE, part=100)
    for number in range(1, tickets + 1):
        desk.put(a_case(number, "It is broken.", "agent:Sorry!", "Still.", ago=80 - number / 200))
    with tempfile.TemporaryDirectory() as folder, served(desk):
        url = f"sqlite:///{folder}/triage.db"
        schema.migrate(url)
        database = Database(url)
        with connected(desk, database, clock) as pulled:
            report = measured(pulled, tickets)
        database.close()
    show(report, out)


def measured(pulled: Pulled, tickets: int) -> Report:
    """Return how long one pull took by its own clock."""
    began, real = pulled.clock(), time.perf_counter()
    counts = pulled.pull()
    took, real = pulled.clock() - began, time.perf_counter() - real
    calls = len(pulled.desk.asked)
    theory = timedelta(minutes=max(calls / ACCOUNT, (tickets / PAGE) / EXPORT))
    share = took / theory
    refused = sum(pulled.desk.refused.values())
    row = (
        f"{counts['tickets']:,}",
        f"{counts['messages']:,}",
        f"{calls:,}",
        str(refused),
        _minutes(theory),
        _minutes(took),
        f"{share:.3f}",
        f"{real:.0f}",
        f"{real / calls * 1000:.1f}",
    )
    return Report(
        name="pull",
        title="A backlog of Zendesk, by a clock that leaps over waits",
        columns=COLUMNS,
        rows=[row],
        targets=[
            Target("of the time that the limits take", share, SLOWER, "times"),
            Target("refused with 429", float(refused), 1.0, ""),
            Target("tickets", float(counts["tickets"]), float(tickets), "", at_least=True),
        ],
    )


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.2f} min"


if __name__ == "__main__":
    typer.run(main)
