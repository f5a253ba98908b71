"""A process that freezes while it holds a lock: the others wait for it so long and no longer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from tests.integration.test_decide import World
from triage.store.database import IDLE_TIMEOUT, Database
from triage.store.tables import ticket


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_freezes_within_a_transaction_loses_its_locks(database: Database):
    World(database).accept("m1", "hello")
    with frozen(database) as connection:
        began = time.monotonic()
        with database.writing() as other:  # stands in line behind the frozen one
            other.execute(select(ticket.c.id).with_for_update())
        waited = time.monotonic() - began
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1"))
    assert 0.9 * IDLE_TIMEOUT <= 1000 * waited <= 3 * IDLE_TIMEOUT


@contextmanager
def frozen(database: Database) -> Iterator[Connection]:
    """Yield a connection that locked every ticket and does nothing more."""
    with database.engine.connect() as connection:
        connection.execute(select(ticket.c.id).with_for_update())
        yield connection
        connection.invalidate()
