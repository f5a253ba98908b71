"""Whoever asks whether it is ready waits for nobody who writes, and nobody waits for them."""

from __future__ import annotations

import time

import pytest

SOON = 3.0  # s; whoever waited for SQLite's lock would wait five


def test_it_is_ready_while_somebody_writes(service):
    with service.database.writing():
        began = time.monotonic()
        assert service.client.get("/readyz").status_code == 200
        assert time.monotonic() - began < SOON


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_takes_no_writes_is_not_ready(service):
    assert service.client.get("/readyz").status_code == 200
    name = service.database.engine.url.database
    with service.database.writing() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only=on')
    service.state.database.engine.dispose()  # what is connected already is not told
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "the database takes no writes")
