"""How the phrases of a lexicon are looked for in a text. Pure; English only.

A text costs one look-up a word and no text can make it slow: all that repeats is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from string import punctuation, whitespace
from typing import Generic, TypeVar

from triage.domain.emotion import Span

Kind = TypeVar("Kind")

LOOKED_AT = (
    10_000  # characters at each end: complaints open with the case and close with the demand
)
PLACES = 200  # of one word; no prose repeats a word more often, so it is only made to be slow
APART = r"[\s,\-]{1,6}+"  # between the words of a phrase; possessive: nothing is tried twice
#: Lookbehinds (one, several, or a choice of them), first words, and what follows.
LINE = re.compile(r"((?:\(\?<[^)]*\)|\(\?:(?:\(\?<[^)]*\)\|?)+\))*)([\w'|]+)(?![\w'|])(.*)")
MARK = re.compile(r"[^\w']|_")
BLANKS = str.maketrans({mark: " " for mark in punctuation + whitespace if mark != "'"})
APOSTROPHES = "\u2019\u2018`\u00b4\u02bc"

#: Words that stand for many, in every lexicon. `_` is a space inside an alternative.
SHORTHAND = {
    "CANT": "can't|cant|cannot|can_not",
    "DONT": "don't|dont|do_not",
    "WONT": "won't|wont|will_not",
    "HAVENT": "haven't|havent|have_not|hasn't|hasnt|has_not",
    "NTH": "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|umpteenth|nth|hundredth"
    "|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|100th",
    "MANY": "two|three|four|five|six|seven|eight|nine|ten|several|multiple|many|countless|numerous"
    "|so_many|2|3|4|5|6|7|8|9|10|20",
}


@dataclass(frozen=True)
class Phrase(Generic[Kind]):
    """One phrase of a lexicon; compiled when its first word is first met, since most never are."""

    kind: Kind
    source: str

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        before, heads, rest = _parts(self.source)
        return re.compile(rf"{before}(?:{_regex(heads)}){_regex(rest)}(?!\w|'\w)").match

    @property
    def first_words(self) -> list[str]:
        _, heads, _ = _parts(self.source)
        return list(dict.fromkeys(head.split("_")[0] for head in heads.split("|")))


class Phrasebook(Generic[Kind]):
    """Phrases by their first word, so that a text costs one look-up a word, not one a phrase.

    A lexicon holds one phrase a line: first words joined by `|`, then a regular expression in
    which a space (in the first words `_`) stands for any gap between words, `<3>` for up to three
    words and `*` for up to four times. Lookbehinds may come first, with real spaces.
    """

    def __init__(self, lexicons: Iterable[tuple[Kind, str]]) -> None:
        self.phrases = [
            Phrase(kind, _in_full(line))
            for kind, lexicon in lexicons
            for line in filter(None, map(str.strip, lexicon.splitlines()))
        ]
        self._by_word: dict[str, list[Phrase[Kind]]] = {}
        for phrase in self.phrases:
            for word in phrase.first_words:
                self._by_word.setdefault(word, []).append(phrase)

    def find(self, folded: str) -> list[tuple[Kind, Span]]:
        """Return the phrases in a folded text, by their place in it."""
        spaced = _spaced(folded)
        found = [
            (phrase.kind, Span(*hit.span()))
            for word in self._by_word.keys() & spaced.split()
            for start in islice(_places(word, spaced), PLACES)
            for phrase in self._by_word[word]
            if (hit := phrase.match(folded, start))
        ]
        return sorted(found, key=lambda each: each[1].start)


def _spaced(folded: str) -> str:
    """Return it with a blank for every mark and at both ends: words stand between blanks."""
    blank = folded.translate(BLANKS) if folded.isascii() else MARK.sub(" ", folded)
    return f" {blank} ".replace(" '", "  ").replace("' ", "  ")


def _places(word: str, spaced: str) -> Iterator[int]:
    """Yield where `word` begins in the text that was spaced out."""
    place = spaced.find(f" {word} ")
    while place >= 0:
        yield place
        place = spaced.find(f" {word} ", place + 1)


def fold(text: str) -> str:
    """Return `text` in lower case with plain apostrophes, every character in its old place."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals grow in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if not lowered.isascii() or "`" in lowered:
        for mark in APOSTROPHES:
            lowered = lowered.replace(mark, "'")
    return lowered


def ends(text: str) -> tuple[tuple[int, str], ...]:
    """Return the parts of `text` that are looked at, each with where it begins."""
    if len(text) <= 2 * LOOKED_AT:
        return ((0, text),)
    return (0, text[:LOOKED_AT]), (len(text) - LOOKED_AT, text[-LOOKED_AT:])


def _in_full(line: str) -> str:
    for short, full in SHORTHAND.items():
        line = re.sub(rf"\b{short}\b", full, line)
    return line


def _parts(line: str) -> tuple[str, str, str]:
    parts = LINE.fullmatch(line)
    if parts is None or _splits(parts[3]):
        raise ValueError(f"a phrase begins with plain words: {line!r}")
    return parts[1], parts[2], parts[3]


def _splits(expression: str) -> bool:
    """Return whether a `|` stands outside all brackets: it would split the whole phrase."""
    while (inner := re.sub(r"\([^()]*\)|\[[^\]]*\]", "", expression)) != expression:
        expression = inner
    return "|" in expression


def _closed(expression: str) -> str:
    """Return it with every "not before these words" ending at a word's end ("a" is not "again")."""
    found = re.search(r"\(\?! (?!\?)", expression)
    if found is None:
        return expression
    start, depth, end = found.start(), 1, found.start() + 1
    while depth:
        depth += {"(": 1, ")": -1}.get(expression[end], 0)
        end += 1
    inside = expression[start + 4 : end - 1]
    return f"{expression[:start]}(?! (?:{_closed(inside)})\\b){_closed(expression[end:])}"


def _regex(shown: str) -> str:
    """Return the expression meant; all is bounded, so that no text can make it slow."""
    bounded = _closed(shown).replace(")*", "){0,4}").replace("_", " ")
    gapped = re.sub(r"<(\d)>", r"(?:[\\w']++ ){0,\1}?", bounded)
    return gapped.replace(" ?", f"(?:{APART})?").replace(" ", APART)
