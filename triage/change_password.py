"""Who is logged in changes their own password, if they know the present one.

Wrong tries are throttled and noted like log-ins: a session that somebody else got hold of must not
tell them the password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from triage.admit import checked_password
from triage.domain.person import Principal
from triage.domain.throttle import of_person
from triage.errors import NotLoggedIn
from triage.passwords import Passwords
from triage.store import audit, failed_logins, people, sessions
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.people import Person
from triage.tries import count

WRONG = "That is not your present password."
CHANGED = "Your account was changed meanwhile; log in again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody gave to change their password, and from where."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    address: str


def change_password(
    database: Database, passwords: Passwords, who: Principal, asked: Change, now: datetime
) -> str:
    """Change the password of `who`; return the token of a new session, from now on their only one.

    Raises NotLoggedIn where the present one is wrong, TooManyTries, and BadInput where the new one
    will not do.
    """
    new = checked_password(asked.new, who.name)
    person = _counted(database, who, now)
    if not passwords.fits(person.password, asked.old):
        _note_wrong(database, who, asked.address, now)
        raise NotLoggedIn(WRONG)
    kept = passwords.hash(new)
    with database.writing() as connection:
        if people.by_id(connection, person.id, lock=True) != person:
            raise NotLoggedIn(CHANGED)
        people.change(connection, person.id, {"password": kept})
        sessions.end_all_of(connection, person.id)
        failed_logins.clear_person(connection, person.id, person.name)
        audit.note(connection, who, Action.SET_PASSWORD, about=person.name, now=now)
        return sessions.begin(connection, person.id, now)


def _counted(database: Database, who: Principal, now: datetime) -> Person:
    """Count the try as wrong until it succeeds; return who makes it, as they are now."""
    with database.writing() as connection:
        person = people.by_id(connection, who.person_id or 0)
        if person is None or not person.active:
            raise NotLoggedIn(CHANGED)
        count(connection, [of_person(person.id)], now)
    return person


def _note_wrong(database: Database, who: Principal, address: str, now: datetime) -> None:
    with database.writing() as connection:
        audit.note(connection, who, Action.WRONG_PASSWORD, about=f"from {address}", now=now)
