"""Log-ins by name and password: throttled, slow to guess, and the same for known and unknown names.

An attempt is counted before the password is looked at, so that a hundred at once are no way round;
success takes it off again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from triage.domain.throttle import Of, Tally, tallies
from triage.errors import NotLoggedIn
from triage.passwords import Passwords
from triage.sealed import Seal
from triage.store import audit, failed_logins, people, sessions
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.people import Person
from triage.tries import count

BROWSER_KNOWN = timedelta(days=90)  # after its person's last log-in
PURPOSE = "browser"
WRONG = "That name and password do not fit together."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody gave to log in, and from where."""

    name: str
    password: str = field(repr=False)
    address: str
    browser: str | None = field(default=None, repr=False)  # what an earlier log-in left there


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was begun, and what makes the browser known as its person's."""

    token: str = field(repr=False)
    browser: str = field(repr=False)


def log_in(
    database: Database, passwords: Passwords, seal: Seal, attempt: Attempt, now: datetime
) -> Opened:
    """Begin a session. Raises NotLoggedIn, TooManyTries."""
    counted = tallies(attempt.name, attempt.address, _known_browser(seal, attempt))
    person = _reserve(database, attempt, counted, now)
    kept = person.password if person and person.active else None
    if not passwords.fits(kept, attempt.password) or person is None or kept is None:
        _refuse(database, person, attempt, now)
        raise NotLoggedIn(WRONG)
    renewed = passwords.hash(attempt.password) if passwords.is_outdated(kept) else None
    with database.writing() as connection:
        # meanwhile shut out, or another password
        if people.by_id(connection, person.id, lock=True) != person:
            raise NotLoggedIn(WRONG)
        failed_logins.clear(connection, [one for one in counted if one.of is not Of.ADDRESS])
        failed_logins.clear(connection, counted, now)
        if renewed:
            people.change(connection, person.id, {"password": renewed})
        token = begin(connection, person, now)
    return Opened(token, seal.close(PURPOSE, [person.name, token_hex(8)]))


def begin(connection: Any, person: Person, now: datetime) -> str:
    """Begin the session of somebody who has shown who they are; return its token."""
    audit.note(connection, person.principal, Action.LOGGED_IN, now=now)
    return sessions.begin(connection, person.id, now)


def log_out(database: Database, token: str, now: datetime) -> None:
    """End a session, if it is one."""
    with database.writing() as connection:
        if who := sessions.whose(connection, token, now):
            audit.note(connection, who, Action.LOGGED_OUT, now=now)
        sessions.end(connection, token)


def _known_browser(seal: Seal, attempt: Attempt) -> str | None:
    known = seal.open(PURPOSE, attempt.browser, BROWSER_KNOWN)
    return known[1] if known and known[0] == attempt.name else None


def _reserve(
    database: Database, attempt: Attempt, counted: Sequence[Tally], now: datetime
) -> Person | None:
    """Count the attempt as failed until it succeeds; return whose name it gives."""
    with database.writing() as connection:
        count(connection, counted, now)
        return people.named(connection, attempt.name)


def _refuse(database: Database, person: Person | None, attempt: Attempt, now: datetime) -> None:
    """Note that somebody was refused; a name that nobody has may be a password typed too early."""
    about = f"as {person.name}" if person else "under an unknown name"
    with database.writing() as connection:
        audit.note(
            connection,
            "a stranger",
            Action.REFUSED,
            about=f"{about}, from {attempt.address}",
            now=now,
        )
