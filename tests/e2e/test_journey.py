"""One ticket through the service as `triage up` runs it, and what becomes of its processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.admitted import a_key_of
from tests.e2e.helpdesk import Helpdesk, a_ticket
from tests.e2e.service import READY_WITHIN, SOURCE, environment_of, fresh_settings
from tests.servers import wait_until
from triage import administration
from triage.settings import Settings

DECIDED_WITHIN = 10.0  # s
GONE_WITHIN = 15.0  # s
PROGRAMS = ("triage.api", "workers", "workers.schedule")
ANGRY = "This is the FOURTH time I write. You charged me twice and nobody answers. I am furious!"


@dataclass
class Running:
    """A service that `triage up` keeps, and who may talk to it."""

    settings: Settings
    helpdesk: Helpdesk
    supervisor: psutil.Popen
    api_key: str

    @property
    def address(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"

    def get(self, path: str) -> Any:
        key = {"Authorization": f"Bearer {self.api_key}"}
        return httpx.get(f"{self.address}{path}", headers=key, timeout=10).json()

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def child(self, module: str) -> psutil.Process | None:
        """Return the child that runs this module."""
        children = {one.pid: one.cmdline() for one in self.supervisor.children()}
        return next((psutil.Process(pid) for pid, it in children.items() if module in it), None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return fresh_settings(tmp_path)


@contextmanager
def up(settings: Settings, secret: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "triage.cli", "up"]
    with (settings.data_folder / "up.log").open("ab") as log:
        supervisor = psutil.Popen(
            command,
            env=environment_of(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    helpdesk = Helpdesk(f"http://{settings.host}:{settings.port}/webhooks/{SOURCE}", secret)
    running = Running(settings, helpdesk, supervisor, a_key_of(settings))
    try:
        wait_until(running.is_ready, "triage up is ready", READY_WITHIN)
        yield running
    finally:
        family = (
            [*supervisor.children(recursive=True), supervisor] if supervisor.is_running() else []
        )
        for process in family:
            process.kill()
        supervisor.wait()


def a_source(settings: Settings) -> str:
    return administration.add_source(settings, "generic", SOURCE).secret


def rows(running: Running, since: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of the stream as they come."""
    key = {"Authorization": f"Bearer {running.api_key}"}
    url = f"{running.address}/api/events?since={since}"
    with httpx.stream("GET", url, headers=key, timeout=DECIDED_WITHIN) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_ticket_comes_by_webhook_reaches_the_page_and_is_there_after_a_restart(
    settings: Settings,
):
    secret = a_source(settings)
    with up(settings, secret) as running:
        assert (
            running.helpdesk.send(a_ticket(ANGRY, ticket_id="T-1")).json()["status"] == "accepted"
        )
        sent = time.monotonic()
        row = next(row for row in rows(running, since=0) if row["decided"])
        assert time.monotonic() - sent < DECIDED_WITHIN
        assert (row["external_id"], row["source"], row["state"]) == ("T-1", SOURCE, "scored")
        assert row["lane"] == "charged"
        assert row["why"]
        ticket = running.get(f"/api/tickets/{row['id']}")
        assert ticket["messages"][0]["text"] == ANGRY
        assert ticket["card"]["opening"]
        assert ticket["card"]["opening"] == row["say_first"]

        family = running.supervisor.children(recursive=True)
        assert len(family) == len(PROGRAMS)
        running.supervisor.send_signal(signal.SIGINT)
        assert running.supervisor.wait(GONE_WITHIN) == 0
        wait_until(lambda: all(map(is_gone, family)), "Ctrl-C ends every process", 1.0)
    with up(settings, secret) as running:
        (again,) = running.get("/api/desk")["rows"]
        assert again == {name: row[name] for name in again}


def test_a_killed_api_is_started_again_and_serves(settings: Settings):
    with up(settings, a_source(settings)) as running:
        old = running.child("triage.api")
        assert old
        old.kill()
        wait_until(lambda: is_gone(old), "the API is dead")
        wait_until(running.is_ready, "the API is back", READY_WITHIN)
        new = running.child("triage.api")
        assert new
        assert new.pid != old.pid
        assert running.helpdesk.send(a_ticket()).json()["status"] == "accepted"


def test_no_process_outlives_a_killed_supervisor(settings: Settings):
    with up(settings, a_source(settings)) as running:
        wait_until(lambda: all(map(running.child, PROGRAMS)), "every program runs")
        family = running.supervisor.children(recursive=True)
        os.kill(running.supervisor.pid, signal.SIGKILL)
        wait_until(lambda: all(map(is_gone, family)), "the children end by themselves", GONE_WITHIN)
