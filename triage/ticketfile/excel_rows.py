"""Excel: the rows of one sheet, streamed; formulas are read as the values they had.

What a workbook says once and uses often (its shared strings) is in memory while it is read, so a
workbook with more of that than `MOST_SHARED` is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from triage.errors import BadInput
from triage.ticketfile.row import Read, Reject, Row, Table, apart

SHARED = "xl/sharedStrings.xml"
NEAR = 50  # rows within which a table begins
MOST_SHARED = 256 * 1024 * 1024  # bytes
MOST_UNPACKED = 8 * 1024**3  # bytes of all that a workbook holds
TO_CSV = "save it as CSV and give that"


def excel_table(path: Path, name: str, sheet: str | None) -> Table:
    """Return the table whose first row that is not empty names its columns. Raises BadInput."""
    _check_size(path, name)
    rows = _cells(path, name, sheet)
    line, header = next(rows, (0, ()))
    columns = apart(["" if it is None else str(it) for it in header]) if line else []
    return Table(columns, _rows(rows, columns))


def _check_size(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {it.filename: it.file_size for it in packed.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(f"{name} cannot be read as Excel: {error}; it may be cut short") from None
    if sizes.get(SHARED, 0) > MOST_SHARED or sum(sizes.values()) > MOST_UNPACKED:
        raise BadInput(f"{name} holds more than a workbook is read for; {TO_CSV}")


def _cells(path: Path, name: str, sheet: str | None) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the rows that are not empty, with their numbers."""
    from openpyxl import load_workbook  # noqa: PLC0415  # only where there is a workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        chosen = _sheet(book, name, sheet)
        chosen.reset_dimensions()  # what a file says of its own size may be wrong
        for number, cells in enumerate(chosen.iter_rows(values_only=True), 1):
            if any(it is not None for it in cells):
                yield number, cells
        book.close()
    except BadInput:
        raise
    except Exception as error:  # the library raises whatever its parsers do
        raise BadInput(
            f"{name} cannot be read as Excel: {type(error).__name__}; it may be damaged; {TO_CSV}"
        ) from error


def _sheet(book: Any, name: str, sheet: str | None) -> Any:
    if sheet is None:
        return next(filter(_has_columns, book.worksheets), book.worksheets[0])
    if sheet not in book.sheetnames:
        raise BadInput(f"{name} has no sheet {sheet!r}; it has {', '.join(book.sheetnames)}")
    return book[sheet]


def _has_columns(sheet: Any) -> bool:
    """Return whether a sheet begins as a table does, and not as a note."""
    sheet.reset_dimensions()
    rows = islice(sheet.iter_rows(values_only=True), NEAR)
    first = next((row for row in rows if any(it is not None for it in row)), ())
    return sum(it is not None for it in first) > 1


def _rows(found: Iterator[tuple[int, tuple[Any, ...]]], columns: list[str]) -> Iterator[Read]:
    for line, cells in found:
        if any(it is not None for it in cells[len(columns) :]):
            yield Reject(line, f"{len(cells)} cells; expected {len(columns)}, as the first row has")
        else:
            filled = [*cells, *[None] * (len(columns) - len(cells))]
            yield Row(line, dict(zip(columns, filled, strict=False)))
