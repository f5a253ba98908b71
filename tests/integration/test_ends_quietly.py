"""The web process ends soon and without noise, also while pages are open."""

from __future__ import annotations

import signal
import time
import urllib.request

import pytest

from tests.fakes import NOON
from tests.servers import free_port
from tests.webprocess import PATIENCE, installed_at, web_process
from triage import programs
from triage.domain.person import Right
from triage.store.database import Database

AT_MOST = 10.0  # s; it takes less than one on an idle machine


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told"])
def test_open_streams_end_with_the_process(tmp_path, number):
    settings = installed_at(tmp_path, free_port())
    database = Database(settings.database)
    key = programs.add_key(database, "Ada", "wall", [Right.READ], NOON)
    database.close()
    request = urllib.request.Request(f"http://127.0.0.1:{settings.port}/api/events")
    request.add_header("Authorization", f"Bearer {key}")
    with (
        web_process(settings) as process,
        urllib.request.urlopen(request, timeout=PATIENCE) as stream,
    ):
        time.sleep(0.5)  # so that it listens
        began = time.monotonic()
        process.send_signal(number)
        said, _ = process.communicate(timeout=PATIENCE)
        stream.read()  # raises where it was broken off
        assert time.monotonic() - began < AT_MOST
        assert "Traceback" not in said
        assert "rror" not in said
