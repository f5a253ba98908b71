"""`triage rescore …`: a backlog, again: from a file, or from the service's own database.

The first word is a command where there is one of that name, and a file otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from triage.command import clear_errors
from triage.errors import BadInput

FROM_FILE = "from-a-file"  # the hidden command that runs where the first word names none
IN_FILE, OUTCOME, A_DATABASE = "What the file's columns mean", "What comes out", "From the database"


class FileOrCommand(TyperGroup):
    """Gives whatever names no command to the hidden one, and shows that one's help with its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [FROM_FILE, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.commands[FROM_FILE].format_help(ctx, formatter)
        if any(not one.hidden for one in self.commands.values()):
            super().format_help(ctx, formatter)


rescore_app = typer.Typer(
    cls=FileOrCommand, no_args_is_help=True, help="What became of runs over the database."
)


@rescore_app.command(FROM_FILE, hidden=True)
def rescore(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV, JSON Lines, Parquet or Excel; - for standard input"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", rich_help_panel=OUTCOME)] = None,
) -> None:
    """Score a whole backlog of tickets from a file. No server, no database."""
    with clear_errors():
        if file is None:  # here goes what --open, --since and --query ask for
            raise BadInput("nothing to rescore; expected a file, or - for standard input")
        raise BadInput(f"{file}: not yet")
