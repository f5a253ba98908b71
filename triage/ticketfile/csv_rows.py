"""CSV: any delimiter, rows of several lines, and the damage that exports have.

A quote that is never closed would take the rest of the file for one cell. So a row that does not
end is rejected by its first line only, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from triage.ticketfile.lines import Line, why_unreadable
from triage.ticketfile.row import LONGEST, Read, Reject, Row, Table, apart

TOO_LONG = f"the line is longer than {LONGEST} characters"
UNCLOSED = "a quote is opened here and not closed where its cell ends"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What parts the cells, and whether a backslash stands before a quote within one."""

    delimiter: str = ","
    escapes: bool = False


class _Unfinished(Exception):
    """A row goes on for longer than a row may be."""


class _Feed:
    """Gives the CSV reader its lines, and takes back those that a broken row swallowed."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._size = 0
        self.row: list[Line] = []  # the lines of the row that is being read

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            raise StopIteration
        self.row.append(line)
        self._size += len(line.text)
        if line.too_long or self._size > LONGEST:
            raise _Unfinished
        return line.text

    def begin(self) -> None:
        self.row, self._size = [], 0

    def reject(self) -> Reject:
        """Return why the row cannot be read; all its lines but the first are read again."""
        first, *rest = self.row
        self._again.extendleft(reversed(rest))
        return Reject(first.number, TOO_LONG if first.too_long else UNCLOSED)


def csv_table(lines: Iterator[Line], encoding: str, how: Dialect) -> Table:
    """Return the table whose first row names its columns."""
    records = _records(lines, how)
    line, header = next(((n, it) for n, it in records if not isinstance(it, Reject)), (0, []))
    columns = apart([it.replace("\0", "") for it in header]) if line else []
    return Table(columns, _rows(records, columns, encoding))


def _rows(
    records: Iterator[tuple[int, list[str] | Reject]], columns: list[str], encoding: str
) -> Iterator[Read]:
    for line, found in records:
        if isinstance(found, Reject):
            yield found
        elif why := why_unreadable("".join(found), encoding):
            yield Reject(line, why)
        elif len(found) < len(columns) or any(found[len(columns) :]):
            yield Reject(line, f"{len(found)} cells; expected {len(columns)}, as the first row has")
        else:
            yield Row(line, dict(zip(columns, found, strict=False)))


def _records(lines: Iterator[Line], how: Dialect) -> Iterator[tuple[int, list[str] | Reject]]:
    csv.field_size_limit(2 * LONGEST)  # `_Feed` stops before
    feed = _Feed(lines)
    escape = "\\" if how.escapes else None
    reader = csv.reader(feed, delimiter=how.delimiter, escapechar=escape, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_Unfinished, csv.Error):
            rejected = feed.reject()
            yield rejected.line, rejected
            continue
        if any(cells):
            yield feed.row[0].number, cells
