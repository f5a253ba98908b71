"""How long recording a decision takes on PostgreSQL: `python -m benchmarks.recording`.

Timed is the second transaction of `decide`, as it runs in a worker: fence, agents with what they
hold, routing, scorings, decision, assignment, event, commit on the disk. Fifty agents; tickets come
one after the other and are answered a while later, so that the desk and its history are those of a
working day. A model that knows its answer reads them. The peer, after each, is one row inserted and
committed on the same server: what any write costs there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from benchmarks.inbox import Case, cases, people
from benchmarks.table import Report, Target, median, quantile, show
from tests.fakes import NOON, FakeModel, SetClock
from tests.servers import PostgresServer
from triage import decide
from triage.decide import Deciding
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.ticket import Author, TicketId
from triage.helpdesks.event import Event, Kind, NewMessage
from triage.playbook import load_playbook
from triage.store import agents, intake, schema, sources
from triage.store.database import Database
from triage.store.sources import Vault, new_key

AGENTS = 50
ANSWERED_AFTER = 150  # tickets later: so many wait at a moment
APART = timedelta(seconds=50)  # 12,000 a week
WARM_UP = 100  # tickets that are not counted
MOST_MS = 15.0  # at p99
PARTS = 3  # of the run, each with a p99 of its own
#: What customers write, by level, so that the fake model reads it as that.
TEXTS = (
    "Where do I change my address?",
    "It is an embarrassment to ask again, but where is my parcel?",
    "Such a disappointment: the parcel came open.",
    "My frustration grows: the third parcel came open.",
    "I am full of anger: the third parcel came open, and nobody answers.",
)
RECORDING, PEER = "recording a decision", "one row, committed"


class Timed(Database):
    """A database that notes how long each transaction for writing took, in ms."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.took: list[float] = []

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        began = time.perf_counter()
        with super().writing() as connection:
            yield connection
        self.took.append(1000 * (time.perf_counter() - began))


@dataclass(frozen=True)
class Desk:
    """A database with agents and a source, and all that deciding needs."""

    database: Timed
    parts: Deciding
    clock: SetClock
    source_id: int

    def comes(self, case: Case) -> TicketId:
        event = self._event(case.number, Author.CUSTOMER, TEXTS[case.truly], case.tags)
        return self._store(event)

    def is_answered(self, number: int) -> None:
        self._store(self._event(number, Author.AGENT, "Here it is.", frozenset()))

    def recorded(self, ticket: TicketId) -> float:
        """Decide a ticket and return how long recording it took, in ms."""
        assert decide.decide_tickets([ticket], self.parts) == 1
        return self.database.took[-1]

    def one_row(self, number: int) -> float:
        """Insert and commit one row and return how long it took, in ms."""
        with self.database.writing() as connection:
            intake.first_delivery(connection, self.source_id, f"peer-{number}", self.clock())
        return self.database.took[-1]

    def _store(self, event: Event) -> TicketId:
        with self.database.writing() as connection:
            stored = intake.store_event(
                connection, self.source_id, event, DEFAULT_POLICY, self.clock()
            )
        return stored.ticket_id

    def _event(self, number: int, author: Author, text: str, tags: frozenset[str]) -> Event:
        key, now = f"{author}-{number}", self.clock()
        message = NewMessage(external_id=key, author=author, text=text, sent_at=now)
        return Event(
            delivery_key=key,
            kind=Kind.MESSAGE_ADDED,
            occurred_at=now,
            ticket_id=f"T-{number}",
            message=message,
            tags=tags,
        )


@contextmanager
def desk() -> Iterator[Desk]:
    """Yield a desk on a PostgreSQL of its own. Raises FileNotFoundError where there is none."""
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        url = server.create("triage").replace("postgresql://", "postgresql+psycopg://")
        schema.migrate(url)
        database = Timed(url)
        try:
            yield _desk(database)
        finally:
            database.close()
            server.stop()


def _desk(database: Timed) -> Desk:
    clock, vault = SetClock(), Vault(new_key())
    with database.writing() as connection:
        sources.add(connection, "bench", "generic", ("s",), vault, NOON)
        source = sources.by_name(connection, "bench", vault)
        agents.save(connection, [_row(number) for number in range(AGENTS)])
    parts = Deciding(
        database=database,
        model=FakeModel(),
        policy=DEFAULT_POLICY,
        playbook=load_playbook(),
        announce=lambda: None,
        clock=clock,
    )
    return Desk(database, parts, clock, source.id)


def _row(number: int) -> dict[str, Any]:
    one = people()[number]
    return {
        "name": one.name,
        "email": f"{number}@example.org",
        "experience": one.experience,
        "languages": sorted(one.languages),
        "skills": sorted(one.skills),
        "team": "",
        "capacity": one.capacity,
        "shift": None,
    }


def measure(tickets: int) -> dict[str, list[float]]:
    """Return the ms of each recording and of the peer beside it, in their order."""
    took: dict[str, list[float]] = {RECORDING: [], PEER: []}
    with desk() as here:
        for case in cases(tickets + WARM_UP):
            here.clock.now += APART
            ticket = here.comes(case)
            took[RECORDING].append(here.recorded(ticket))
            took[PEER].append(here.one_row(case.number))
            if case.number >= ANSWERED_AFTER:
                here.is_answered(case.number - ANSWERED_AFTER)
    return {name: ms[WARM_UP:] for name, ms in took.items()}


def report(took: dict[str, list[float]], settings: dict[str, int]) -> Report:
    """Compare with the peer; the limit is for the 99th of a hundred."""
    peer = took[PEER]
    return Report(
        name="recording",
        title=f"Recording {settings['tickets']:,} decisions on PostgreSQL, {AGENTS} agents",
        columns=("", "p50 ms", "p99 ms", "p50 / peer", "p99 / peer", "p99 of each third"),
        rows=[
            [
                name,
                *(quantile(ms, share) for share in (0.5, 0.99)),
                *(quantile(ms, share) / quantile(peer, share) for share in (0.5, 0.99)),
                ", ".join(f"{it:.1f}" for it in _by_part(ms)),
            ]
            for name, ms in took.items()
        ],
        targets=[Target(f"{RECORDING}, p99", quantile(took[RECORDING], 0.99), MOST_MS, "ms")],
        notes=[f"{ANSWERED_AFTER} tickets wait at a moment; scoring is not counted"],
        settings=settings,
        details={"median_of_p99": {name: median(_by_part(ms)) for name, ms in took.items()}},
    )


def _by_part(ms: list[float]) -> list[float]:
    size = len(ms) // PARTS
    return [quantile(ms[at * size : (at + 1) * size], 0.99) for at in range(PARTS)]


def main(
    tickets: Annotated[int, typer.Option(help="decided, a warm-up apart")] = 2_400,
    quick: Annotated[bool, typer.Option(help="a few tickets, to see that it runs")] = False,  # noqa: FBT002
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    tickets = 60 if quick else tickets
    show(report(measure(tickets), {"tickets": tickets, "agents": AGENTS}), out)


if __name__ == "__main__":
    typer.run(main)
