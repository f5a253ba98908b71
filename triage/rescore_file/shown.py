"""What is seen of a run while it goes on: the columns first, then how far it is, and the levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from triage.ticketfile.columns import Columns

COLOURS = ("green", "green", "yellow", "dark_orange", "red")  # of level 0–4

#: Takes how many are done, and a word on them.
Advance = Callable[[int, str], None]


class Rate(ProgressColumn):
    """How many of them in a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class Shown:
    """Draws on a terminal; where there is none, says what was found of the columns, and no more."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def columns(self, name: str, found: str, columns: Columns, form: str | None) -> None:
        """Say what the file was found to be, before anything is done with it."""
        written = f" as {form}" if form else ""
        self.say(f"{name}: {found}. These columns are read; flags of their names choose others:")
        for part, column in columns.said():
            time = written if part == "time" and column else ""
            self.say(f"  --{part:9} {column or '–'}{time}")

    def say(self, words: str) -> None:
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def phase(self, what: str, total: int | None = None, done: int = 0) -> Iterator[Advance]:
        """Show one phase; yields what is told how far it is."""
        columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn(30)]
        columns += [MofNCompleteColumn(), Rate(), TimeRemainingColumn()]
        columns.append(TextColumn("{task.fields[note]}"))
        hidden = not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=hidden) as progress:
            task = progress.add_task(what, total=total, completed=done, note="")
            yield lambda count, note: progress.update(task, completed=count, note=note)


def levels_note(levels: Counter[int]) -> str:
    """Return the counts of the levels, in their colours."""
    return "  ".join(
        f"[{colour}]{level}[/] {levels[level]:,}" for level, colour in enumerate(COLOURS)
    )
