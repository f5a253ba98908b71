"""`triage rescore --open`, and what is done with a run: it goes on however the terminal ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from triage.cli.command import console, opened, say, show_table
from triage.domain.person import SYSTEM
from triage.domain.rescoring import AT_WORK, RunState, Verb
from triage.ports import utcnow

if TYPE_CHECKING:
    from triage.store.database import Database

OF_THE_SERVICE = "of-the-service"  # the hidden command that these options ask for
ASKS_FOR_IT = ("--open", "--since", "--query")
LOOK_EVERY = 0.3  # s
ALONE_AFTER = 15.0  # s without any progress: perhaps no worker runs

Run = Annotated[int, typer.Argument(min=1, help="the run's number, as `triage rescore list` says")]
Follow = Annotated[bool, typer.Option("--follow", help="show its progress until it stands")]
Rate = Annotated[float | None, typer.Option(help="tickets a second; 20 where nothing is said")]


def asks_for_it(arguments: list[str]) -> bool:
    """Return whether these options ask for the service's own tickets."""
    return any(it.partition("=")[0] in ASKS_FOR_IT for it in arguments)


def install(app: typer.Typer) -> None:
    """Add the commands about runs over the database."""
    app.command(OF_THE_SERVICE, hidden=True)(start)
    app.command("list")(list_runs)
    app.command("show")(show)
    app.command("apply")(apply)
    for verb, words in WORDS.items():
        app.command(verb.value, help=words)(_verb(verb))


def start(
    open_ones: Annotated[bool, typer.Option("--open", help="those whose customer waits")] = False,  # noqa: FBT002
    since: Annotated[str, typer.Option(help="in which a customer wrote since then: 30d, 12h")] = "",
    query: Annotated[str, typer.Option(help='"lane=charged language=en", as the desk says')] = "",
    model: Annotated[
        Path | None, typer.Option(help="another model's folder, on the workers' machines")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="another policy, as YAML")] = None,
    playbook: Annotated[Path | None, typer.Option(help="another playbook, as YAML")] = None,
    apply_it: Annotated[  # noqa: FBT002 - an option by name
        bool, typer.Option("--apply/--dry-run", help="apply it once it is compared")
    ] = False,
    rate: Rate = None,
) -> None:
    """Score the service's own tickets again, by its workers, and see what would change."""
    from triage import rescore  # noqa: PLC0415 - each command imports only what it needs
    from triage.rescore_by import asked_of  # noqa: PLC0415
    from triage.settings import read_settings  # noqa: PLC0415

    with opened() as database:
        files = asked_of(read_settings(), model, policy, playbook)
        what = {"open": open_ones, "since": since, "query": query, "applies": apply_it}
        asked = rescore.Asked(**files | what, rate=rescore.USUAL_RATE if rate is None else rate)
        run = rescore.start(database, asked, SYSTEM, utcnow())
        say(f"run {run} has begun")
        _follow(database, run)


def list_runs() -> None:
    """List the runs, newest first."""
    from triage import rescore, rescore_report  # noqa: PLC0415

    with opened() as database:
        rows = [
            (str(it.run.id), it.run.asked, it.run.by, rescore_report.how_far(it))
            for it in rescore.look_at_all(database)
        ]
    show_table(("run", "tickets", "by", ""), rows)


def show(run: Run, follow: Follow = False) -> None:  # noqa: FBT002
    """Show a run: how far it is, what it would change or has changed."""
    with opened() as database:
        if follow:
            _follow(database, run)
        else:
            _show(database, run)


def apply(run: Run, rate: Rate = None, follow: Follow = True) -> None:  # noqa: FBT002
    """Apply what a run found, most urgent first; what changed meanwhile is skipped."""
    from triage import rescore  # noqa: PLC0415

    with opened() as database:
        rescore.act(database, run, Verb.APPLY, SYSTEM, utcnow(), rate)
        say(f"run {run} is being applied; take it back with triage rescore undo {run}")
        if follow:
            _follow(database, run)


WORDS = {
    Verb.PAUSE: "Let a run stand; what is being worked on is finished first.",
    Verb.RESUME: "Let a run go on that stands.",
    Verb.CANCEL: "End a run; what was applied already stays, and may be taken back.",
    Verb.UNDO: "Take back what a run applied, all of it as one.",
}


def _verb(verb: Verb):  # type: ignore[no-untyped-def]  # Typer reads the inner one
    def command(run: Run) -> None:
        from triage import rescore  # noqa: PLC0415

        with opened() as database:
            rescore.act(database, run, verb, SYSTEM, utcnow())
            if verb is Verb.UNDO:
                _follow(database, run)
            else:
                _show(database, run, brief=True)

    return command


def _show(database: Database, run: int, *, brief: bool = False) -> None:
    from triage import rescore, rescore_report, rescored  # noqa: PLC0415
    from triage.rescore_by import in_force  # noqa: PLC0415
    from triage.settings import read_settings  # noqa: PLC0415

    looked = rescore.look(database, run)
    found = None if brief else rescored.comparison(database, looked.run)
    for shown in rescore_report.tables(found) if found else ():
        say(f"\n{shown.title}")
        show_table(shown.header, shown.rows)
    not_done = [] if brief else rescored.not_done(database, run)
    if not_done:
        shown = rescore_report.left_out(not_done)
        say(f"\n{shown.title}")
        show_table(shown.header, shown.rows)
    say(f"\n{rescore_report.summary(looked)}")
    other = rescored.not_in_force(looked.run, *in_force(read_settings()))
    if other and looked.state in {RunState.SCORED, RunState.APPLYING, RunState.APPLIED}:
        say(f"by {other}: a customer's next message is decided by what is in force")
    if looked.run.trouble:
        say(f"trouble: {looked.run.trouble}")
    if next_ := rescore_report.to_do(looked):
        say(next_)


def _follow(database: Database, run: int) -> None:
    """Show a run's progress until it stands. Ctrl-C ends the showing, not the run."""
    from triage import rescore  # noqa: PLC0415

    try:
        with _bar() as bar:
            _watch(database, run, bar)
    except KeyboardInterrupt:
        say(
            f"run {run} goes on without this terminal; look: triage rescore show {run} --follow"
            f"    end it: triage rescore cancel {run}"
        )
        raise typer.Exit(130) from None
    _show(database, run, brief=rescore.look(database, run).state is RunState.UNDONE)


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console)


def _watch(database: Database, run: int, bar: Progress) -> None:
    from triage import rescore, rescore_report  # noqa: PLC0415

    stages: dict[RunState, TaskID] = {}
    moved = (0, time.monotonic())
    while (looked := rescore.look(database, run)).state in AT_WORK and not looked.run.paused:
        done, whole = rescore_report.counts(looked)
        if looked.state not in stages:
            stages[looked.state] = bar.add_task(str(looked.state), total=whole, rate="")
        _advance(bar, stages[looked.state], done, whole)
        if done != moved[0]:
            moved = (done, time.monotonic())
        elif done < whole and time.monotonic() - moved[1] > ALONE_AFTER:
            bar.console.print(f"nothing moves for {ALONE_AFTER:.0f} s: is a worker running?")
            moved = (done, time.monotonic())
        time.sleep(LOOK_EVERY)
    for stage in stages.values():
        if looked.state is not RunState.CANCELLED and not looked.run.paused:
            bar.update(stage, completed=bar.tasks[stage].total)


def _advance(bar: Progress, stage: TaskID, done: int, whole: int) -> None:
    speed = bar.tasks[stage].speed
    bar.update(stage, completed=done, total=whole, rate=f"{speed:.0f}/s" if speed else "")
