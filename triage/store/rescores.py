"""Runs that score tickets again: made, found, and moved from one state to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from triage.domain.rescoring import AT_WORK, ItemState, RunState
from triage.domain.ticket import Author, TicketId
from triage.store import desk_views
from triage.store.desk_views import View
from triage.store.rescore_tables import chunk, item, run
from triage.store.tables import message, ticket

LOST_AFTER = timedelta(seconds=5)  # without any thread that comes: its wake-up was lost
IN_A_CHUNK = 32  # tickets: some 0.2 s of work, so that little is lost with a worker


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run as it is asked for; a text that is None stands for what ships."""

    asked: str
    model_folder: str | None
    policy_version: str
    policy_text: str | None
    playbook_version: str
    playbook_text: str | None
    applies: bool
    rate: float
    by: str


def choose(
    connection: Connection, view: View | None, since: datetime | None, now: datetime
) -> list[TicketId]:
    """Return the decided tickets of a view in which a customer wrote since then, by number.

    Without a view those of any status; without both, whose customers wait.
    """
    asked: list[ColumnElement[bool]] = [ticket.c.decision_id.is_not(None)]
    if view is not None:
        asked.append(ticket.c.id.in_(desk_views.ids_in_order(view, now).order_by(None)))
    if since is not None:
        asked.append(_written_since(since))
    if view is None and since is None:
        asked.append(ticket.c.status == "waiting")
    rows = connection.execute(select(ticket.c.id).where(*asked).order_by(ticket.c.id))
    return [TicketId(it) for it in rows.scalars()]


def _written_since(since: datetime) -> ColumnElement[bool]:
    wrote = (
        (message.c.ticket_id == ticket.c.id)
        & (message.c.author == Author.CUSTOMER)
        & (message.c.sent_at >= since)
    )
    return select(message.c.id).where(wrote).exists()


def add(connection: Connection, new: NewRun, tickets: Sequence[TicketId], now: datetime) -> int:
    """Store a run over these tickets, cut into chunks; return its number."""
    cut = list(_cut(tickets))
    values = {name: getattr(new, name) for name in NewRun.__slots__}
    counts = {"tickets": len(tickets), "chunks": len(cut), "state": RunState.SCORING}
    made = insert(run).values(values | counts | {"made_at": now}).returning(run.c.id)
    run_id = int(connection.execute(made).scalar_one())
    last: list[Sequence[TicketId]] = [()]  # compares, once all the others have ended
    rows = [
        {"run_id": run_id, "number": number, "tickets": list(ids)}
        for number, ids in enumerate(cut + last, 1)
    ]
    connection.execute(insert(chunk), rows)
    return run_id


def _cut(tickets: Sequence[TicketId]) -> Iterator[Sequence[TicketId]]:
    for at in range(0, len(tickets), IN_A_CHUNK):
        yield tickets[at : at + IN_A_CHUNK]


def find(connection: Connection, run_id: int, *, lock: bool = False) -> Any:
    """Return a run's row, None where there is none of that number."""
    query = select(run).where(run.c.id == run_id)
    return connection.execute(query.with_for_update() if lock else query).first()


def newest(connection: Connection, limit: int) -> list[Any]:
    """Return the newest runs, newest first."""
    return list(connection.execute(select(run).order_by(run.c.id.desc()).limit(limit)))


def at_work(connection: Connection) -> list[Any]:
    """Return number and state of the runs that somebody should work on now, oldest first."""
    mine = run.c.state.in_(AT_WORK) & ~run.c.paused
    return list(connection.execute(select(run.c.id, run.c.state).where(mine).order_by(run.c.id)))


def other_in(connection: Connection, run_id: int, states: Sequence[RunState]) -> int | None:
    """Return the number of another run in one of these states, if there is one."""
    others = (run.c.id != run_id) & run.c.state.in_(states)
    found: int | None = connection.execute(select(func.min(run.c.id)).where(others)).scalar()
    return found


def call(connection: Connection, run_id: int, wanted: int, now: datetime) -> int:
    """Note that so many threads are to come; return how many of them nobody has asked for yet."""
    row = find(connection, run_id, lock=True)
    quiet = row.called_at is None or not timedelta() <= now - row.called_at < LOST_AFTER
    on_their_way = 0 if quiet else row.called
    if wanted > on_their_way:
        put(connection, run_id, called=wanted, called_at=now)
    return max(0, wanted - on_their_way)


def come(connection: Connection, run_id: int, now: datetime) -> None:
    """Note that one of the threads that were asked for has come."""
    mine = update(run).where(run.c.id == run_id, run.c.called > 0)
    connection.execute(mine.values(called=run.c.called - 1, called_at=now))


def put(connection: Connection, run_id: int, **values: Any) -> None:
    """Change columns of a run."""
    connection.execute(update(run).where(run.c.id == run_id).values(values))


def settle_model(connection: Connection, run_id: int, version: str) -> str:
    """Return by which model the run is scored: this one, where no worker has begun yet."""
    first = (run.c.id == run_id) & run.c.model_version.is_(None)
    connection.execute(update(run).where(first).values(model_version=version))
    query = select(run.c.model_version).where(run.c.id == run_id)
    return str(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Progress:
    """How many tickets were read, by what became of them, and how many chunks were given up."""

    items: dict[ItemState, int]
    parked: int

    @property
    def read(self) -> int:
        return sum(self.items.values())

    def of(self, *states: ItemState) -> int:
        return sum(self.items.get(it, 0) for it in states)


def progress(connection: Connection, run_id: int) -> Progress:
    """Return how far a run is."""
    each = select(item.c.state, func.count()).where(item.c.run_id == run_id)
    rows = connection.execute(each.group_by(item.c.state))
    given_up = (chunk.c.run_id == run_id) & (chunk.c.state == "parked")
    parked = connection.execute(select(func.count()).select_from(chunk).where(given_up))
    return Progress({ItemState(row[0]): row[1] for row in rows}, int(parked.scalar_one()))
