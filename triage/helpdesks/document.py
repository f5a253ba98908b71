"""The body of a delivery as JSON, stricter than Python's reader.

What readers of JSON disagree on is refused. The API has bounded the bytes before.
"""

from __future__ import annotations

import json
import math

from triage.helpdesks.event import Malformed
from triage.helpdesks.reading import MAX_WORD, Field

MAX_DIGITS = 32  # of a whole number; ids have 20


def read_json(body: bytes, *, strict: bool = True) -> Field:
    """Return the document. Raises Malformed.

    `strict` false allows raw line breaks inside strings.
    """
    try:
        return Field(_DECODER[strict].decode(_text(body)))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise Malformed(f"the body: expected JSON, but at {place}: {error.msg}") from error
    except RecursionError as error:
        raise Malformed("the body: expected JSON of moderate depth, found it too deep") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")  # some senders begin with a byte order mark
    except UnicodeDecodeError as error:
        raise Malformed(f"the body: expected UTF-8, found other bytes at {error.start}") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a key that stands twice: readers disagree on which one counts, and forgers know it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed(f"the body: the key {_twice(pairs)} stands twice in one object")
    return found


def _twice(pairs: list[tuple[str, object]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return json.dumps(key[:MAX_WORD])
        seen.add(key)
    raise AssertionError("no key stands twice")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed(f"the body: expected at most {MAX_DIGITS} digits a number, found more")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed("the body: expected finite numbers, found one beyond all bounds")
    return number


def _constant(name: str) -> object:
    raise Malformed(f"the body: expected finite numbers, found {name}")


_DECODER = {
    strict: json.JSONDecoder(
        strict=strict,
        object_pairs_hook=_object,
        parse_int=_whole,
        parse_float=_fraction,
        parse_constant=_constant,
    )
    for strict in (True, False)
}
