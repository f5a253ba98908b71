"""A file of tickets as it was found: what it is, how it is written, and whether it stays so."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from triage.errors import BadInput
from triage.ticketfile.csv_rows import Dialect, csv_table
from triage.ticketfile.excel_rows import excel_table
from triage.ticketfile.json_rows import json_table
from triage.ticketfile.lines import lines_of
from triage.ticketfile.packed import is_packed, open_unpacked
from triage.ticketfile.parquet_rows import parquet_table
from triage.ticketfile.row import Table
from triage.ticketfile.text_kind import check_encoding, delimiter_of, encoding_of, escapes, is_json

HEAD = 256 * 1024  # bytes that say what a file is
PARQUET, ZIP, OLD_EXCEL = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Kind(StrEnum):
    CSV = "CSV"
    JSON_LINES = "JSON Lines"
    PARQUET = "Parquet"
    EXCEL = "Excel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What whoever gives the file says of it; None: find out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`path` is what is read, `name` what it is called; `identity` changes when the file does."""

    path: Path
    name: str
    kind: Kind
    packed: bool
    encoding: str
    dialect: Dialect
    sheet: str | None
    size: int
    identity: str

    def table(self) -> Table:
        """Return the file's columns and rows. Raises BadInput, also while rows are read."""
        if self.kind is Kind.PARQUET:
            return parquet_table(self.path, self.name)
        if self.kind is Kind.EXCEL:
            return excel_table(self.path, self.name, self.sheet)
        lines = lines_of(self._opened(), self.encoding)
        if self.kind is Kind.JSON_LINES:
            return json_table(lines, self.encoding)
        return csv_table(lines, self.encoding, self.dialect)

    def check_unchanged(self) -> None:
        """Raise BadInput where the file is not what it was when reading began."""
        if identity_of(self.path, self.name) != self.identity:
            raise BadInput(f"{self.name} changed while it was read; run it again when it is whole")

    def in_words(self) -> str:
        """Return what the file was found to be."""
        if self.kind in {Kind.PARQUET, Kind.EXCEL}:
            return str(self.kind)
        parted = {"\t": "tab"}.get(self.dialect.delimiter, self.dialect.delimiter)
        how = f", {self.encoding}, parted by {parted}" if self.kind is Kind.CSV else ""
        return f"{self.kind}{how}"

    def _opened(self) -> BinaryIO:
        return open_unpacked(self.path, self.name)


def source_of(path: Path, name: str, asked: Asked) -> Source:
    """Return what a file is, by its content and never by its ending. Raises BadInput."""
    try:
        with open_unpacked(path, name) as file:
            head = file.read(HEAD)
        with path.open("rb") as file:
            packed = is_packed(file.read(4))
        identity, size = identity_of(path, name), path.stat().st_size
    except OSError as error:
        raise BadInput(f"{name}: {_why(error)}; expected a file that can be read") from None
    kind, encoding, dialect = _what(head, name, asked)
    return Source(
        path=path,
        name=name,
        kind=kind,
        packed=packed,
        encoding=encoding,
        dialect=dialect,
        sheet=asked.sheet,
        size=size,
        identity=identity,
    )


def needs_a_copy(source: Source) -> bool:
    """Return whether the file must be unpacked to be read: its end says where its parts are."""
    return source.packed and source.kind in {Kind.PARQUET, Kind.EXCEL}


def copy(stream: BinaryIO, to: Path) -> None:
    """Write a stream to a file, whole or not at all."""
    part = to.with_name(f"{to.name}.part")
    with part.open("wb") as file:
        shutil.copyfileobj(stream, file, HEAD)
        file.flush()
        os.fsync(file.fileno())
    part.replace(to)


def identity_of(path: Path, name: str) -> str:
    """Return what changes when a file does: size, time and first part. Raises BadInput."""
    try:
        it = path.stat()
        with path.open("rb") as file:
            head = hashlib.blake2b(file.read(HEAD), digest_size=16).hexdigest()
    except OSError as error:
        raise BadInput(f"{name}: {_why(error)}; it was there before") from None
    return f"{it.st_size}-{it.st_mtime_ns}-{head}"


def _what(head: bytes, name: str, asked: Asked) -> tuple[Kind, str, Dialect]:
    if not head.strip():
        raise BadInput(f"{name} is empty; expected a row of column names, and tickets below")
    if head.startswith(PARQUET):
        return Kind.PARQUET, "", Dialect()
    if head.startswith(ZIP):
        return Kind.EXCEL, "", Dialect()
    if head.startswith(OLD_EXCEL):
        raise BadInput(f"{name} is an Excel file of before 2007; save it as .xlsx or CSV")
    encoding = check_encoding(asked.encoding) if asked.encoding else encoding_of(head, name)
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    if is_json(text):
        return Kind.JSON_LINES, encoding, Dialect()
    if text.lstrip().startswith("["):
        raise BadInput(f"{name} is one JSON array; expected JSON Lines: one object a line")
    if asked.delimiter and (len(asked.delimiter) != 1 or asked.delimiter in '"\r\n\\'):
        raise BadInput(f"delimiter {asked.delimiter!r}: expected one character, or tab")
    dialect = Dialect(asked.delimiter or delimiter_of(text), escapes(text))
    return Kind.CSV, encoding, dialect


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
