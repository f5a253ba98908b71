"""People who log in: one row each, never removed, so that the audit log's names stay true.

An e-mail address is kept in small letters: however it is written, it is one person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update
from sqlalchemy.exc import IntegrityError

from triage.domain.person import RIGHTS, Principal, Role
from triage.store.access_tables import person
from triage.store.database import insert_once


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in while they are active."""

    id: int
    name: str
    email: str | None
    role: Role
    active: bool
    password: str | None = field(repr=False)  # its hash; None: by the identity provider only
    subject: str | None  # the identity provider's name for them
    created_at: datetime

    @property
    def principal(self) -> Principal:
        return Principal(self.name, RIGHTS[self.role], self.id, self.email)


def add(
    connection: Connection,
    name: str,
    role: Role,
    now: datetime,
    *,
    email: str | None = None,
    password: str | None = None,
    subject: str | None = None,
) -> int | None:
    """Add a person and return their id; None where the name, e-mail or subject is taken.

    A name is taken in other letters, too: nobody signs as `ada` beside `Ada`.
    """
    if namesake(connection, name):
        return None
    row: dict[str, Any] = {"name": name, "role": role.value, "active": True, "created_at": now}
    row |= {"email": as_kept(email), "password": password, "subject": subject}
    made = insert_once(connection, person, row)
    return int(made.id) if made else None


def everybody(connection: Connection) -> list[Person]:
    """Return all people, the active first, by name."""
    rows = connection.execute(select(person).order_by(person.c.active.desc(), person.c.name))
    return [_person(row) for row in rows]


def by_id(connection: Connection, person_id: int, *, lock: bool = False) -> Person | None:
    """Return a person; `lock` lets nobody change them until the commit."""
    return _found(connection, person.c.id == person_id, lock=lock)


def named(connection: Connection, name: str) -> Person | None:
    return _found(connection, person.c.name == name)


def namesake(connection: Connection, name: str) -> Person | None:
    """Return who has this name, in whatever letters."""
    return _found(connection, func.lower(person.c.name) == name.lower())


def of_subject(connection: Connection, subject: str, *, lock: bool = False) -> Person | None:
    return _found(connection, person.c.subject == subject, lock=lock)


def of_email(connection: Connection, email: str, *, lock: bool = False) -> Person | None:
    return _found(connection, person.c.email == as_kept(email), lock=lock)


def is_empty(connection: Connection) -> bool:
    """Return whether nobody has ever been added."""
    return connection.execute(select(person.c.id).limit(1)).first() is None


def active_admins(connection: Connection, *, lock: bool = False) -> set[int]:
    """Return who administers; `lock` keeps it so until the commit."""
    query = select(person.c.id).where(person.c.role == Role.ADMIN.value, person.c.active)
    return set(connection.execute(query.with_for_update() if lock else query).scalars())


def change(connection: Connection, person_id: int, values: Mapping[str, Any]) -> bool:
    """Change columns of a person; return whether none of the values was somebody else's."""
    if "email" in values:
        values = {**values, "email": as_kept(values["email"])}
    try:
        with connection.begin_nested():
            connection.execute(update(person).where(person.c.id == person_id).values(values))
    except IntegrityError:
        return False
    return True


def as_kept(email: str | None) -> str | None:
    """Return an e-mail address as it is kept and looked for."""
    return email.lower() if email else None


def _found(
    connection: Connection, which: ColumnElement[bool], *, lock: bool = False
) -> Person | None:
    query = select(person).where(which)
    row = connection.execute(query.with_for_update(key_share=True) if lock else query).first()
    return _person(row) if row else None


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        active=row.active,
        password=row.password,
        subject=row.subject,
        created_at=row.created_at,
    )
