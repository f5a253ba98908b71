"""`python -m workers`: one worker process with the options that were measured."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

from triage.lifeline import end_with_supervisor
from triage.queue import BULK, LIVE


def main(
    queues: Annotated[
        str, typer.Option(help="queues to work on, separated by commas")
    ] = f"{LIVE},{BULK}",
    threads: Annotated[int, typer.Option(help="tickets at a time; 0: as many as cores")] = 0,
) -> None:
    """Work until told to stop."""
    end_with_supervisor()
    warnings.filterwarnings("ignore", ".*superuser", UserWarning)  # of pickle; we accept JSON only
    from workers.app import app, settings  # noqa: PLC0415 - reads the environment, not for --help

    worker = app.Worker(
        pool_cls="threads",
        concurrency=threads or settings.threads,
        queues=queues,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    raise typer.Exit(worker.exitcode or 0)


if __name__ == "__main__":
    typer.run(main)
