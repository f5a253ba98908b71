"""The process that tells a helpdesk is killed often: nothing is lost, no note comes twice.

It is killed when a call of its arrived, which the helpdesk then carries out all the same.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.service import environment_of, fresh_settings
from tests.servers import wait_until
from tests.standins.pulling import Leaping
from tests.standins.standin import served
from tests.standins.told import Told, told
from tests.standins.zendesk_writes import WrittenZendesk
from triage.ports import utcnow
from triage.store import outbox_tables, schema
from triage.store.database import Database
from workers import schedule

TICKETS, KILLS = 60, 20
CALLS = (1, 8)  # of a life: reading a ticket and writing it are two
LINGERS = (0.0, 0.02)  # s after the call that it dies of
WITHIN = 120.0  # s, on a busy machine


@dataclass
class Killer:
    """Kills whoever calls, after some calls more."""

    chance: random.Random
    victim: Any = None
    left: int = 0

    def aim(self, victim: Any) -> None:
        self.left, self.victim = self.chance.randint(*CALLS), victim

    def __call__(self, _path: str) -> None:
        self.left -= 1
        if self.left == 0 and self.victim:
            time.sleep(self.chance.uniform(*LINGERS))
            self.victim.kill()


def live(environment: dict[str, str]) -> None:
    """Be `python -m workers.schedule`, forked from a process that has imported it."""
    os.environ.update(environment)
    schedule.main()


@pytest.mark.timeout(600)  # twenty starts, on a busy machine
def test_nothing_is_lost_and_no_note_comes_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = fresh_settings(tmp_path)
    schema.migrate(settings.database)
    killer, began = Killer(random.Random(20261202)), time.monotonic()
    limits = {"account": 60_000}
    desk = WrittenZendesk(Leaping(now=utcnow()), before=killer, limits=limits)
    with closing(Database(settings.database)) as database, served(desk), told(desk, database) as it:
        for number in range(1, TICKETS + 1):
            it.ticket(number)
        live_and_die(it, tmp_path, killer)
    notes = Counter(len(it.notes(number)) for number in range(1, TICKETS + 1))
    with capsys.disabled():
        seconds = time.monotonic() - began
        print(f"\n{KILLS} kills, {desk.writes} updates of {TICKETS} tickets, {seconds:.0f} s")  # noqa: T201
    assert notes == {1: TICKETS}
    assert desk.reached == []


def live_and_die(it: Told, folder: Path, killer: Killer) -> None:
    """Have the sweep write, die and write again, then end in peace."""
    environment = environment_of(it.pulled.settings) | {
        "TRIAGE_DATA_FOLDER": str((folder / "data").absolute()),
        "TRIAGE_OUTBOUND_PRIVATE_HOSTS": it.pulled.settings.outbound_private_hosts,
    }
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["workers.schedule"])
    for _ in range(KILLS):
        process = forks.Process(target=live, args=(environment,))
        killer.aim(process)
        process.start()
        process.join(WITHIN)
        assert process.exitcode == -signal.SIGKILL
        lapse(it)
    killer.victim = None
    process = forks.Process(target=live, args=(environment,))
    process.start()
    try:
        wait_until(lambda: all_told(it), "all is told", WITHIN)
    finally:
        process.kill()
        process.join()


def lapse(it: Told) -> None:
    """End the lease of a dead process, which others wait for otherwise."""
    past = {"lease_until": utcnow() - timedelta(seconds=1)}
    with it.pulled.database.writing() as connection:
        connection.execute(outbox_tables.writer.update().values(past))
        connection.execute(outbox_tables.outbox.update().values(wake_at=utcnow()))


def all_told(it: Told) -> bool:
    with it.pulled.database.reading() as connection:
        states = connection.execute(outbox_tables.outbox.select()).all()
    return {row.state for row in states} == {"done"} and len(states) == TICKETS
