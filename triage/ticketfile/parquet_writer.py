"""Parquet, written a thousand rows at a time; lists stay lists, moments and texts are texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Self

import pyarrow as pa
from pyarrow import parquet

from triage.ticketfile.column import Column, Form

GROUP = 1_000  # rows of one group: what is in memory, some 7 KB each
EVIDENCE = pa.list_(
    pa.struct(
        [
            pa.field("text", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
            pa.field("weight", pa.float64()),
        ]
    )
)
TYPES: dict[Form, Any] = {
    Form.TEXT: pa.string(),
    Form.AS_IT_CAME: pa.string(),
    Form.NUMBER: pa.float64(),
    Form.WHOLE: pa.int64(),
    Form.TRUTH: pa.bool_(),
    Form.WORDS: pa.list_(pa.string()),
    Form.EVIDENCE: EVIDENCE,
}


class ParquetRows:
    """Takes rows and writes them by groups; the last when it is closed."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._schema = pa.schema([(it.name, _type(it)) for it in columns])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._texts = [it.name for it in columns if it.form is Form.AS_IT_CAME]
        self._rows: list[Mapping[str, Any]] = []

    def add(self, row: Mapping[str, Any]) -> None:
        came = {it: row.get(it) for it in self._texts}
        texts = {it: None if cell is None else str(cell) for it, cell in came.items()}
        self._rows.append({**row, **texts})
        if len(self._rows) >= GROUP:
            self._write()

    def _write(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema))
        self._rows.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        if kind is None and self._rows:
            self._write()
        self._writer.close()


def _type(column: Column) -> Any:
    if column.form is Form.SHARES:
        return pa.struct([(it, pa.float64()) for it in column.parts])
    return TYPES[column.form]
