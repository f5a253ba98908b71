"""Sources: which helpdesk may send, and the secrets it signs with, encrypted at rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, delete, insert, select, update

from triage.domain.ticket import Mode
from triage.errors import BadInput, UnknownSource
from triage.store.tables import source

#: As it stands in a source's address, `/webhooks/NAME`.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Source:
    """One sender; any of its `secrets` may sign, so that they can be rotated.

    `ours` are names of our own side there, in lower case: support addresses, our accounts.
    """

    id: int
    name: str
    vendor: str
    secrets: tuple[str, ...] = field(repr=False)
    ours: frozenset[str] = frozenset()


class Vault:
    """Encrypts secrets with the first of its keys and decrypts with any (for rotation)."""

    def __init__(self, keys: str) -> None:
        """`keys`: as `fernet_of` takes them. Raises BadInput."""
        self._fernet = fernet_of(keys)

    def seal(self, secrets: tuple[str, ...]) -> str:
        return self._fernet.encrypt(orjson.dumps(secrets)).decode()

    def open(self, sealed: str) -> tuple[str, ...]:
        return tuple(self._opened(sealed))

    def seal_values(self, values: Mapping[str, str]) -> str:
        return self._fernet.encrypt(orjson.dumps(dict(values))).decode()

    def open_values(self, sealed: str) -> dict[str, str]:
        return dict(self._opened(sealed))

    def _opened(self, sealed: str) -> Any:
        try:
            return orjson.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise BadInput("a source's secrets were encrypted with another key") from error


def fernet_of(keys: str) -> MultiFernet:
    """Return what encrypts with the first and decrypts with any of the installation's secret keys.

    `keys`: one or more Fernet keys, newest first, separated by commas. Raises BadInput.
    """
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
    except ValueError as error:
        raise BadInput("TRIAGE_SECRET_KEY: expected Fernet keys, separated by commas") from error


def new_key() -> str:
    """Return a fresh key for a Vault."""
    return Fernet.generate_key().decode()


def add(
    connection: Connection,
    name: str,
    vendor: str,
    secrets: tuple[str, ...],
    vault: Vault,
    now: datetime,
) -> None:
    """Store a new source. Raises sqlalchemy.exc.IntegrityError where the name is taken."""
    sealed = vault.seal(secrets)
    connection.execute(
        insert(source).values(name=name, vendor=vendor, secrets=sealed, created_at=now)
    )


def by_name(connection: Connection, name: str, vault: Vault) -> Source:
    """Return the source of that name. Raises UnknownSource."""
    row = connection.execute(select(source).where(source.c.name == name)).first()
    if row is None:
        raise UnknownSource(f"there is no source named {name!r}")
    return Source(row.id, row.name, row.vendor, vault.open(row.secrets), frozenset(row.ours))


def listed(connection: Connection) -> list[tuple[str, str, str, bool]]:
    """Return name, vendor, mode and whether first messages may raise the lane, by name."""
    columns = (source.c.name, source.c.vendor, source.c.mode, source.c.opening_raises)
    rows = connection.execute(select(*columns).order_by(source.c.name))
    return [tuple(row) for row in rows]


def set_mode(connection: Connection, name: str, mode: Mode, *, opening_raises: bool) -> None:
    """Say what Triage may do with a source's tickets. Raises UnknownSource."""
    mine = update(source).where(source.c.name == name)
    changed = connection.execute(mine.values(mode=mode, opening_raises=opening_raises))
    if not changed.rowcount:
        raise UnknownSource(f"there is no source named {name!r}")


def set_ours(connection: Connection, name: str, ours: Iterable[str]) -> None:
    """Say which names are of our own side at a source. Raises UnknownSource."""
    known = sorted({one.strip().lower() for one in ours} - {""})
    changed = connection.execute(update(source).where(source.c.name == name).values(ours=known))
    if not changed.rowcount:
        raise UnknownSource(f"there is no source named {name!r}")


def change_secrets(
    connection: Connection, name: str, secrets: tuple[str, ...], vault: Vault
) -> None:
    """Replace a source's secrets. Raises UnknownSource."""
    changed = connection.execute(
        source.update().where(source.c.name == name).values(secrets=vault.seal(secrets))
    )
    if not changed.rowcount:
        raise UnknownSource(f"there is no source named {name!r}")


def remove(connection: Connection, name: str) -> None:
    """Remove a source that never received anything. Raises sqlalchemy.exc.IntegrityError else."""
    connection.execute(delete(source).where(source.c.name == name))
