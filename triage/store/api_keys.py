"""Programs' keys: a random secret shown once, its SHA-256 here, and what it may."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update

from triage.domain.person import Principal, Right, program
from triage.store.access_tables import api_key
from triage.store.database import insert_once
from triage.store.sessions import TOKEN_BYTES, hashed

PREFIX = "triage_"  # so that scanners for leaked secrets can know one
USE_NOTED = timedelta(minutes=1)  # at most so often is the use of a key written down


_WHOSE = select(api_key.c.name, api_key.c.scopes, api_key.c.used_at).where(
    api_key.c.key_hash == bindparam("key_hash"), api_key.c.revoked_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key as it may be listed: never the key itself."""

    id: int
    name: str
    scopes: frozenset[Right]
    made_at: datetime
    made_by: str | None  # None: before this was kept
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


def new_key() -> str:
    """Return a fresh key."""
    return f"{PREFIX}{secrets.token_urlsafe(TOKEN_BYTES)}"


def add(
    connection: Connection, name: str, key: str, scopes: Collection[Right], by: str, now: datetime
) -> bool:
    """Keep a key that `by` made; return whether its name was free."""
    row = {"name": name, "key_hash": hashed(key), "scopes": sorted(scopes)}
    return insert_once(connection, api_key, row | {"made_at": now, "made_by": by}) is not None


def whose(connection: Connection, key: str, now: datetime) -> tuple[Principal | None, bool]:
    """Return who asks with this key, and whether its use should be noted."""
    row = connection.execute(_WHOSE, {"key_hash": hashed(key)}).first()
    if row is None:
        return None, False
    unnoted = row.used_at is None or now - row.used_at >= USE_NOTED
    return program(row.name, frozenset(map(Right, row.scopes))), unnoted


def note_use(connection: Connection, key: str, now: datetime) -> None:
    """Write down that a key is used, unless another process just did."""
    before = or_(api_key.c.used_at.is_(None), api_key.c.used_at <= now - USE_NOTED)
    kept = update(api_key).where(api_key.c.key_hash == hashed(key), before)
    connection.execute(kept.values(used_at=now))


def listed(connection: Connection) -> list[ApiKey]:
    """Return all keys, those in force first, by name."""
    rows = connection.execute(
        select(api_key).order_by(api_key.c.revoked_at.is_not(None), api_key.c.name)
    )
    return [
        ApiKey(
            id=row.id,
            name=row.name,
            scopes=frozenset(map(Right, row.scopes)),
            made_at=row.made_at,
            made_by=row.made_by,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
            revoked_by=row.revoked_by,
        )
        for row in rows
    ]


def revoke(connection: Connection, name: str, by: str, now: datetime) -> bool:
    """End a key, for good; return whether there was one in force of that name."""
    kept = update(api_key).where(api_key.c.name == name, api_key.c.revoked_at.is_(None))
    return bool(connection.execute(kept.values(revoked_at=now, revoked_by=by)).rowcount)
