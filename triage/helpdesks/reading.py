"""Untrusted JSON, read one typed field at a time.

Every reader returns a bounded value of the type it names, or raises Malformed with one sentence:
where, what was expected, what was found. What customers wrote never stands in such a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from triage.helpdesks import hygiene, ids
from triage.helpdesks.event import Malformed

#: Nothing here was sent earlier or later; a wrong unit or a wrong clock is.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MAX_WORD = 60  # characters of an unknown word that an error repeats

_KINDS = {
    type(None): "nothing",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a JSON document and the path where it stood. What is missing reads as null."""

    value: object
    path: str = ""

    def __getitem__(self, key: str) -> Field:
        path = f"{self.path}.{key}" if self.path else key
        if self.value is None:
            return Field(None, path)
        if not isinstance(self.value, dict):
            raise self.unlike("an object")
        return Field(self.value.get(key), path)

    def __bool__(self) -> bool:
        """Return whether anything stands here: null and empty text are nothing."""
        return self.value is not None and self.value != ""

    def text(self) -> str:
        """Return a text as it was sent, clean but not shortened."""
        if not isinstance(self.value, str):
            raise self.unlike("a string")
        return hygiene.clean(self.value)

    def line(self, limit: int = hygiene.MAX_NAME) -> str:
        """Return a name, a word or a subject as one line; empty if there is none."""
        return hygiene.one_line(self.text(), limit) if self else ""

    def tags(self) -> frozenset[str]:
        """Return a list of strings as tags; none if it is missing."""
        return hygiene.tags(item.text() for item in self.items())

    def id(self) -> str:
        """Return an id, a string or a whole number, as a string."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # 7.0 is a whole number, says JSON Schema
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.unlike("a string or a whole number")
        if (name := ids.usable(str(value))) is None:
            raise self.unlike(f"1 to {ids.MAX_ID} printable characters")
        return name

    def id_or_none(self) -> str | None:
        """Return an id, or None if there is none."""
        return self.id() if self else None

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.unlike("true or false")
        return self.value

    def moment(self) -> datetime:
        """Return a moment in UTC, from ISO 8601 with its zone or from unix seconds."""
        moment = iso_moment(self.value) if isinstance(self.value, str) else _unix(self.value)
        if moment is None:
            raise self.unlike("ISO 8601 with a time zone or unix seconds, of 1990 to 2099")
        return moment

    def milliseconds(self) -> datetime:
        """Return a moment in UTC from unix milliseconds."""
        value = self.value
        known = isinstance(value, int | float) and not isinstance(value, bool)
        moment = _unix(value / 1000) if known and isinstance(value, int | float) else None
        if moment is None:
            raise self.unlike("unix milliseconds, of 1990 to 2099")
        return moment

    def one_of(self, choices: Mapping[str, _T]) -> _T:
        """Return what the word stands for. Raises Malformed, which repeats an unknown word."""
        if not isinstance(self.value, str):
            raise self.unlike(f"one of {', '.join(choices)}")
        if self.value not in choices:
            word = json.dumps(self.value[:MAX_WORD])
            raise Malformed(f"{self.where}: expected one of {', '.join(choices)}, found {word}")
        return choices[self.value]

    def items(self) -> Iterator[Field]:
        """Yield the fields of a list; none if it is missing."""
        if not isinstance(self.value, list | None):
            raise self.unlike("a list")
        for number, value in enumerate(self.value or ()):
            yield Field(value, f"{self.path}[{number}]")

    @property
    def where(self) -> str:
        return self.path or "the body"

    def unlike(self, expected: str) -> Malformed:
        """Return the error for a value that is not what was expected."""
        found = _KINDS.get(type(self.value), "something else")
        return Malformed(f"{self.where}: expected {expected}, found {found}")


def iso_moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment in UTC, or None for a naive, an absurd or no moment."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _sane(moment) if moment.tzinfo else None


def _unix(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not EARLIEST.timestamp() <= value < LATEST.timestamp():
        return None  # before the conversion, which fails in its own ways on huge numbers
    return _sane(datetime.fromtimestamp(value, tz=UTC))


def _sane(moment: datetime) -> datetime | None:
    return moment.astimezone(UTC) if EARLIEST <= moment < LATEST else None
