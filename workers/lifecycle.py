"""A worker process from its start to its end: nice, parts built after the fork, watchdog.

The model is loaded once a process, before the first ticket; threads share it. The watchdog ends a
worker that claims nothing while tickets wait, whatever the reason: its supervisor starts another.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from celery import signals

from triage.apply_again import Applying
from triage.decide import Deciding
from triage.errors import StoreUnavailable
from triage.hints import announcer
from triage.installed import installed_model
from triage.ports import utcnow
from triage.rules import Rules
from triage.score_again import Bulk, Seen
from triage.settings import Settings
from triage.store import work
from triage.store.database import Database
from workers.bulk import GiveWay, Models
from workers.health import beat

WATCH_EVERY = 5.0  # s
IDLE_TOO_LONG = timedelta(seconds=30)  # claiming nothing while tickets wait for as long

log = structlog.get_logger()


@dataclass(slots=True)
class Process:
    """What this worker process works with; set once, before its first task."""

    deciding: Deciding | None = None
    rules: Rules | None = None
    bulk: Bulk | None = None

    def parts(self) -> Deciding:
        """Return its parts with the rules in force now, for one task to its end.

        However the files change meanwhile, what it claims is decided by one pair of them.
        """
        assert self.deciding is not None, "the worker has not started"
        assert self.rules is not None, "the worker has not started"
        in_force = self.rules.current()
        return replace(self.deciding, policy=in_force.policy, playbook=in_force.playbook)


process = Process()


def deciding() -> Deciding:
    """Return this process's parts for one task."""
    return process.parts()


def bulk() -> Bulk:
    """Return what this process scores tickets again with."""
    assert process.bulk is not None, "the worker has not started"
    return process.bulk


def applying() -> Applying:
    """Return what this process applies with what was found."""
    parts, live = bulk(), deciding()
    return Applying(
        database=parts.database, announce=live.announce, give_way=parts.give_way, clock=parts.clock
    )


def install(settings: Settings, rules: Rules) -> None:
    """Have the worker set itself up when it starts: its one process, or each it forks."""

    def begin(**_: Any) -> None:
        start(settings, rules)

    signals.worker_init.connect(begin, weak=False)
    signals.worker_process_init.connect(begin, weak=False)
    signals.worker_shutdown.connect(lambda **_: stop(), weak=False)
    signals.setup_logging.connect(lambda **_: None, weak=False)  # structlog is set up already


def start(settings: Settings, rules: Rules) -> None:
    """Build this process's parts and start its watchdog."""
    os.nice(max(0, settings.worker_nice - os.nice(0)))
    database = Database(settings.database)
    in_force = rules.current()
    process.rules = rules
    process.deciding = Deciding(
        database=database,
        model=installed_model(settings),
        policy=in_force.policy,
        playbook=in_force.playbook,
        announce=announcer(settings.redis_url),
        clock=utcnow,
    )
    process.bulk = Bulk(
        database=database,
        model_of=Models(process.deciding.model),
        give_way=GiveWay(process.parts),
        clock=utcnow,
        seen=Seen(),
    )
    folder = settings.data_folder
    threading.Thread(target=_watch, args=[process.deciding, folder], daemon=True).start()
    log.info("worker_ready", model=process.deciding.model.version, threads=settings.threads)


def stop() -> None:
    """Close the database's connections."""
    if process.deciding:
        process.deciding.database.close()


def is_stuck(oldest: datetime | None, last_claim: datetime, now: datetime) -> bool:
    """Return whether a worker that last claimed at `last_claim` leaves tickets waiting."""
    waits = oldest is not None and now - oldest > IDLE_TOO_LONG
    return waits and now - last_claim > IDLE_TOO_LONG


def _watch(deciding: Deciding, folder: Path) -> None:
    while True:
        beat(folder, "worker")
        time.sleep(WATCH_EVERY)
        now = deciding.clock()
        try:
            with deciding.database.reading() as connection:
                oldest = work.oldest_free(connection, now)
        except StoreUnavailable:
            continue
        if is_stuck(oldest, deciding.last_claim(), now):
            log.error("worker_stuck", oldest_waits_since=str(oldest))
            os._exit(1)
