"""Accounts: how a source's helpdesk is called, its credentials encrypted, its circuit breaker."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from triage.domain.breaker import CLOSED, Breaker
from triage.errors import NotConnected
from triage.store.outbound_tables import account, call_limit
from triage.store.sources import Vault
from triage.store.tables import source


@dataclass(frozen=True, slots=True)
class Connected:
    """A source whose helpdesk can be called."""

    source_id: int
    name: str
    vendor: str
    address: str
    credentials: Mapping[str, str] = field(repr=False)
    connected_at: datetime
    own: str | None = None  # who we are there; None: not asked yet, empty: it does not tell


def connect(
    connection: Connection,
    source_id: int,
    address: str,
    credentials: Mapping[str, str],
    vault: Vault,
    now: datetime,
) -> None:
    """Note how a source's helpdesk is called, in place of what was known; its breaker is closed."""
    connection.execute(call_limit.delete().where(call_limit.c.source_id == source_id))
    connection.execute(account.delete().where(account.c.source_id == source_id))
    connection.execute(
        insert(account).values(
            source_id=source_id,
            address=address,
            credentials=vault.seal_values(credentials),
            connected_at=now,
        )
    )


def of_source(connection: Connection, name: str, vault: Vault) -> Connected:
    """Return how the source of that name is called. Raises NotConnected."""
    query = select(account, source.c.name, source.c.vendor).join(source)
    row = connection.execute(query.where(source.c.name == name)).first()
    if row is None:
        raise NotConnected(f"{name}: not connected; say how to with: triage sources connect {name}")
    credentials = vault.open_values(row.credentials)
    known = (row.source_id, row.name, row.vendor, row.address, credentials, row.connected_at)
    return Connected(*known, row.own)


def note_own(connection: Connection, source_id: int, own: str) -> None:
    """Keep who we are at a helpdesk; what comes from there in that name is our own echo."""
    connection.execute(update(account).where(account.c.source_id == source_id).values(own=own))
    mine = source.c.id == source_id
    ours = connection.execute(select(source.c.ours).where(mine).with_for_update()).scalar_one()
    known = sorted({*ours, own.lower()} - {""})
    connection.execute(update(source).where(mine).values(ours=known))


def names(connection: Connection, vendors: Collection[str]) -> list[str]:
    """Return the names of the sources of these vendors that are connected."""
    query = select(source.c.name).join(account, account.c.source_id == source.c.id)
    mine = query.where(source.c.vendor.in_(vendors)).order_by(source.c.id)
    return list(connection.execute(mine).scalars())


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source's helpdesk is called, and whether it is left alone for its failures."""

    address: str
    breaker: Breaker


def standing(connection: Connection) -> dict[str, Standing]:
    """Return by name how each connected source stands."""
    columns = (source.c.name, account.c.address, account.c.failures, account.c.opened_at)
    rows = connection.execute(select(*columns).join(account, account.c.source_id == source.c.id))
    return {it.name: Standing(it.address, Breaker(it.failures, it.opened_at)) for it in rows}


def breaker(connection: Connection, source_id: int) -> Breaker:
    """Lock and return an account's circuit breaker."""
    columns = select(account.c.failures, account.c.opened_at)
    mine = columns.where(account.c.source_id == source_id).with_for_update()
    row = connection.execute(mine).first()
    return Breaker(row.failures, row.opened_at) if row else CLOSED


def set_breaker(connection: Connection, source_id: int, found: Breaker) -> None:
    connection.execute(
        update(account)
        .where(account.c.source_id == source_id)
        .values(failures=found.failures, opened_at=found.opened_at)
    )
