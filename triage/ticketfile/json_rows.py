"""JSON Lines: one object a line; what lies in objects within is named with dots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import orjson

from triage.ticketfile.csv_rows import TOO_LONG
from triage.ticketfile.lines import Line, why_unreadable
from triage.ticketfile.row import Read, Reject, Row, Table, some

SAMPLE = 200  # lines whose names are the file's columns
DEEPEST = 5  # objects within objects


def json_table(lines: Iterator[Line], encoding: str) -> Table:
    """Return the table; its columns are the names that its first lines have."""
    rows = _rows(lines, encoding)
    first = some(rows, SAMPLE)
    names = dict.fromkeys(name for it in first if isinstance(it, Row) for name in it.cells)
    return Table(list(names), chain(first, rows))


def _rows(lines: Iterator[Line], encoding: str) -> Iterator[Read]:
    for line in lines:
        if line.text.strip() or line.too_long:
            yield _row(line, encoding)


def _row(line: Line, encoding: str) -> Read:
    if why := TOO_LONG if line.too_long else why_unreadable(line.text, encoding):
        return Reject(line.number, why)
    try:
        found = orjson.loads(line.text)
    except orjson.JSONDecodeError as error:
        return Reject(line.number, f"{error}; expected a JSON object on a line of its own")
    if not isinstance(found, dict):
        return Reject(line.number, "not an object; expected one JSON object a line")
    return Row(line.number, dict(_flat(found)))


def _flat(found: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        if isinstance(value, dict) and depth < DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield before + name, value
