"""The day that `triage demo` plays, through the webhook of a real web process."""

from __future__ import annotations

import subprocess
import sys
import time

from sqlalchemy import func, select

from tests.servers import free_port
from tests.webprocess import installed_at, known_as, web_process
from triage.store import tables
from triage.store.database import Database


def test_the_demo_waits_for_a_service_that_was_only_just_started(tmp_path):
    settings = installed_at(tmp_path, free_port())
    with subprocess.Popen(
        [sys.executable, "-m", "triage.cli", "demo", "--pace", "0"], env=known_as(settings)
    ) as demo:
        time.sleep(3)
        assert demo.poll() is None  # nobody answers yet
        with web_process(settings):
            assert demo.wait(60) == 0
    database = Database(settings.database)
    with database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(tables.ticket)).scalar_one()
    database.close()
    assert count > 20
