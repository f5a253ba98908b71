"""Folders of mailboxes: where they are, and how far each was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from triage.store.mail_tables import mail_folder
from triage.store.sources import Vault
from triage.store.tables import source

MAX_TROUBLE = 200  # characters of one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One folder of one mailbox."""

    host: str
    port: int
    starttls: bool
    user: str
    folder: str
    marks_read: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which message a folder was read. Numbers count within one `validity` only."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A source that is a folder, as it is now."""

    source_id: int
    name: str
    ours: frozenset[str]
    place: Place
    password: str = field(repr=False)
    position: Position
    read_at: datetime
    trouble: str


def add(
    connection: Connection, source_id: int, place: Place, position: Position, now: datetime
) -> None:
    """Have a source read a folder from that position on."""
    row = {
        "host": place.host,
        "port": place.port,
        "starttls": place.starttls,
        "user": place.user,
        "folder": place.folder,
        "marks_read": place.marks_read,
    }
    known = {"uid_validity": position.validity, "last_uid": position.uid, "read_at": now}
    connection.execute(insert(mail_folder).values(source_id=source_id, **row, **known))


def all_folders(connection: Connection, vault: Vault) -> list[Folder]:
    """Return every folder, by its source's id. Raises BadInput where a password cannot be read."""
    both = mail_folder.join(source)
    columns = (*mail_folder.c, source.c.name, source.c.secrets, source.c.ours)
    rows = connection.execute(select(*columns).select_from(both).order_by(source.c.id))
    return [_folder(row, vault) for row in rows]


def standing(connection: Connection) -> Sequence[Any]:
    """Return of every folder its source's name, where it is, and how the last look went."""
    columns = (mail_folder.c.host, mail_folder.c.folder, mail_folder.c.read_at)
    query = select(source.c.name, *columns, mail_folder.c.trouble)
    return connection.execute(query.select_from(mail_folder.join(source))).all()


def move_on(connection: Connection, source_id: int, position: Position) -> None:
    """Note that all up to this message is stored. Never back, also where two processes read."""
    mine = mail_folder.c.source_id == source_id
    behind = (mail_folder.c.last_uid < position.uid) | (
        mail_folder.c.uid_validity != position.validity
    )
    values = {"uid_validity": position.validity, "last_uid": position.uid}
    connection.execute(update(mail_folder).where(mine & behind).values(values))


def note(connection: Connection, source_id: int, read_at: datetime | None, trouble: str) -> None:
    """Note how a look went: read to its end, or why not."""
    values: dict[str, Any] = {"trouble": trouble[:MAX_TROUBLE]}
    if read_at is not None:
        values["read_at"] = read_at
    mine = mail_folder.c.source_id == source_id
    connection.execute(update(mail_folder).where(mine).values(values))


def _folder(row: Any, vault: Vault) -> Folder:
    place = Place(
        host=row.host,
        port=row.port,
        starttls=row.starttls,
        user=row.user,
        folder=row.folder,
        marks_read=row.marks_read,
    )
    return Folder(
        source_id=row.source_id,
        name=row.name,
        ours=frozenset(row.ours),
        place=place,
        password=vault.open(row.secrets)[0],
        position=Position(row.uid_validity, row.last_uid),
        read_at=row.read_at,
        trouble=row.trouble,
    )
