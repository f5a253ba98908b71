"""Whether deliveries can be stored, asked without a write: whoever asks waits for no lock."""

from __future__ import annotations

from sqlalchemy import Connection, select

from triage.errors import StoreUnavailable
from triage.store.tables import delivery


def check(connection: Connection) -> None:
    """Raises StoreUnavailable where PostgreSQL takes no writes: a standby, or set to read only."""
    connection.execute(select(delivery.c.key).limit(1))
    postgres = connection.dialect.name == "postgresql"
    if postgres and connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
        raise StoreUnavailable("the database takes no writes")
