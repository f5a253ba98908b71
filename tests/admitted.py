"""People and keys as tests need them: there at once, without a log-in or a command."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from triage.domain.person import Right, Role
from triage.passwords import Passwords
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import api_keys, people, sessions
from triage.store.database import Database

PASSWORD = "the horses of these tests"


def a_key(database: Database, key: str = "", scopes: Collection[Right] = tuple(Right)) -> str:
    """Return a key that is in force with these scopes: the one given, or a new one."""
    secret = key or api_keys.new_key()
    with database.writing() as connection:
        name = f"tests {len(api_keys.listed(connection))}"
        assert api_keys.add(connection, name, secret, scopes, "tests", utcnow())
    return secret


def a_key_of(settings: Settings, key: str = "") -> str:
    """Return a key for an installation whose tables are there already."""
    database = Database(settings.database)
    try:
        return a_key(database, key)
    finally:
        database.close()


def a_person(database: Database, name: str, role: Role, email: str | None = None) -> int:
    """Add a person whose password is PASSWORD; return their id."""
    with database.writing() as connection:
        made = people.add(connection, name, role, utcnow(), email=email, password=kept())
    assert made, f"there is a person {name} already"
    return made


def a_session(database: Database, person_id: int) -> str:
    """Return the token of a new session of this person."""
    with database.writing() as connection:
        return sessions.begin(connection, person_id, utcnow())


@cache
def kept() -> str:
    """Return the hash of PASSWORD, made once: it is slow by design."""
    return Passwords().hash(PASSWORD)
