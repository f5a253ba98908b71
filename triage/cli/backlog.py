"""`triage backlog …`: what helpdesks already have."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from triage.cli.command import clear_errors, console, opened, say

if TYPE_CHECKING:
    from triage.settings import Settings

backlog_app = typer.Typer(no_args_is_help=True, help="What helpdesks already have.")

STOPPED = 130  # what shells know as ended by Ctrl-C
BAR = ("[progress.description]{task.description}", "[dim]{task.fields[said]}")


@backlog_app.command("pull")
def pull(
    name: Annotated[str, typer.Argument(help="the source")],
    since: Annotated[str, typer.Option(help="changed since then: 90d, 12h, 2w")] = "90d",
    closed: Annotated[  # noqa: FBT002 - an option by name
        bool, typer.Option("--closed", help="closed tickets, too")
    ] = False,
) -> None:
    """Read the tickets that a helpdesk already has. Ended half-way it goes on where it was."""
    from triage import pull_backlog as verb  # noqa: PLC0415
    from triage.reach import Stopped  # noqa: PLC0415
    from triage.since import span  # noqa: PLC0415

    stopping = threading.Event()
    with opened() as database, _bar(name) as bar:
        task = bar.add_task(name, total=1.0, said="")

        def watch(share: float | None, said: str) -> None:
            bar.update(task, completed=share, said=said)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        try:
            found = verb.pull_backlog(
                database, _settings(), name, span(since), stopping, watch, closed=closed
            )
        except Stopped:
            say("Stopped; what was read is kept, and the same command goes on from there.")
            raise typer.Exit(STOPPED) from None
        bar.update(task, completed=1.0)
    say(verb.summary(found))
    raise typer.Exit(1 if found["rejects"] else 0)


def _bar(_name: str) -> Progress:
    columns = (TextColumn(BAR[0]), BarColumn(), TaskProgressColumn(), TextColumn(BAR[1]))
    return Progress(*columns, TimeElapsedColumn(), console=console)


def _settings() -> Settings:
    from triage.keys import with_keys  # noqa: PLC0415
    from triage.settings import read_settings  # noqa: PLC0415

    with clear_errors():
        return with_keys(read_settings())
