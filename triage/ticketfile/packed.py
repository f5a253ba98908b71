"""What is packed, unpacked as it is read: gzip and zstd, told by their first bytes.

A small file that unpacks to very much is refused before it has filled a disk.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from triage.errors import BadInput

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
BUFFER = 1024 * 1024  # bytes
SMALL = 1024**3  # bytes that anything may unpack to
MOST_TIMES = 300  # the size of the packed file; texts reach 30, templates 100


def is_packed(head: bytes) -> bool:
    return head.startswith((GZIP, ZSTD))


def open_unpacked(path: Path, name: str, small: int = SMALL) -> BinaryIO:
    """Return the bytes of a file, unpacked where it is packed. Raises BadInput as it is read."""
    file = path.open("rb")
    head = file.peek(4)[:4]
    if not is_packed(head):
        return file
    read = _gunzip(file) if head.startswith(GZIP) else _unzstd(file)
    most = max(small, MOST_TIMES * path.stat().st_size)
    return cast("BinaryIO", io.BufferedReader(_Unpacked(file, read, name, most), BUFFER))


def _gunzip(file: BinaryIO) -> Callable[[int], bytes]:
    return gzip.GzipFile(fileobj=file).read


def _unzstd(file: BinaryIO) -> Callable[[int], bytes]:
    import pyarrow as pa  # noqa: PLC0415  # where there is zstd only

    stream = pa.CompressedInputStream(cast("io.IOBase", file), "zstd")
    return cast("Callable[[int], bytes]", stream.read)


class _Unpacked(io.RawIOBase):
    """Reads on while the file is whole and not too much comes out of it."""

    def __init__(self, file: BinaryIO, read: Callable[[int], bytes], name: str, most: int) -> None:
        super().__init__()
        self._file, self._read, self._name, self._left = file, read, name, most

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            found = self._read(len(into))
        except (EOFError, OSError, zlib.error) as error:
            said = f"{self._name} cannot be unpacked: {error}; it may be cut short"
            raise BadInput(said) from None
        self._left -= len(found)
        if self._left < 0:
            said = f"{self._name} unpacks to over {MOST_TIMES} times its size; unpack it first"
            raise BadInput(said)
        into[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()
