"""A text without its personal data, and where each place of it has gone.

Linear in the text's length, however hostile: every pattern is bounded, and a text that holds more
number-like runs than any letter does has all of them masked unchecked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.masking.context import Tail
from triage.masking.emails import DOMAIN, SIGNS, addresses
from triage.masking.kinds import Found, Kind
from triage.masking.numbers import Numbers

FEWEST_DIGITS = 6  # in anything that is masked besides addresses
MOST_ROUNDS = 4  # what was found once is masked wherever it stands, which may unveil another
_DIGIT = re.compile(r"\d")
#: What `mask` itself leaves: never read again, so that masking twice is masking once.
_VEILED = re.compile(rf"•{{4,}}(?: \w{{4}}(?!\w))?|[^\W_]…@{DOMAIN}")


@dataclass(frozen=True, slots=True)
class Piece:
    """What was masked: its place in the text, its place in the masked text, and what it was."""

    start: int
    end: int
    masked_start: int
    masked_end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text, and its pieces in order."""

    text: str
    pieces: tuple[Piece, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the text stands in the masked one; a cut piece counts whole."""
        return self._moved(start, is_start=True), self._moved(end, is_start=False)

    def _moved(self, at: int, *, is_start: bool) -> int:
        before = bisect_right(self.pieces, at, key=lambda piece: piece.start) - 1
        if before < 0:
            return at
        piece = self.pieces[before]
        if at >= piece.end:
            return at - piece.end + piece.masked_end
        return piece.masked_start if is_start or at == piece.start else piece.masked_end


def mask(text: str, language: str | None = None) -> Masked:
    """Return the text with personal data masked; `language` says which numbers are telephones."""
    if not any(sign in text for sign in SIGNS) and len(_DIGIT.findall(text)) < FEWEST_DIGITS:
        return Masked(text)
    known: dict[str, Kind] = {}
    found: list[Found] = []
    for _ in range(MOST_ROUNDS):
        found = _scan(text, Numbers(language, known))
        new = {one.value: one.kind for one in found if one.value.isdecimal()}
        known |= new
        if not _stand_again(text, found, known):
            break
    return _without(text, found)


def _stand_again(text: str, found: Sequence[Found], known: Mapping[str, Kind]) -> bool:
    """Whether a value that was found may stand elsewhere in the text, where nothing names it."""
    digits = "".join(str(int(it)) for it in _DIGIT.findall(text))
    times = Counter(one.value for one in found)
    return any(digits.count(value) > times[value] for value in known)


def _scan(text: str, numbers: Numbers) -> list[Found]:
    """Return what there is to mask, in order; numbers are looked for between the rest."""
    veiled = [Found(it.start(), it.end(), Kind.VEILED, it[0]) for it in _VEILED.finditer(text)]
    whole = sorted([*veiled, *addresses(text)], key=lambda one: one.start)
    found, tail, at = list[Found](), Tail(), 0
    for one in [*whole, Found(len(text), len(text), Kind.VEILED, "")]:
        found += numbers.within(text, at, one.start, tail)
        tail.add(one.shown)
        if one.kind is not Kind.VEILED:
            found.append(one)
        at = one.end
    return found


def _without(text: str, found: Sequence[Found]) -> Masked:
    parts, at = list[str](), 0
    for one in found:
        parts += [text[at : one.start], one.shown]
        at = one.end
    return Masked("".join([*parts, text[at:]]), tuple(_pieces(found)))


def _pieces(found: Iterable[Found]) -> Iterator[Piece]:
    moved = 0
    for one in found:
        start = one.start + moved
        yield Piece(one.start, one.end, start, start + len(one.shown), one.kind)
        moved += len(one.shown) - (one.end - one.start)
