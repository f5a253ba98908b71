"""The sweep's part for runs that score again: ask for threads, and say what was given up.

Every second it asks for as many threads as there are chunks that nobody holds. What is asked for
and not heard in three seconds is dropped, so that a run that has ended leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from triage.domain.rescoring import RunState
from triage.queue import CHANGE_AGAIN, SCORE_AGAIN
from triage.store import rescore_chunks, rescores
from triage.store.database import Database

MOST_THREADS = 32  # asked for a run every second, on all machines together

#: Asks so many threads to do something about a run: a task's name, the run, how many.
Ask = Callable[[str, int, int], None]

log = structlog.get_logger()


def sweep_runs(database: Database, ask: Ask, now: datetime) -> None:
    """Do once what must be done every second. Raises StoreUnavailable."""
    with database.reading() as connection:
        runs = rescores.at_work(connection)
        spent = bool(runs) and rescore_chunks.spent(connection, now)
    if spent:
        _give_up(database, now)
    for run in runs:
        ask(*_wanted(database, run, now))


def _give_up(database: Database, now: datetime) -> None:
    """Park chunks that failed too often, and say so beside their run."""
    with database.writing() as connection:
        for run_id, number in rescore_chunks.park(connection, now):
            log.error("chunk_parked", run=run_id, chunk=number)
            run = rescores.find(connection, run_id, lock=True)
            rescores.put(connection, run_id, **_said(run, number))


def _said(run: Any, number: int) -> dict[str, Any]:
    """Return what a run shows of a chunk that was given up; without its last it cannot go on."""
    failed = f"failed {rescore_chunks.MOST_ATTEMPTS} times; the workers' log says why"
    if number > run.chunks:
        return {"trouble": f"comparing {failed}", "paused": True}
    left_out = f"chunk {number} of {run.chunks} is left out: it {failed}"
    return {"trouble": left_out}


def _wanted(database: Database, run: Any, now: datetime) -> tuple[str, int, int]:
    if run.state != RunState.SCORING:
        return CHANGE_AGAIN, run.id, 1
    with database.reading() as connection:
        free = rescore_chunks.free(connection, run.id, MOST_THREADS, now)
    return SCORE_AGAIN, run.id, free
