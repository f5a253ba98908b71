"""A ticket with something in every table, and a look for a text in every table and file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import LargeBinary, String, cast, insert, select, update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from triage import correct
from triage.correct import Labels, Person
from triage.domain.ticket import Author, MessageId, Status, TicketId
from triage.store import follow_ups, intake, tables
from triage.store.access_tables import metadata
from triage.store.database import Database

WORD = "Zebra"  # in all that a customer of these tests wrote
AFTER = NOON + timedelta(minutes=30)


def a_full_ticket(
    world: World, key: str = "T-1", *, customer: str = "cust-4711", close: bool = True
) -> TicketId:
    """A decided, corrected and answered ticket whose customer wrote WORD wherever one can."""
    said = {"ticket": key, "customer_id": customer, "customer_name": f"Okapi {WORD}"}
    ticket = world.accept(
        f"{key}-1", f"I am full of anger, my {WORD} may sue you", subject=f"My {WORD}", **said
    )
    world.decide(ticket)
    message = _first_message(world, ticket)
    seen = world.row(ticket).revision
    person = Person(ticket_id=ticket, revision=seen, by="Sue", why=f"the {WORD} is calm")
    labels = Labels(level=3, emotion=None, no_emotion=True, flags=None)
    correct.correct_labels(world.database, person, message, labels, world.clock())
    world.decide(ticket)
    a_promise(world, ticket)
    with world.database.writing() as connection:
        for table, values in _beside(ticket):
            connection.execute(insert(table).values(values))
        answered = event(
            f"{key}-2",
            f"We will look after the {WORD} by Monday",
            author=Author.AGENT,
            ticket=key,
            at=NOON + timedelta(minutes=9),
            status=Status.CLOSED if close else None,
        )
        intake.store_event(connection, world.source_id, answered, POLICY, NOON + timedelta(hours=1))
    return ticket


def _first_message(world: World, ticket: TicketId) -> MessageId:
    with world.database.reading() as connection:
        mine = select(tables.message.c.id).where(tables.message.c.ticket_id == ticket)
        return MessageId(connection.execute(mine.order_by(tables.message.c.id)).scalars().all()[0])


def _beside(ticket: TicketId) -> list[tuple[object, dict[str, object]]]:
    """What other parts keep of a ticket, and an assignment."""
    text = f"about the {WORD}"
    return [
        (
            tables.assignment,
            {"ticket_id": ticket, "agent_id": 1, "reason": "Ann", "assigned_at": NOON},
        ),
        (tables.note, {"ticket_id": ticket, "text": text, "by": "Sue", "written_at": NOON}),
        (
            tables.alert,
            {
                "ticket_id": ticket,
                "text": text,
                "key": f"safeguard {ticket}",
                "kind": "safeguard",
                "raised_at": NOON,
            },
        ),
    ]


def a_promise(world: World, ticket: TicketId) -> None:
    with world.database.writing() as connection:
        follow_ups.promise(connection, ticket, f"about the {WORD}", AFTER, NOON)


def released(world: World, ticket: TicketId, at: datetime) -> None:
    """Have a ticket stopped to wait at another moment."""
    with world.database.writing() as connection:
        mine = update(tables.ticket).where(tables.ticket.c.id == ticket)
        connection.execute(mine.values(released_at=at))


def a_letter(world: World, body: bytes, key: str = "letter", at: datetime = NOON) -> None:
    with world.database.writing() as connection:
        intake.keep_dead_letter(connection, world.source_id, key, "no JSON", body, at)


def where(database: Database, word: str) -> set[str]:
    """Return in which columns of which tables a word stands, whatever their type."""
    with database.reading() as connection:
        return {
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            if any(
                word.lower() in str(value).lower()
                for value in connection.execute(select(_as_text(column))).scalars()
            )
        }


def _as_text(column: object) -> object:
    return column if isinstance(column.type, LargeBinary) else cast(column, String)


def in_files(folder: Path, word: str) -> Iterator[Path]:
    """Yield the files in which a word stands."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and word.encode() in path.read_bytes():
            yield path
