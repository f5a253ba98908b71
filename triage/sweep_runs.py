"""The sweep's part for runs that score again: ask for threads, and say what was given up.

As many threads are asked for as there are chunks that nobody holds. Who was asked for and has not
come yet is not asked for again, so that a busy broker does not fill with wake-ups; only where none
came for a while were they lost.
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

MOST_THREADS = 32  # asked for and not come yet, on all machines together

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
        name, wanted = _wanted(database, run, now)
        if wanted:
            with database.writing() as connection:
                wanted = rescores.call(connection, run.id, wanted, now)
        if wanted:
            ask(name, run.id, wanted)


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


def _wanted(database: Database, run: Any, now: datetime) -> tuple[str, int]:
    if run.state != RunState.SCORING:
        return CHANGE_AGAIN, 1
    with database.reading() as connection:
        free = rescore_chunks.free(connection, run.id, MOST_THREADS, now)
    return SCORE_AGAIN, free
