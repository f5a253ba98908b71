"""`triage rescore …`: a backlog, again: from a file, or from the service's own database.

The first word is a command where there is one of that name, and a file otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from triage.cli.command import clear_errors, say
from triage.cli.rescore_runs import OF_THE_SERVICE, asks_for_it, install
from triage.errors import BadInput
from triage.settings import read_settings

FROM_FILE = "from-a-file"  # the hidden command that runs where the first word names none
MEANING, OUTCOME = "What the file's columns mean (else: guessed)", "What comes out"
TABS = {"tab": "\t", "\\t": "\t", "": None}


class FileOrCommand(TyperGroup):
    """Gives whatever names no command to the hidden one, and shows that one's help with its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [OF_THE_SERVICE if asks_for_it(args) else FROM_FILE, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.commands[FROM_FILE].format_help(ctx, formatter)
        self.commands[OF_THE_SERVICE].format_help(ctx, formatter)
        if any(not one.hidden for one in self.commands.values()):
            super().format_help(ctx, formatter)


def _told(words: str, *names: str, panel: str = MEANING) -> Any:
    return typer.Option(*names, help=words, rich_help_panel=panel)


rescore_app = typer.Typer(
    cls=FileOrCommand, no_args_is_help=True, help="What became of runs over the database."
)
install(rescore_app)


@rescore_app.command(FROM_FILE, hidden=True)
def rescore(
    file: Annotated[
        str,
        typer.Argument(help="CSV, JSON Lines, Parquet or Excel; - for standard input"),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="its ending says the form: .csv, .jsonl, .parquet, .xlsx"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on after a kill")] = False,  # noqa: FBT002
    workers: Annotated[
        int, typer.Option(min=0, max=256, help="threads; 0: as suits the model, on CPUs its cores")
    ] = 0,
    policy: Annotated[Path | None, typer.Option(help="another policy, as YAML")] = None,
    weights: Annotated[
        Path | None, typer.Option(help="another model: a folder or mapping file")
    ] = None,
    text: Annotated[str, _told("what was written")] = "",
    ticket: Annotated[str, _told("the same in all messages of a thread")] = "",
    message: Annotated[str, _told("the message's id")] = "",
    author: Annotated[str, _told("says customer or agent")] = "",
    customer: Annotated[
        list[str] | None, _told("an author who is a customer; all others are agents")
    ] = None,
    sent_at: Annotated[str, _told("when it was written", "--time")] = "",
    time_format: Annotated[str | None, _told("such as '%d/%m/%Y %H:%M'; UTC")] = None,
    language: Annotated[str, _told("a hint for short texts, such as en")] = "",
    encoding: Annotated[str | None, _told("such as cp1252")] = None,
    delimiter: Annotated[str | None, _told("of CSV: a character, or tab")] = None,
    sheet: Annotated[str | None, _told("of a workbook; else its first")] = None,
    keep: Annotated[list[str] | None, _told("a column to carry along", panel=OUTCOME)] = None,
    by: Annotated[
        list[str] | None, _told("a column to report by; it is kept, too", panel=OUTCOME)
    ] = None,
    unmasked: Annotated[  # noqa: FBT002
        bool, _told("show personal data in the report", "--unmasked", panel=OUTCOME)
    ] = False,
) -> None:
    """Score a whole backlog of tickets from a file. No server, no database.

    Columns are guessed by their names, and shown before work starts.

    Beside the results: .report.html, .report.md, and .rejects.jsonl by line.

    Status 0; 1 where rows were rejected; 2 where nothing could be done.
    """
    if not file:  # here goes what --open, --since and --query ask for
        with clear_errors():
            raise BadInput("nothing to rescore; expected a file, or - for standard input")
    from triage.rescore_file.asked import Request  # noqa: PLC0415 - only what a command needs
    from triage.ticketfile.columns import Columns  # noqa: PLC0415
    from triage.ticketfile.source import Asked  # noqa: PLC0415

    grouped = tuple(by or ())
    columns = Columns(
        text=text,
        ticket=ticket,
        message=message,
        author=author,
        sent_at=sent_at,
        language=language,
        keep=tuple(dict.fromkeys([*(keep or ()), *grouped])),
    )
    parted = TABS.get(delimiter or "", delimiter)
    request = Request(
        file=file,
        out=out or _beside(file),
        reading=Asked(encoding=encoding, delimiter=parted, sheet=sheet),
        columns=columns,
        customers=frozenset(it.strip().casefold() for it in customer or ()),
        time_format=time_format,
        by=grouped,
        workers=workers,
        resume=resume,
        unmasked=unmasked,
    )
    raise typer.Exit(_from_file(request, policy, weights))


def _from_file(request: Any, policy_file: Path | None, weights: Path | None) -> int:
    from triage.policyfile import load_policy  # noqa: PLC0415
    from triage.ports import utcnow  # noqa: PLC0415
    from triage.rescore_file import run  # noqa: PLC0415
    from triage.rescore_file.shown import Shown  # noqa: PLC0415

    with clear_errors():
        settings = read_settings()
        policy = load_policy(policy_file or settings.policy_file)
        request.check()  # before what takes seconds
        model = run.model_of(weights, settings)
        shown = Shown(Console(stderr=True))
        try:
            outcome = run.rescore_file(request, model, policy, shown, utcnow)
        except KeyboardInterrupt:
            raise BadInput(
                f"stopped; {request.work} has what is done: go on with --resume"
            ) from None
    for line in run.in_words(outcome):
        say(line)
    return 1 if outcome.rejected else 0


def _beside(file: str) -> Path:
    if file == "-":
        with clear_errors():
            raise BadInput("standard input has no name; expected -o FILE for the results")
    path = Path(file)
    if path.is_dir():
        with clear_errors():
            raise BadInput(f"{path} is a directory; expected a file of tickets")
    plain = Path(path.stem) if path.suffix in {".gz", ".zst"} else Path(path.name)
    return path.with_name(f"{plain.stem}.scored{plain.suffix}")
