"""Agents from a CSV file: all rows or none; of a bad one, line, column and what was expected."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from triage.domain.agent import MONDAY_TO_SUNDAY
from triage.errors import BadInput

COLUMNS = (
    "name",
    "email",
    "experience",
    "languages",
    "skills",
    "team",
    "capacity",
    "timezone",
    "shift",
)
EXPERIENCE = range(1, 6)
CAPACITY = range(1, 101)
LANGUAGE = re.compile(r"[a-z]{2,3}")
SKILL = re.compile(r"[\w .-]{1,50}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
HOURS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? +(\d\d:\d\d)-(\d\d:\d\d)")


def read_roster(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rows for `store.agents.save`. Raises BadInput at the first bad row."""
    reader = csv.DictReader(lines, skipinitialspace=True, strict=True)
    try:
        _check_header(reader.fieldnames or [])
        rows = [_agent(row, reader.line_num) for row in reader]
    except csv.Error as error:
        raise BadInput(f"line {reader.line_num}: {error}; expected a CSV file") from error
    _check_unique([row["email"] for row in rows])
    return rows


def _check_header(names: Iterable[str]) -> None:
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise BadInput(f"line 1: no column {missing[0]!r}; expected {','.join(COLUMNS)}")


def _check_unique(emails: list[str]) -> None:
    twice = next((email for email in emails if emails.count(email) > 1), None)
    if twice:
        raise BadInput(f"column email: {twice!r} stands twice; expected one row a person")


def _agent(row: Mapping[str, str | None], line: int) -> dict[str, Any]:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    try:
        return {
            "name": _text(cells, "name"),
            "email": _matching(cells, "email", EMAIL, "an address like ann@example.org").lower(),
            "experience": _number(cells, "experience", EXPERIENCE),
            "languages": _several(cells, "languages", LANGUAGE, "codes like en;de") or ["en"],
            "skills": _several(cells, "skills", SKILL, "words separated by ;"),
            "team": cells["team"][:100],
            "capacity": _number(cells, "capacity", CAPACITY),
            "shift": _shift(cells),
        }
    except ValueError as error:
        raise BadInput(f"line {line}, {error}") from error


def _text(cells: Mapping[str, str], column: str) -> str:
    if not cells[column] or len(cells[column]) > 200:  # noqa: PLR2004 - the table's width
        raise ValueError(f"column {column}: expected 1 to 200 characters")
    return cells[column]


def _matching(cells: Mapping[str, str], column: str, form: re.Pattern[str], wanted: str) -> str:
    if not form.fullmatch(cells[column]):
        raise ValueError(f"column {column}: {cells[column]!r}; expected {wanted}")
    return cells[column]


def _number(cells: Mapping[str, str], column: str, allowed: range) -> int:
    wanted = f"a whole number from {allowed[0]} to {allowed[-1]}"
    number = _matching(cells, column, re.compile(r"\d{1,4}", re.ASCII), wanted)
    if int(number) not in allowed:
        raise ValueError(f"column {column}: {number}; expected {wanted}")
    return int(number)


def _several(
    cells: Mapping[str, str], column: str, form: re.Pattern[str], wanted: str
) -> list[str]:
    parts = [part.strip().lower() for part in cells[column].split(";") if part.strip()]
    for part in parts:
        if not form.fullmatch(part):
            raise ValueError(f"column {column}: {part!r}; expected {wanted}")
    return sorted(set(parts))


def _shift(cells: Mapping[str, str]) -> dict[str, Any] | None:
    if not cells["shift"]:
        return None
    hours: dict[str, list[str]] = {}
    for part in cells["shift"].lower().split(";"):
        days, start, end = _hours(part.strip())
        hours |= {str(day): [start, end] for day in days}
    return {"zone": _zone(cells["timezone"] or "UTC"), "hours": hours}


def _hours(part: str) -> tuple[list[int], str, str]:
    wanted = "days and hours like mon-fri 08:00-16:30"
    if not (found := HOURS.fullmatch(part)):
        raise ValueError(f"column shift: {part!r}; expected {wanted}")
    first, last, start, end = found.groups()
    try:
        days = _days(MONDAY_TO_SUNDAY.index(first), MONDAY_TO_SUNDAY.index(last or first))
        closing = "00:00" if end == "24:00" else end
        return days, time.fromisoformat(start).isoformat(), time.fromisoformat(closing).isoformat()
    except ValueError as error:
        raise ValueError(f"column shift: {part!r}; expected {wanted}") from error


def _days(first: int, last: int) -> list[int]:
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError) as error:
        raise ValueError(f"column timezone: {name!r}; expected one like Europe/Berlin") from error
