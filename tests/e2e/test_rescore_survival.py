"""Workers are killed and the broker is emptied in the middle of a run: nothing lost, nothing twice.

And what is live is decided meanwhile, as if there were no run.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.e2e import nemesis
from tests.e2e.counting_worker import VERSION, read_log
from tests.e2e.nemesis import Faults
from tests.e2e.service import SWEEP, Program, Service, environment_of, fresh_settings
from tests.integration.rescoring import CALMER
from tests.integration.test_decide import World
from tests.servers import wait_until
from triage import rescore
from triage.domain.rescoring import RunState, Verb
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import rescore_tables, schema, tables
from triage.store.database import Database

TICKETS = 640
KILLS = {"embedded": 20, "redis+postgresql": 8}
BETWEEN = (0.0, 0.3)  # s after a text was read
WITHIN = 300.0  # s for a run, on a busy machine
WORKER = [
    sys.executable,
    "-m",
    "tests.e2e.counting_worker",
    "--queues",
    "live,bulk",
    "--threads",
    "2",
]
PROGRAMS = {"sweep": SWEEP} | {f"worker-{n}": WORKER for n in (1, 2)}


@dataclass
class Pair:
    """A database and a broker with what can happen to it."""

    name: str
    faults: Faults
    urls: dict[str, str] = field(default_factory=dict)


@pytest.fixture(params=list(KILLS))
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    if request.param == "embedded":
        return Pair(request.param, nemesis.of_file(tmp_path / "data" / "broker.db"))
    redis, postgres = map(request.getfixturevalue, ("redis_server", "postgres"))
    urls = {"database_url": postgres.create(f"t{uuid4().hex}"), "redis_url": redis.url}
    return Pair(request.param, nemesis.of_redis(redis), urls)


def a_backlog(database: Database) -> World:
    """Decide a backlog by another model than the workers have, in this process."""
    world = World(database)
    world.clock.now = utcnow()
    world.hire(capacity=50)
    tickets = [
        world.accept(f"m{n}", f"full of anger {n}", ticket=f"t{n}", at=utcnow())
        for n in range(TICKETS)
    ]
    for at in range(0, TICKETS, 64):
        world.decide(*tickets[at : at + 64])
    return world


class Workers(Service):
    """Workers and the sweep without a web process."""

    def start(self) -> None:
        for program in self.programs.values():
            program.start()
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()


@contextmanager
def at_work(folder: Path, settings: Settings) -> Iterator[Workers]:
    """Have workers and the sweep work; who dies is started again."""
    environment, (lifeline, held) = environment_of(settings), os.pipe()
    programs = {
        name: Program(name, command, environment, folder, lifeline)
        for name, command in PROGRAMS.items()
    }
    workers = Workers(folder, settings, "", programs, "")
    try:
        workers.start()
        yield workers
    finally:
        workers.end()
        os.close(held)
        os.close(lifeline)


@pytest.mark.timeout(900)  # each kill costs a lease
def test_a_run_survives_its_workers_and_its_broker(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = fresh_settings(tmp_path, **pair.urls)
    schema.migrate(settings.database)
    with closing(Database(settings.database)) as database:
        world = a_backlog(database)
        run = begin(database)
        with at_work(tmp_path, settings) as service:
            kills = torment(service, database, run, KILLS[pair.name], pair.faults)
            live = world.accept("live", "full of anger, live", ticket="live", at=utcnow())
            wait_until(lambda: is_scored(database, run), "all is scored", WITHIN)
            wait_until(
                lambda: world.ticket(live).state == "done", "what is live is decided", WITHIN
            )
            again = read_again(settings.data_folder)
            assert "failed" not in applied(database, run), service.logs()
            rescore.act(database, run, Verb.APPLY, "Sue", utcnow(), rate=1_000)
            wait_until(lambda: state(database, run) == "applied", "all is applied", WITHIN)
            assert count(database, rescore_tables.item) == TICKETS
            assert scorings(database) == TICKETS + 1  # and the live one
            assert applied(database, run) == {"applied": TICKETS}
            rescore.act(database, run, Verb.UNDO, "Sue", utcnow())
            wait_until(lambda: state(database, run) == "undone", "all is taken back", WITHIN)
    with capsys.disabled():
        print(f"\n{pair.name}: {kills} kills, {again} texts read again, none stored twice")  # noqa: T201
    assert again <= kills * 100  # a second of work of two threads for each


def begin(database: Database) -> int:
    asked = rescore.Asked(open=True, policy=CALMER)
    return rescore.start(database, asked, "Sue", utcnow())


def torment(service: Service, database: Database, run: int, kills: int, faults: Faults) -> int:
    """Kill a worker again and again while a text is read; empty the broker now and then."""
    chance = random.Random(20261202)
    emptied = next(it for name, it in faults.items() if name == "broker emptied")
    log = read_log(service.settings.data_folder)
    for number in range(kills):
        size = log.stat().st_size if log.exists() else 0
        wait_until(lambda: log.exists() and log.stat().st_size > size, "a text is read", WITHIN)  # noqa: B023
        time.sleep(chance.uniform(*BETWEEN))
        name = chance.choice(service.working() or service.workers())
        service.programs[name].signal(signal.SIGKILL)
        if number % 5 == 4:
            emptied()
        if is_scored(database, run):
            return number + 1
    return kills


def state(database: Database, run: int) -> RunState:
    return rescore.look(database, run).state


def is_scored(database: Database, run: int) -> bool:
    return state(database, run) is RunState.SCORED


def applied(database: Database, run: int) -> dict[str, int]:
    return {str(it): n for it, n in rescore.look(database, run).progress.items.items()}


def count(database: Database, table: object) -> int:
    with database.reading() as connection:
        query = select(func.count()).select_from(table)  # type: ignore[arg-type]
        return int(connection.execute(query).scalar_one())


def scorings(database: Database) -> int:
    mine = tables.scoring.c.model_version == VERSION
    query = select(func.count()).select_from(tables.scoring).where(mine)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def read_again(folder: Path) -> int:
    """Return how often a text was read that had been read before: what died with a worker."""
    times = Counter(read_log(folder).read_text().splitlines())
    return sum(it - 1 for it in times.values())
