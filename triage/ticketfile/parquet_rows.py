"""Parquet, a few thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triage.errors import BadInput
from triage.ticketfile.row import Read, Row, Table, apart

BATCH = 1_000  # rows
BUFFER = 1024 * 1024  # bytes of a column read at once: a group of rows may hold millions


def parquet_table(path: Path, name: str) -> Table:
    """Return the table; a line is a row's number here. Raises BadInput, also as rows are read."""
    import pyarrow as pa  # noqa: PLC0415  # 0.1 s and 50 MB
    from pyarrow import parquet  # noqa: PLC0415

    try:
        file = parquet.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)
        columns = apart(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name, error) from None
    return Table(columns, _rows(file, columns, name))


def _rows(file: Any, columns: list[str], name: str) -> Iterator[Read]:
    import pyarrow as pa  # noqa: PLC0415

    line = 0
    try:
        for batch in file.iter_batches(BATCH, use_threads=False):
            for values in zip(*map(_values, batch.columns), strict=True):
                line += 1
                yield Row(line, dict(zip(columns, values, strict=True)))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(name, error) from None


def _values(column: Any) -> list[Any]:
    """Return a column's cells; times to the microsecond, finer ones need pandas."""
    import pyarrow as pa  # noqa: PLC0415

    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return list(column.to_pylist())


def _damaged(name: str, error: Exception) -> BadInput:
    said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return BadInput(f"{name} cannot be read as Parquet: {said}; it may be cut short")
