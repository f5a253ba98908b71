"""A connected source whose tickets are decided here and told of at its stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.standins.pulling import Leaping, Pulled, a_case, connected
from tests.standins.standin import StandIn
from triage.domain.ticket import Mode, TicketId
from triage.domain.write_back import Part
from triage.helpdesks.writing.registry import WRITINGS
from triage.outbound.caller import Patience
from triage.reach import reached
from triage.store import outbox, sources
from triage.store.database import Database
from triage.write_back import WriteBack

SHORT = Patience(2, timedelta(hours=3))
EMAIL = "ann@acme.example"


@dataclass
class Told:
    """A world of tickets, and the stand-in that is told of them."""

    world: World
    pulled: Pulled
    desk: Any  # a Writable stand-in

    @property
    def parts(self) -> frozenset[Part]:
        """What its helpdesk can be told."""
        return WRITINGS[self.desk.vendor].PARTS

    def ticket(self, number: int, text: str = "I am full of anger") -> TicketId:
        """Make a ticket here and there, and decide it."""
        if number not in self.desk.cases:
            self.desk.put(a_case(number, text, ago=1))
        made = self.world.accept(f"m{number}", text, ticket=str(number))
        self.world.decide(made)
        return made

    def tell(self) -> int:
        """Write whatever is due; return how many tickets were looked at."""
        clock = self.pulled.clock
        settings, database = self.pulled.settings, self.pulled.database
        with reached(settings, database, "desk", SHORT, clock.until, clock) as desk:
            parts = {"database": database, "desk": desk, "clock": clock, "draw": lambda: 0.5}
            return WriteBack(**parts).run()

    def switch(self, *parts: Part, mode: Mode = Mode.ASSIGN, **fields: str) -> None:
        with self.pulled.database.writing() as connection:
            outbox.set_parts(connection, "desk", parts, fields)
            sources.set_mode(connection, "desk", mode, opening_raises=True)

    def said(self, ticket_id: TicketId) -> list[tuple[str, str]]:
        """Return what was done at the helpdesk about a ticket, oldest first."""
        with self.pulled.database.reading() as connection:
            rows = outbox.of_ticket(connection, ticket_id)
        return [(row.outcome, row.text) for row in reversed(rows)]

    def notes(self, number: int) -> list[str]:
        """Return the private notes on a ticket there; there must be no public word of ours."""
        words = self.desk.cases[number].words
        assert [it.text for it in words if it.public and "riage" in it.text] == []
        return [it.text for it in words if not it.public]


@contextmanager
def told(desk: StandIn, database: Database) -> Iterator[Told]:
    """Connect a world to a stand-in; everything may be written."""
    clock: Leaping = desk.clock  # type: ignore[assignment]
    world = World(database)
    world.clock = clock
    world.parts = replace(world.parts, clock=clock)
    with connected(desk, database, clock) as pulled:
        made = Told(world, pulled, desk)
        made.switch(*Part)
        with database.reading() as connection:
            vault = sources.Vault(pulled.settings.secret_key)
            world.source_id = sources.by_name(connection, "desk", vault).id
        assert clock() >= NOON
        yield made
