"""What a text file is, from its first part: its encoding, and CSV's delimiter or JSON Lines."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from itertools import islice

from triage.errors import BadInput

MARKS = (  # the longer first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 50  # rows
#: What Western European texts hold beside ASCII, in the encoding of Windows (cp1252).
WESTERN = frozenset(
    "‘’‚“”„–—…•€£©®°·«»§´ \u00a0àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ¡¿"
)
MOST_STRANGE, MOST_UNUSUAL = 0.15, 0.02  # of the characters; of those that are not ASCII
OTHERS = [
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
]


def encoding_of(head: bytes, name: str) -> str:
    """Return the encoding of a text by its first bytes. Raises BadInput where it is not a text."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head[:4096]:
        raise BadInput(f"{name} is not a text file; expected CSV, JSON Lines, Parquet or Excel")
    whole = head[: head.rfind(b"\n") + 1] or head  # a character may be cut at the end
    try:
        codecs.getincrementaldecoder("utf-8")().decode(whole)
    except UnicodeDecodeError:
        return _guessed(whole)
    return "utf-8"


def check_encoding(encoding: str) -> str:
    """Return the encoding's own name. Raises BadInput."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise BadInput(f"encoding {encoding!r} is not known; such as utf-8 or cp1252") from None


def delimiter_of(head: str) -> str:
    """Return what parts the cells: what gives most rows the same number of cells, and the most."""
    return max(DELIMITERS, key=lambda it: _evenness(head, it))


def escapes(head: str) -> bool:
    """Return whether quotes within cells have a backslash before them, as databases write them."""
    return head.count('\\"') > head.count('""')


def is_json(head: str) -> bool:
    return head.lstrip().startswith("{")


def _guessed(head: bytes) -> str:
    """Return the encoding: that of Western Windows where it reads as such, as guessers confuse it
    with its neighbours, and most exports are its.
    """
    western = head.decode("cp1252", "replace")
    strange = Counter(it for it in western if not it.isascii())
    unusual = sum(count for it, count in strange.items() if it not in WESTERN)
    if unusual <= MOST_UNUSUAL * strange.total() and strange.total() <= MOST_STRANGE * len(western):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415  # where it is another only

    found = from_bytes(head[: 64 * 1024], cp_isolation=OTHERS).best()
    return found.encoding if found else "cp1252"


def _evenness(head: str, delimiter: str) -> tuple[float, int]:
    lines = head.splitlines(keepends=True)
    try:
        rows = list(
            islice(csv.reader(lines[: -1 or None] or lines, delimiter=delimiter), LOOKED_AT)
        )
    except csv.Error:
        return (0.0, 0)
    widths = Counter(len(it) for it in rows if it)
    width, times = max(widths.items(), key=lambda it: (it[1], it[0]), default=(0, 0))
    return (times / sum(widths.values()) if width > 1 else 0.0, width)
