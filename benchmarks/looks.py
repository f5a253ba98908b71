"""How long one look of the alerts' rules takes at a desk that drowns: 100,000 tickets wait.

As many were closed before. One in a hundred has a sign of danger or self-harm, one in eight another
flag; what is worth an alert was raised by the looks before the one that is timed.
"""

from __future__ import annotations

import logging
import random
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from benchmarks.services import real_servers
from benchmarks.table import median
from triage import alert
from triage.domain.deadline import lane_of
from triage.domain.flag import Flag
from triage.domain.policy import DEFAULT_POLICY
from triage.domain.surge import WEEK
from triage.ports import utcnow
from triage.store import schema, sources, tables
from triage.store.database import Database
from triage.store.sources import Vault, new_key

RUNS = 9
CHUNK = 5_000  # rows inserted at once
LOOKS_BEFORE = 20  # at most, until nothing new is raised
FLAGS = ((Flag.SELF_HARM, 0.005), (Flag.DANGER, 0.005), (Flag.CHURN, 0.08), (Flag.LEGAL, 0.04))
LEVELS = (0.62, 0.19, 0.11, 0.06, 0.02)
SPREAD = timedelta(days=2)  # before and after now, over which the targets lie


def looks(waiting: int) -> Mapping[str, float]:
    """Return the seconds that a look takes, by the database; PostgreSQL where it is installed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{Path(made) / 'triage.db'}"}
        try:
            url = stack.enter_context(real_servers()).postgres.create("looks")
            urls["PostgreSQL"] = url.replace("postgresql://", "postgresql+psycopg://")
        except FileNotFoundError:
            pass
        return {name: look(url, waiting) for name, url in urls.items()}


def look(url: str, waiting: int) -> float:
    """Return how many seconds a look takes in which there is nothing new to raise."""
    schema.migrate(url)
    database, now = Database(url), utcnow()
    try:
        fill(database, waiting, now)
        for _ in range(LOOKS_BEFORE):
            if not alert.look(database, DEFAULT_POLICY, now, sends=False):
                break
        return median([timed(database, now) for _ in range(RUNS)])
    finally:
        database.close()


def timed(database: Database, now: datetime) -> float:
    began = time.perf_counter()
    alert.look(database, DEFAULT_POLICY, now, sends=False)
    return time.perf_counter() - began


def fill(database: Database, waiting: int, now: datetime) -> None:
    """Store so many tickets that wait, and as many that were closed in the weeks before."""
    chance = random.Random(1)
    with database.writing() as connection:
        sources.add(connection, "desk", "generic", ("s",), Vault(new_key()), now)
    for first in range(0, 2 * waiting, CHUNK):
        numbers = range(first, min(first + CHUNK, 2 * waiting))
        rows = [ticket(it, now, chance, waits=it >= waiting) for it in numbers]
        with database.writing() as connection:
            connection.execute(insert(tables.ticket), rows)


def ticket(number: int, now: datetime, chance: random.Random, *, waits: bool) -> dict[str, Any]:
    """Return a ticket's row."""
    flags = [flag for flag, share in FLAGS if chance.random() < share]
    level = chance.choices(range(5), LEVELS)[0]
    lane, _ = lane_of(level, flags, None)
    due = now + SPREAD * (2 * chance.random() - 1)
    opened = now - (chance.random() * SPREAD if waits else WEEK * (1 + 8 * chance.random()))
    return {
        "source_id": 1,
        "external_id": f"T{number}",
        "subject": "words in a subject",
        "channel": "email",
        "status": "waiting" if waits else "closed",
        "tags": [],
        "opened_at": opened,
        "waiting_since": opened,
        "released_at": None if waits else opened,
        "lane": lane,
        "level": level,
        "reading": "scored",
        "flags": flags,
        "respond_by": due,
        "state": "done",
    }
