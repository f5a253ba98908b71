"""Add a folder of a mailbox as a source: looked into first, its password kept encrypted."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

from triage.errors import BadInput, UnknownSource
from triage.mailbox import opened
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import mail_folders, schema, sources
from triage.store.database import Database
from triage.store.mail_folders import Place, Position
from triage.store.sources import Vault

VENDOR = "imap"
MAX_PASSWORD = 500  # characters


def add_mailbox(
    settings: Settings,
    name: str,
    place: Place,
    password: str,
    ours: Iterable[str],
    *,
    from_start: bool = False,
    context: ssl.SSLContext | None = None,
) -> int:
    """Add a source that is a folder; return how many mails in it will be read.

    `ours` are the addresses from which our side answers; `from_start` reads also what is there
    already. Raises BadInput, MailboxTrouble.
    """
    _check(name, place, password)
    with opened(place, password, context) as mailbox:
        last = mailbox.last()
        waiting = len(mailbox.newer(0)) if from_start else 0
    position = Position(last.validity, 0) if from_start else last
    _keep(settings, name, place, password, ours, position)
    return waiting


def change_password(settings: Settings, name: str, password: str) -> None:
    """Have a mailbox opened with another password from now on. Raises BadInput, UnknownSource."""
    _check_password(password)
    vault = Vault(settings.secret_key)
    database = Database(settings.database)
    try:
        with database.writing() as connection:
            if sources.by_name(connection, name, vault).vendor != VENDOR:
                raise BadInput(
                    f"{name!r} is no mailbox; its secret changes by triage sources rotate"
                )
            sources.change_secrets(connection, name, (password,), vault)
    finally:
        database.close()


def _check(name: str, place: Place, password: str) -> None:
    if not sources.NAME.fullmatch(name):
        raise BadInput(f"name {name!r}: expected lower-case letters, digits, - and _, 63 at most")
    for what, word in (("host", place.host), ("user", place.user), ("folder", place.folder)):
        if not word or not word.isprintable():
            raise BadInput(f"{what} {word!r}: expected printable characters on one line")
    _check_password(password)


def _check_password(password: str) -> None:
    if not 0 < len(password) <= MAX_PASSWORD or not password.isprintable():
        raise BadInput(f"the password: expected 1 to {MAX_PASSWORD} printable characters")


def _keep(
    settings: Settings,
    name: str,
    place: Place,
    password: str,
    ours: Iterable[str],
    position: Position,
) -> None:
    schema.migrate(settings.database)
    database, vault, now = Database(settings.database), Vault(settings.secret_key), utcnow()
    try:
        with database.writing() as connection:
            _require_free(connection, name, vault)
            sources.add(connection, name, VENDOR, (password,), vault, now)
            sources.set_ours(connection, name, ours)
            source = sources.by_name(connection, name, vault)
            mail_folders.add(connection, source.id, place, position, now)
    finally:
        database.close()


def _require_free(connection: Any, name: str, vault: Vault) -> None:
    try:
        sources.by_name(connection, name, vault)
    except UnknownSource:
        return
    raise BadInput(f"name {name!r}: there is a source of that name already")
