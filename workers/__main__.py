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

    options = [
        "--pool=threads",
        f"--concurrency={threads or settings.threads}",
        f"--queues={queues}",
    ]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["--quiet", "worker", *options, *alone, "--loglevel=WARNING"])


if __name__ == "__main__":
    typer.run(main)
