"""The first phase: the file's rows into the work file, as messages of threads.

After a kill the rows that are there already are read past. Where the file itself fails, the work
file is worth nothing and goes; where only this machine did (a full disk), it stays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice

from triage.errors import BadInput
from triage.rescore_file.asked import STANDARD_INPUT, Request
from triage.rescore_file.incoming import Incoming, Meaning, incoming
from triage.rescore_file.shown import Advance, Shown
from triage.rescore_file.work import Work
from triage.ticketfile.cells import form_of, is_filled
from triage.ticketfile.columns import Columns, chosen
from triage.ticketfile.packed import open_unpacked
from triage.ticketfile.row import Read, Reject, Row, some
from triage.ticketfile.source import Source, copy, needs_a_copy, source_of
from triage.ticketfile.writers import MOST_IN_EXCEL, ending_of

SAMPLE = 200  # rows that confirm a guess
STEP = 2_000  # rows in one transaction
ROWS, ALL_READ, COLUMNS = "rows read", "all read", "columns"


def read_in(asked: Request, work: Work, shown: Shown) -> Columns:
    """Read the whole file, or what of it is not read yet; return what its columns mean."""
    if work.fact(ALL_READ):
        return _columns(work.fact(COLUMNS))
    try:
        return _read(source_in_place(asked), asked, work, shown)
    except BadInput:
        work.spoilt = True
        raise


def source_in_place(asked: Request) -> Source:
    """Return the file, or its copy where it can be read once only or must be unpacked first."""
    if asked.copy.exists():
        return source_of(asked.copy, asked.name, asked.reading)
    if asked.file == STANDARD_INPUT:
        copy(sys.stdin.buffer, asked.copy)
        return source_in_place(asked)
    source = source_of(asked.path, asked.name, asked.reading)
    if not needs_a_copy(source):
        return source
    with open_unpacked(source.path, source.name) as unpacked:
        copy(unpacked, asked.copy)
    return source_in_place(asked)


def _read(source: Source, asked: Request, work: Work, shown: Shown) -> Columns:
    table = source.table()
    sample = some(table.rows, SAMPLE)
    rows = [it for it in sample if isinstance(it, Row)]
    columns = chosen(asked.columns, table.columns, rows)
    form = asked.time_format or _form(columns, rows)
    shown.columns(source.name, source.in_words(), columns, form)
    meaning = Meaning(columns=columns, customers=asked.customers, time_format=form)
    with shown.phase("reading") as advance:
        _store(chain(sample, table.rows), meaning, work, advance)
    source.check_unchanged()
    _check(asked, source, work)
    with work.moving():
        work.note(COLUMNS, asdict(columns))
        work.note(ALL_READ, value=True)
    return columns


def _form(columns: Columns, rows: list[Row]) -> str | None:
    if not columns.sent_at:
        return None
    cells = [row.cells.get(columns.sent_at) for row in rows]
    return form_of(list(filter(is_filled, cells)))


def _store(rows: Iterator[Read], meaning: Meaning, work: Work, advance: Advance) -> None:
    number = work.fact(ROWS) or 0
    rows = islice(rows, number, None)
    while step := some(rows, STEP):
        with work.moving():
            work.add(_messages(step, number, meaning))
            number += len(step)
            work.note(ROWS, number)
        advance(number, "")


def _messages(rows: list[Read], before: int, meaning: Meaning) -> Iterator[Incoming | Reject]:
    for number, row in enumerate(rows, before + 1):
        yield row if isinstance(row, Reject) else incoming(row, number, meaning)


def _check(asked: Request, source: Source, work: Work) -> None:
    counts = work.counts()
    if not counts["tickets"] and not counts["rejects"]:
        raise BadInput(f"{source.name} has names of columns and no tickets below them")
    if ending_of(asked.out) == ".xlsx" and counts["tickets"] > MOST_IN_EXCEL:
        most = f"{MOST_IN_EXCEL:,}"
        raise BadInput(f"{counts['tickets']:,} tickets; Excel holds {most}: write .csv or .parquet")


def _columns(noted: dict[str, object]) -> Columns:
    return Columns(**{**noted, "keep": tuple(noted["keep"])})  # type: ignore[arg-type]
