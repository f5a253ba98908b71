"""Failed log-ins of the last minutes, by a hash: what was typed as a name may be a secret."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from triage.domain.throttle import WINDOW, Of, Tally, of_person
from triage.store.access_tables import failed_login

LOCK = 7_413  # any number that no other advisory lock of this database uses


def lock(connection: Connection) -> None:
    """Let nobody else count until the commit; of SQLite there is one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def failures(connection: Connection, tally: Tally, now: datetime) -> list[datetime]:
    """Return when there were failures of this tally within the window."""
    mine = failed_login.c.whose == _whose(tally), failed_login.c.at > now - WINDOW
    return list(connection.execute(select(failed_login.c.at).where(*mine)).scalars())


def add(connection: Connection, tallies: Collection[Tally], now: datetime) -> None:
    """Count a failure; those that are too old to count are removed."""
    connection.execute(delete(failed_login).where(failed_login.c.at <= now - WINDOW))
    rows = [{"whose": _whose(tally), "at": now} for tally in tallies]
    connection.execute(insert(failed_login), rows)


def clear(connection: Connection, tallies: Collection[Tally], at: datetime | None = None) -> None:
    """Forget the failures of these tallies, all of them or only those counted at one moment."""
    mine = failed_login.c.whose.in_([_whose(tally) for tally in tallies])
    this = mine if at is None else mine & (failed_login.c.at == at)
    connection.execute(delete(failed_login).where(this))


def clear_person(connection: Connection, person_id: int, name: str) -> None:
    """Forget what failed under somebody's name, and what they failed themselves."""
    clear(connection, [Tally(Of.NAME, name), of_person(person_id)])


def _whose(tally: Tally) -> str:
    return sha256(f"{tally.of}:{tally.which}".encode(errors="replace")).hexdigest()
