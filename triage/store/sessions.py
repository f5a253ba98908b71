"""Sessions of people: a random token in their browser, its SHA-256 here, for twelve hours.

Who is deactivated, or gets another role, is so with their next request: one indexed query reads
the session together with its person.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from triage.domain.person import RIGHTS, Principal, Role
from triage.store.access_tables import person, session

LASTS = timedelta(hours=12)
TOKEN_BYTES = 32

_WHOSE: Select[tuple[int, str, str | None, str]] = (
    select(person.c.id, person.c.name, person.c.email, person.c.role)
    .join_from(session, person, session.c.person_id == person.c.id)
    .where(
        session.c.token_hash == bindparam("token_hash"),
        session.c.ends_at > bindparam("now"),
        person.c.active,
    )
)


def begin(connection: Connection, person_id: int, now: datetime) -> str:
    """Begin a session and return its token; the ended ones of everybody are removed."""
    connection.execute(delete(session).where(session.c.ends_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {"token_hash": hashed(token), "person_id": person_id}
    connection.execute(insert(session).values(**row, made_at=now, ends_at=now + LASTS))
    return token


def whose(connection: Connection, token: str, now: datetime) -> Principal | None:
    """Return who is in the session of this token, None: nobody any more."""
    row = connection.execute(_WHOSE, {"token_hash": hashed(token), "now": now}).first()
    return Principal(row.name, RIGHTS[Role(row.role)], row.id, row.email) if row else None


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(session).where(session.c.token_hash == hashed(token)))


def end_all_of(connection: Connection, person_id: int) -> None:
    connection.execute(delete(session).where(session.c.person_id == person_id))


def hashed(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits: too many to guess, so one hash does."""
    return sha256(secret.encode(errors="replace")).hexdigest()
