"""The lines of a text of any size, decoded, each with its number; no line is held that is too long.

Bytes that are not of the encoding come out as lone surrogates: whoever reads the row rejects it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.ticketfile.row import LONGEST

_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end, or without text where it is longer than a row may be."""

    number: int
    text: str
    too_long: bool = False


def lines_of(stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """Yield the lines of a stream; CR, LF and CRLF end them alike."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    with io.TextIOWrapper(stream, encoding, errors, newline="") as text:
        number = 0
        while piece := text.readline(LONGEST):
            number += 1
            whole = len(piece) < LONGEST or piece.endswith(("\r", "\n"))
            if not whole:
                _skip_line(text)
            yield Line(number, piece if whole else "", too_long=not whole)


def why_unreadable(text: str, encoding: str) -> str:
    """Return what is wrong with the characters of a row, nothing where all are good."""
    if not text.isascii() and (bad := _UNDECODED.search(text)):
        byte = ord(bad[0]) & 0xFF
        return f"byte 0x{byte:02x} is not {encoding}; name the encoding with --encoding"
    return "it holds a NUL byte" if "\0" in text else ""


def _skip_line(text: io.TextIOWrapper) -> None:
    while (piece := text.readline(LONGEST)) and not piece.endswith(("\r", "\n")):
        pass
