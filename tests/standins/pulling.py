"""A connected source whose helpdesk is a stand-in, with a clock that jumps over what it waits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.builders import POLICY
from tests.fakes import NOON, SetClock
from tests.standins.standin import Case, StandIn, Words
from triage import connect
from triage.helpdesks.backlog.registry import BACKLOGS
from triage.outbound.caller import Patience
from triage.pull import Pull
from triage.reach import reached
from triage.read_desk import Reader
from triage.settings import Settings
from triage.store import sources, tables
from triage.store.database import Database
from triage.store.pulls import Purpose
from triage.store.sources import Vault, new_key

PATIENT = Patience(6, timedelta(hours=2))


@dataclass
class Leaping(SetClock):
    """A clock that threads share: to wait for a moment is to be there."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waited: timedelta = timedelta(0)

    def until(self, moment: datetime) -> None:
        with self.lock:
            self.waited += max(timedelta(0), moment - self.now)
            self.now = max(self.now, moment)


@dataclass
class Pulled:
    """A stand-in, and what was read of it."""

    desk: StandIn
    database: Database
    clock: Leaping
    settings: Settings

    def pull(
        self, since: timedelta = timedelta(days=90), *, closed: bool = False, **values: Any
    ) -> Counter[str]:
        """Read what changed within the last so much time."""
        with ExitStack() as open_:
            desk = open_.enter_context(
                reached(self.settings, self.database, "desk", PATIENT, self.clock.until, self.clock)
            )
            ordinary = {"purpose": Purpose.BACKLOG, "threads": 4} | values
            pull = Pull(
                database=self.database,
                reader=Reader(desk, BACKLOGS[self.desk.vendor]),
                closed=closed,
                policy=lambda: POLICY,
                clock=self.clock,
                **ordinary,
            )
            found = pull.run(self.clock() - since)
            assert found is not None, "somebody else has the pull"
            return found

    def threads(self) -> dict[str, list[tuple[str, str]]]:
        """Return by ticket who said what, in order."""
        query = (
            select(tables.ticket.c.external_id, tables.message.c.author, tables.message.c.text)
            .join(tables.message, tables.message.c.ticket_id == tables.ticket.c.id)
            .order_by(tables.message.c.sent_at, tables.message.c.id)
        )
        found: dict[str, list[tuple[str, str]]] = {}
        with self.database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row.external_id, []).append((row.author, row.text))
        return found

    def row(self, external_id: str) -> Any:
        query = select(tables.ticket).where(tables.ticket.c.external_id == external_id)
        with self.database.reading() as connection:
            return connection.execute(query).one()

    def rejects(self) -> list[str]:
        query = select(tables.dead_letter.c.reason).order_by(tables.dead_letter.c.id)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())


@contextmanager
def connected(desk: StandIn, database: Database, clock: Leaping) -> Iterator[Pulled]:
    """Make a source of this stand-in's vendor and connect it."""
    settings = Settings(
        secret_key=new_key(),
        database_url=database.engine.url.render_as_string(hide_password=False),
        outbound_private_hosts=f"127.0.0.1:{desk.port}",
    )
    with database.writing() as connection:
        vault = Vault(settings.secret_key)
        sources.add(connection, "desk", desk.vendor, ("s" * 32,), vault, NOON)
    given = {"address": desk.address} | dict(desk.given)
    connect.connect(database, settings, "desk", given, clock())
    yield Pulled(desk, database, clock, settings)


def a_case(number: int, *texts: str, ago: float = 10.0, **values: Any) -> Case:
    """A case of some days ago; a text after `agent:` is an agent's, after `note:` a private one."""
    began = NOON - timedelta(days=ago)
    words = [
        Words(
            number * 100 + at,
            text.removeprefix("agent:").removeprefix("note:"),
            began + timedelta(hours=at),
            by="agent" if text.startswith(("agent:", "note:")) else "customer",
            public=not text.startswith("note:"),
        )
        for at, text in enumerate(texts or (f"I was charged twice for order {number}.",))
    ]
    return Case(number, words, updated_at=words[-1].at, **values)
