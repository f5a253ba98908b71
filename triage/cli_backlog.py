"""`triage backlog …`, and how a source's helpdesk is called: `triage sources connect | test`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from triage.command import clear_errors, console, opened, say
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.helpdesks.accounts.account import Ask
    from triage.settings import Settings

backlog_app = typer.Typer(no_args_is_help=True, help="What helpdesks already have.")

STOPPED = 130  # what shells know as ended by Ctrl-C
BAR = ("[progress.description]{task.description}", "[dim]{task.fields[said]}")


def install(app: typer.Typer, sources: typer.Typer) -> None:
    """Add these commands to `triage` and to `triage sources`."""
    app.add_typer(backlog_app, name="backlog")
    sources.command("connect")(connect)
    sources.command("test")(test)


def connect(
    name: Annotated[str, typer.Argument(help="the source, as in `triage sources list`")],
    value: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE of what is no secret; else you are asked"),
    ] = None,
) -> None:
    """Say how to call a source's helpdesk. Secrets are asked for, or read from standard input."""
    from triage import connect as verb  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415

    with opened() as database:
        settings = _settings()
        asks = verb.asks(database, settings, name)
        given = _given(asks, value or [])
        address = verb.connect(database, settings, name, given, utcnow())
    say(f"{name}: connected to {address}")
    test(name)


def _given(asks: Sequence[Ask], values: Sequence[str]) -> dict[str, str]:
    """Return every value: from the options where it is no secret, else asked for or read."""
    given = {}
    for one in values:
        key, equals, value = one.partition("=")
        ask = next((it for it in asks if it.name == key), None)
        if ask is None or not equals:
            known = ", ".join(it.name for it in asks if not it.secret)
            raise BadInput(f"--set {key}: expected NAME=VALUE, with one of {known}")
        if ask.secret:
            raise BadInput(f"--set {key}: a secret is not said there, where all can see it")
        given[key] = value
    for ask in asks:
        if ask.name not in given:
            given[ask.name] = _asked(ask)
    return given


def _asked(ask: Ask) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n") or (ask.otherwise or "")
    return str(typer.prompt(ask.label, default=ask.otherwise, hide_input=ask.secret))


def test(name: Annotated[str, typer.Argument(help="the source")]) -> None:
    """Try to call a source's helpdesk, and say what works. Status 1 where something does not."""
    from triage import connect as verb  # noqa: PLC0415

    bad = False
    with opened() as database:
        for one in verb.check(database, _settings(), name):
            say(f"{'good' if one.good else 'BAD '}  {one.what:<12}{one.said}")
            bad = bad or not one.good
    if bad:
        raise typer.Exit(1)


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
