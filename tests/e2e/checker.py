"""The client's log of acknowledged deliveries against what the database holds.

Nothing acknowledged is lost, nothing is decided twice, nothing comes late, and only who killed
every worker was given up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from tests.e2e.traffic import Acknowledged, Sent
from triage.domain.ticket import Author
from triage.ports import utcnow
from triage.store import work
from triage.store.database import Database
from triage.store.events import EventKind
from triage.store.tables import decision, event, message, ticket

LATEST = timedelta(seconds=10)  # from storing a message to its decision, also after a kill
STARTS_WITHIN = timedelta(seconds=4)  # of LATEST is what a quick machine takes to start workers
SHOWN = 5  # examples in a complaint


@dataclass(frozen=True)
class Rows:
    """Everything that was stored, read once."""

    tickets: Sequence[Any]
    messages: Sequence[Any]
    decisions: Sequence[Any]
    events: Sequence[Any]


@dataclass(frozen=True)
class Delay:
    """How long a customer's message waited for its decision."""

    message: str
    waited: timedelta
    received_at: datetime


def is_settled(database: Database) -> bool:
    """Return whether no decision is due."""
    with database.reading() as connection:
        return work.backlog(connection, utcnow()).due == 0


def read(database: Database) -> Rows:
    def all_of(table: Table) -> Sequence[Any]:
        return connection.execute(select(table).order_by(*table.primary_key)).all()

    with database.reading() as connection:
        return Rows(all_of(ticket), all_of(message), all_of(decision), all_of(event))


def latest(slowness: float) -> timedelta:
    """Return the bound for a machine that is so many times slower.

    The poisonous ticket ends one worker after the other: for a moment nobody decides, for as long
    as the machine takes to start them.
    """
    return LATEST + STARTS_WITHIN * (slowness - 1)


def complaints(
    rows: Rows, log: Sequence[Acknowledged], poison: set[str], latest: timedelta = LATEST
) -> list[str]:
    """Return what is wrong, a sentence each; an empty list is what we promise."""
    found = {
        "acknowledged but not stored": _not_stored(rows, log),
        "stored more than once": _stored_twice(rows),
        "accepted more than once": _accepted_twice(log),
        "never decided": [
            one.message for one in delays(rows, poison) if one.waited == timedelta.max
        ],
        "decided twice": _decided_twice(rows),
        "announced other than once": _announced_wrongly(rows),
        "wrongly given up or not given up": sorted(_dead(rows) ^ poison),
        "given up without one alarm": _alarmed_wrongly(rows),
        f"decided after more than {latest.seconds} s": _late(rows, poison, latest),
    }
    return [f"{len(it)} {what}: {it[:SHOWN]}" for what, it in found.items() if it]


def delays(rows: Rows, poison: set[str]) -> list[Delay]:
    """Return the delay of every customer's message outside the poisonous tickets.

    A decision covers every message up to the newest that it saw; `timedelta.max`: none does.
    """
    names = {row.id: row.external_id for row in rows.tickets}
    decided = defaultdict(list)
    for row in rows.decisions:
        decided[row.ticket_id].append(row)
    return [
        Delay(
            f"{names[row.ticket_id]}/{row.external_id}",
            _waited(row, decided[row.ticket_id]),
            row.received_at,
        )
        for row in rows.messages
        if row.author == Author.CUSTOMER and names[row.ticket_id] not in poison
    ]


def _waited(row: Any, decisions: Sequence[Any]) -> timedelta:
    covering = [one.decided_at for one in decisions if one.message_id >= row.id]
    return min(covering) - row.received_at if covering else timedelta.max


def _keys(rows: Rows) -> Counter[tuple[str, str]]:
    names = {row.id: row.external_id for row in rows.tickets}
    return Counter((names[row.ticket_id], row.external_id) for row in rows.messages)


def _not_stored(rows: Rows, log: Sequence[Acknowledged]) -> list[tuple[str, str]]:
    return sorted({(one.sent.ticket, one.sent.message) for one in log} - set(_keys(rows)))


def _stored_twice(rows: Rows) -> list[tuple[str, str]]:
    return [key for key, times in _keys(rows).items() if times > 1]


def _accepted_twice(log: Sequence[Acknowledged]) -> list[Sent]:
    accepted = Counter(one.sent for one in log if one.status == "accepted")
    return [sent for sent, times in accepted.items() if times > 1]


def _decided_twice(rows: Rows) -> list[tuple[Any, ...]]:
    made = Counter(
        (row.ticket_id, row.message_id, row.model_version, row.policy_version, row.playbook_version)
        for row in rows.decisions
    )
    return [key for key, times in made.items() if times > 1]


def _announced_wrongly(rows: Rows) -> list[str]:
    """Return the tickets with more or fewer `decided` events than decisions."""
    announced = Counter(row.ticket_id for row in rows.events if row.kind == EventKind.DECIDED)
    made = Counter(row.ticket_id for row in rows.decisions)
    names = {row.id: row.external_id for row in rows.tickets}
    return [
        f"{names[key]}: {made[key]} decisions, {announced[key]} events"
        for key in sorted(announced | made)
        if announced[key] != made[key]
    ]


def _dead(rows: Rows) -> set[str]:
    return {row.external_id for row in rows.tickets if row.state == "dead"}


def _alarmed_wrongly(rows: Rows) -> list[str]:
    alarms = Counter(row.ticket_id for row in rows.events if row.kind == EventKind.DEAD)
    return [row.external_id for row in rows.tickets if alarms[row.id] != (row.state == "dead")]


def _late(rows: Rows, poison: set[str], latest: timedelta) -> list[tuple[str, str, str]]:
    late = [one for one in delays(rows, poison) if latest < one.waited < timedelta.max]
    worst = sorted(late, key=lambda one: one.waited, reverse=True)
    return [
        (it.message, f"{it.waited.total_seconds():.1f} s", f"{it.received_at:%T}") for it in worst
    ]
