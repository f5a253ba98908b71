"""People come in: added, given a role and a password, and shut out again.

`who` is the person who decides it, or a text for a command on the server; each decision is noted.
A change takes effect with the person's next request. Passwords are hashed outside transactions.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from triage.domain.person import SYSTEM, Principal, Role, fault_of_name, fault_of_password
from triage.errors import BadInput, UnknownPerson
from triage.passwords import Passwords, random_password
from triage.store import audit, failed_logins, people, sessions
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.people import Person

Who = Principal | str
FIRST = "admin"
EMAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,189}")


def first_admin(
    database: Database, passwords: Passwords, password: str, now: datetime
) -> str | None:
    """Make the person `admin` where nobody was ever added, and return their password.

    `password` where one is given, else a random one. None: there are people already.
    """
    password = checked_password(password, FIRST) if password else random_password()
    kept = passwords.hash(password)
    with database.writing() as connection:
        first = people.is_empty(connection) and people.add(
            connection, FIRST, Role.ADMIN, now, password=kept
        )
        if first:
            audit.note(connection, SYSTEM, Action.ADDED_PERSON, about=FIRST, now=now)
    return password if first else None


def add(
    database: Database,
    passwords: Passwords,
    who: Who,
    name: str,
    role: Role,
    email: str,
    now: datetime,
) -> str:
    """Add a person and return their password, which is random and kept nowhere. Raises BadInput."""
    if fault := fault_of_name(name):
        raise BadInput(f"name {name!r}: {fault}")
    address, password = _email(email), random_password()
    kept = passwords.hash(password)
    with database.writing() as connection:
        if people.add(connection, name, role, now, email=address, password=kept) is None:
            raise BadInput(f"name {name!r} or its e-mail address is another person's already")
        audit.note(connection, who, Action.ADDED_PERSON, about=f"{name}, {role}", now=now)
    return password


def change(
    database: Database, who: Who, person_id: int, role: Role, email: str, now: datetime
) -> Person:
    """Give a person a role and an e-mail address. Raises UnknownPerson, BadInput."""
    values = {"role": role.value, "email": _email(email)}
    with database.writing() as connection:
        person = _lasting(connection, person_id, stays_admin=role is Role.ADMIN)
        if not people.change(connection, person_id, values):
            raise BadInput(f"e-mail {email!r} is another person's already")
        about = f"{person.name}: {person.role} to {role}"
        audit.note(connection, who, Action.CHANGED_PERSON, about=about, now=now)
    return person


def set_active(
    database: Database, who: Who, person_id: int, *, active: bool, now: datetime
) -> Person:
    """Let a person in again, or shut them out and end their sessions. Raises UnknownPerson."""
    with database.writing() as connection:
        person = _lasting(connection, person_id, stays_admin=active)
        people.change(connection, person_id, {"active": active})
        if not active:
            sessions.end_all_of(connection, person_id)
        about = f"{person.name}: {'active' if active else 'deactivated'}"
        audit.note(connection, who, Action.CHANGED_PERSON, about=about, now=now)
    return person


def unlink(database: Database, who: Who, person_id: int, now: datetime) -> Person:
    """Forget which account of the identity provider is a person's; their sessions end.

    Raises UnknownPerson, BadInput.
    """
    with database.writing() as connection:
        person = _known(people.by_id(connection, person_id))
        if person.subject is None:
            raise BadInput(f"{person.name}: not known by the identity provider")
        # without a password nobody would be left who can log in
        _lasting(connection, person_id, stays_admin=person.password is not None)
        people.change(connection, person_id, {"subject": None})
        sessions.end_all_of(connection, person_id)
        about = f"{person.name}: no longer known by the identity provider"
        audit.note(connection, who, Action.CHANGED_PERSON, about=about, now=now)
    return person


def set_password(
    database: Database,
    passwords: Passwords,
    who: Who,
    person_id: int,
    password: str | None,
    now: datetime,
) -> tuple[Person, str]:
    """Give a person another password, random for None; their sessions end.

    Returns the person and the password. Raises UnknownPerson, BadInput; that also for one's own,
    for which `change_password` asks for the present one.
    """
    if isinstance(who, Principal) and who.person_id == person_id:
        raise BadInput("your own password is changed under your name, not here")
    with database.reading() as connection:
        person = _known(people.by_id(connection, person_id))
    chosen = random_password() if password is None else checked_password(password, person.name)
    kept = passwords.hash(chosen)
    with database.writing() as connection:
        people.change(connection, person_id, {"password": kept})
        sessions.end_all_of(connection, person_id)
        failed_logins.clear_person(connection, person_id, person.name)
        audit.note(connection, who, Action.SET_PASSWORD, about=person.name, now=now)
    return person, chosen


def named(database: Database, name: str) -> Person:
    """Return the person of that name. Raises UnknownPerson."""
    with database.reading() as connection:
        person = people.named(connection, name)
    if person is None:
        raise UnknownPerson(f"there is nobody named {name!r}")
    return person


def _lasting(connection: Any, person_id: int, *, stays_admin: bool) -> Person:
    """Return the person, as whose change somebody must go on to administer."""
    admins = people.active_admins(connection, lock=True)
    person = _known(people.by_id(connection, person_id))
    if admins == {person_id} and not stays_admin:
        raise BadInput(f"{person.name} is the only active admin; make another one first")
    return person


def _known(person: Person | None) -> Person:
    if person is None:
        raise UnknownPerson("there is no such person")
    return person


def checked_password(password: str, name: str) -> str:
    """Return a new password that will do for this name. Raises BadInput."""
    if fault := fault_of_password(password, name):
        raise BadInput(f"password: {fault}")
    return password


def _email(email: str) -> str | None:
    """Return an e-mail address as it is kept, None for none. Raises BadInput."""
    kept = people.as_kept(email.strip())
    if kept and (not EMAIL.fullmatch(kept) or not kept.isprintable()):
        raise BadInput(f"e-mail {email!r}: expected one address such as sue@example.org")
    return kept
