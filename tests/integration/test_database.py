"""The database's troubles reach us as one error of ours, whichever way they come."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from triage.errors import StoreUnavailable
from triage.store.database import Database


def _idle(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("SET idle_in_transaction_session_timeout = 50"))
        time.sleep(0.5)
        connection.execute(text("SELECT 1"))


def test_a_transaction_that_idled_too_long_is_an_unavailable_store(postgres):
    made = postgres.create(f"t{uuid4().hex}").replace("postgresql://", "postgresql+psycopg://")
    database = Database(made)
    try:
        with pytest.raises(StoreUnavailable, match="broke"):
            _idle(database)
    finally:
        database.close()


def test_a_search_knows_no_case_beyond_ascii_too(database):
    with database.reading() as connection:
        assert connection.execute(text("SELECT lower('ÄRGER')")).scalar() == "ärger"
