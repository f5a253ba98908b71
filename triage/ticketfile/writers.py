"""Results into a file, a row at a time: CSV, JSON Lines, Parquet or Excel by the file's ending.

The file appears whole or not at all: rows go to a file beside it that takes its name at the end.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from triage.errors import BadInput
from triage.ticketfile.column import Column, Form
from triage.ticketfile.neutral import neutral

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx")
PACKED = (".gz", ".zst")
NOT_PACKED = (".parquet", ".xlsx")  # they are packed already
MOST_IN_EXCEL = 1_048_575  # rows below the names of the columns

Write = Callable[[Mapping[str, Any]], None]


def ending_of(path: Path) -> str:
    """Return which of the endings a file has, packed or not. Raises BadInput."""
    inner = Path(path.stem).suffix if path.suffix in PACKED else path.suffix
    if inner not in ENDINGS or (path.suffix in PACKED and inner in NOT_PACKED):
        raise BadInput(f"{path} does not say what to write; expected one of {', '.join(ENDINGS)}")
    return inner


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that becomes `path` when all is written, and leaves nothing otherwise."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def written(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """Yield what takes the rows, by their columns' names. Raises BadInput, OSError."""
    ending = ending_of(path)
    makers = {".parquet": _parquet, ".xlsx": _excel, ".jsonl": _json, ".ndjson": _json}
    with ExitStack() as stack:
        file = stack.enter_context(whole(path))
        if path.suffix in PACKED:
            file = stack.enter_context(_packed(file, path.suffix))
        maker = makers.get(ending, _csv)
        yield stack.enter_context(maker(file, columns, ending))


@contextmanager
def _packed(file: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    if suffix == ".gz":  # without name and time, so that the same rows give the same bytes
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield cast("BinaryIO", packed)
        return
    import pyarrow as pa  # noqa: PLC0415

    with pa.CompressedOutputStream(cast("io.IOBase", _StaysOpen(file)), "zstd") as packed:
        yield cast("BinaryIO", packed)


class _StaysOpen(io.RawIOBase):
    """What writes to it may close it, and the file stays open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._file.write(content)


@contextmanager
def _json(file: BinaryIO, columns: Sequence[Column], _ending: str) -> Iterator[Write]:
    names = [it.name for it in columns]

    def write(row: Mapping[str, Any]) -> None:
        named = {it: row.get(it) for it in names}
        file.write(orjson.dumps(named, option=orjson.OPT_APPEND_NEWLINE))

    yield write


@contextmanager
def _csv(file: BinaryIO, columns: Sequence[Column], ending: str) -> Iterator[Write]:
    # with the mark of UTF-8, or Excel reads it in another encoding
    text = io.TextIOWrapper(cast("Any", file), "utf-8-sig", newline="", write_through=False)
    lines = csv.writer(text, delimiter="\t" if ending == ".tsv" else ",", lineterminator="\r\n")
    lines.writerow([neutral(it) for it in _flat_names(columns)])

    def write(row: Mapping[str, Any]) -> None:
        lines.writerow([_as_text(it) for it in _flat(row, columns)])

    yield write
    text.flush()
    text.detach()


@contextmanager
def _excel(file: BinaryIO, columns: Sequence[Column], _ending: str) -> Iterator[Write]:
    from openpyxl import Workbook  # noqa: PLC0415  # where a workbook is written only
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE as ILLEGAL  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tickets")
    longest = 32_767  # characters of a cell

    def clean(cell: Any) -> Any:
        return ILLEGAL.sub("", neutral(cell))[:longest] if isinstance(cell, str) else cell

    with _disk_errors(sheet):
        sheet.append([clean(it) for it in _flat_names(columns)])
        yield lambda row: sheet.append([clean(it) for it in _flat(row, columns)])
        book.save(file)


@contextmanager
def _disk_errors(sheet: Any) -> Iterator[None]:
    """Turn what lxml raises where a disk is full (a workbook lies in /tmp first) into OSError."""
    try:
        yield
    except Exception as error:
        for unfinished in (sheet._rows, sheet._writer):  # else they complain when they are freed
            with suppress(Exception):
                unfinished.close()
        if type(error).__module__.startswith("lxml"):
            raise OSError(f"the workbook cannot be written: {error}") from error
        raise


@contextmanager
def _parquet(file: BinaryIO, columns: Sequence[Column], _ending: str) -> Iterator[Write]:
    from triage.ticketfile.parquet_writer import ParquetRows  # noqa: PLC0415  # loads pyarrow

    with ParquetRows(file, columns) as rows:
        yield rows.add


def _flat_names(columns: Sequence[Column]) -> list[str]:
    return [name for it in columns for name in ([f"{it.name}_{p}" for p in it.parts] or [it.name])]


def _flat(row: Mapping[str, Any], columns: Sequence[Column]) -> Iterator[Any]:
    """Yield the cells of a row where each is one value: words by commas, the strongest evidence."""
    for column in columns:
        value = row.get(column.name)
        if column.form is Form.SHARES:
            yield from (value[part] if value else None for part in column.parts)
        elif column.form is Form.WORDS:
            yield ", ".join(value or ())
        elif column.form is Form.EVIDENCE:
            yield value[0]["text"] if value else None
        else:
            yield value


def _as_text(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return neutral(cell) if isinstance(cell, str) else cell
