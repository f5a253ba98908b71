"""One row of a file as it was read, or why it could not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 4 * 1024 * 1024  # characters of one row
AT_ONCE = 4 * LONGEST  # characters of the rows that are in memory


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by their columns' names; `line` is where it begins, from 1."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is left out, and why, in words for whoever made the file."""

    line: int
    reason: str


Read = Row | Reject


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns, and its rows in order; reading goes on while they are taken."""

    columns: Sequence[str]
    rows: Iterator[Read]


def apart(names: Sequence[str]) -> list[str]:
    """Return the columns' names, none empty, no two alike."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        wanted = name.strip() or f"column {number}"
        while wanted in found:
            wanted = f"{wanted} ({number})"
        found.append(wanted)
    return found


def some(rows: Iterator[Read], most: int) -> list[Read]:
    """Return the next rows, fewer than `most` where they are long; none at the end."""
    found: list[Read] = []
    size = 0
    while len(found) < most and size < AT_ONCE and (row := next(rows, None)):
        found.append(row)
        size += _size(row)
    return found


def _size(row: Read) -> int:
    if isinstance(row, Reject):
        return 0
    return sum(len(it) for it in row.cells.values() if isinstance(it, str))
