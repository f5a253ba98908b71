"""How commands answer: a table, or one sentence on standard error and status 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand

from triage.errors import TriageError
from triage.settings import read_settings

if TYPE_CHECKING:
    from triage.store.database import Database

console = Console()


@contextmanager
def clear_errors() -> Iterator[None]:
    """End with one sentence on standard error and status 2 instead of a traceback."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        _fail(f"setting {'.'.join(map(str, first['loc'])).upper()}: {first['msg']}")
    except TriageError as error:
        _fail(str(error))


@contextmanager
def opened() -> Iterator[Database]:
    """The installation's database, its tables at this version; errors end as one sentence."""
    from triage.store import schema  # noqa: PLC0415 - not every command needs it
    from triage.store.database import Database  # noqa: PLC0415

    with clear_errors():
        url = read_settings().database
        schema.migrate(url)
        database = Database(url)
        try:
            yield database
        finally:
            database.close()


class NamesVendors(TyperCommand):
    """A command whose first argument is a vendor: its help names them all, read when asked."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from triage.helpdesks.registry import HELPDESKS  # noqa: PLC0415 - they take a while

        vendor = self.params[0]
        assert isinstance(vendor, TyperArgument)
        vendor.help = ", ".join(sorted([*HELPDESKS, "imap"]))
        super().format_help(ctx, formatter)


def say(words: str) -> None:
    """Print words as they are: a name may look like markup, and a key must stay on one line."""
    console.print(words, highlight=False, markup=False, soft_wrap=True)


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as they are below their headings."""
    table = Table(*header, box=None)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _fail(sentence: str) -> None:
    print(f"triage: {sentence}", file=sys.stderr)  # noqa: T201 - a command's answer
    raise typer.Exit(2)
