"""`triage backlog pull`, a process that is killed again and again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.servers import wait_until
from tests.standins.freshdesk import Freshdesk
from tests.standins.pulling import a_case
from tests.standins.standin import served
from triage import connect
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import sources, tables
from triage.store.database import Database
from triage.store.sources import Vault, new_key

CASES = 90
KILLS = (1, 20, 30)  # calls that a run may make until it is killed


@pytest.fixture
def desk() -> Iterator[Freshdesk]:
    made = Freshdesk(utcnow, limits={"account": 60_000}, page=20, part=100)
    for number in range(1, CASES + 1):
        made.put(a_case(number, "One.", "agent:Two.", "Three.", ago=100 - number))
    made.before = lambda _path: time.sleep(0.01)
    with served(made):
        yield made


@pytest.fixture
def environment(desk: Freshdesk, database: Database, tmp_path: Path) -> dict[str, str]:
    url = database.engine.url.render_as_string(hide_password=False)
    key, host = new_key(), f"127.0.0.1:{desk.port}"
    settings = Settings(secret_key=key, database_url=url, outbound_private_hosts=host)
    with database.writing() as connection:
        sources.add(connection, "desk", "freshdesk", ("s" * 32,), Vault(key), utcnow())
    given = {"address": desk.address, "key": desk.given["key"]}
    connect.connect(database, settings, "desk", given, utcnow())
    known = {"TRIAGE_DATA_FOLDER": str(tmp_path), "DATABASE_URL": url, "TRIAGE_SECRET_KEY": key}
    return os.environ | known | {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": host}


def begin(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "triage.cli", "backlog", "pull", "desk", "--since", "9999d"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def messages(database: Database) -> Counter[tuple[str, str]]:
    query = select(tables.ticket.c.external_id, tables.message.c.text).join(
        tables.message, tables.message.c.ticket_id == tables.ticket.c.id
    )
    with database.reading() as connection:
        return Counter((row.external_id, row.text) for row in connection.execute(query))


@pytest.mark.timeout(600)
def test_a_pull_that_is_killed_again_and_again_loses_nothing_and_stores_nothing_twice(
    desk, environment, database
):
    kept = []
    for calls in KILLS:
        before = len(desk.asked)
        with begin(environment) as running:
            try:
                wait_until(lambda: len(desk.asked) >= before + calls, "it reads", 120)  # noqa: B023
            finally:
                running.kill()
        kept.append(sum(messages(database).values()))
    desk.asked.clear()
    with begin(environment) as last:
        out, err = last.communicate(timeout=300)
    assert last.returncode == 0, err
    assert "rejects were read" in out
    assert messages(database) == Counter(
        (str(number), text) for number in range(1, CASES + 1) for text in ("One.", "Two.", "Three.")
    )
    assert kept == sorted(kept)
    assert 0 < kept[-1] < CASES * 3  # it was killed in the middle, and what it had was kept
    read_again = sum("/conversations?" in it for it in desk.asked)
    assert read_again <= CASES - kept[-1] // 3
