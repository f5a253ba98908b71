"""Under load, each part is killed, frozen and emptied: nothing acknowledged is lost or done twice.

`TRIAGE_SURVIVAL_SEED` repeats the deliveries and the order of the faults of an earlier run.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e import checker, nemesis
from tests.e2e.helpdesk import Helpdesk
from tests.e2e.machine import slowness
from tests.e2e.nemesis import Faults, Nemesis
from tests.e2e.service import API, SWEEP, Service, running
from tests.e2e.traffic import RATE, Traffic
from tests.servers import wait_until
from triage import administration
from triage.store.database import Database

FAULTS_FOR = 36.0  # s of a quick machine
SETTLED_WITHIN = 60.0  # s after the last fault

WORKER = [
    sys.executable,
    "-m",
    "tests.e2e.poisoned_worker",
    "--queues",
    "live,bulk",
    "--threads",
    "2",
]
WORKERS = {f"worker-{number}": WORKER for number in (1, 2, 3)}
PROGRAMS: dict[str, Sequence[str]] = {"api": API, "sweep": SWEEP} | WORKERS


@dataclass(frozen=True)
class Pair:
    """A broker and a database, and what can happen to the broker."""

    name: str
    faults: Faults
    database_url: str = ""
    redis_url: str = ""


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("TRIAGE_SURVIVAL_SEED") or random.SystemRandom().randrange(10_000))


@pytest.fixture(params=["embedded", "redis+postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    if request.param == "embedded":
        return Pair(request.param, nemesis.of_file(tmp_path / "data" / "broker.db"))
    redis, postgres = map(request.getfixturevalue, ("redis_server", "postgres"))
    return Pair(
        request.param, nemesis.of_redis(redis), postgres.create(f"t{uuid4().hex}"), redis.url
    )


@pytest.mark.timeout(900)  # a slow machine's
def test_nothing_acknowledged_is_lost_or_decided_twice(
    pair: Pair, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    slow = slowness()  # what comes and what breaks keeps the machine's own time
    _say(capsys, f"survival of {pair.name}, seed {seed}, {slow:.1f} times slower than quick")
    with running(
        tmp_path, PROGRAMS, database_url=pair.database_url, redis_url=pair.redis_url
    ) as service:
        _staff(service)
        traffic = Traffic(Helpdesk(service.webhook, service.secret), seed, RATE / slow)
        enemy = Nemesis(service, pair.faults, seed, slow)
        sending = traffic.start(FAULTS_FOR * slow)
        enemy.torment(FAULTS_FOR * slow)
        sending.result()
        with closing(Database(service.settings.database)) as database:
            calm = time.monotonic()
            wait_until(lambda: checker.is_settled(database), "all is decided", SETTLED_WITHIN)
            rows, settled = checker.read(database), time.monotonic() - calm
    poison = {one.sent.ticket for one in traffic.acknowledged if "POISON" in one.sent.ticket}
    worst = max(one.waited for one in checker.delays(rows, poison))
    _say(
        capsys,
        f"{len(rows.messages)} messages at {traffic.rate:.0f}/s, {len(rows.decisions)} decisions, "
        f"{len(traffic.acknowledged)} acknowledgements in {traffic.tries} tries, "
        f"{sum(enemy.done.values())} faults {dict(sorted(enemy.done.items()))}, "
        f"{service.logs().count('lease_lost')} refused at the fence, dead {sorted(poison)}, "
        f"worst delay {worst.total_seconds():.1f} s, settled after {settled:.1f} s",
    )
    assert not traffic.surprises
    assert not traffic.unanswered
    assert poison, "the poisonous ticket was never acknowledged"
    found = checker.complaints(rows, traffic.acknowledged, poison, checker.latest(slow))
    assert not found, f"seed {seed}, logs in {tmp_path}"


def _say(capsys: pytest.CaptureFixture[str], what: str) -> None:
    """Show the run in CI's log, also where it passes: its history is the evidence."""
    with capsys.disabled():
        print(f"\n{what}", flush=True)  # noqa: T201


def _staff(service: Service) -> None:
    with resources.as_file(resources.files("triage.demo") / "agents.csv") as roster:
        administration.import_agents(service.settings, roster)
