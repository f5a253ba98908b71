"""Cues: what intensifies a message. Pure; English only.

Polite words are no cue, and neither is the report of a problem: only how it is said counts here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from triage.domain.emotion import Span
from triage.domain.lexicon import cues as lexicon
from triage.domain.phrasebook import Phrasebook, ends, fold


class CueKind(StrEnum):
    """What intensifies, by the charge formula (`triage.domain.charge`)."""

    CAPS = "caps"
    PUNCTUATION_RUN = "punctuation_run"
    STRONG_WORD = "strong_word"
    INSULT_AT_US = "insult_at_us"
    REPETITION = "repetition"
    RHETORICAL = "rhetorical"
    REPEAT_CONTACT = "repeat_contact"


@dataclass(frozen=True, slots=True)
class Cue:
    """One place where the wording intensifies."""

    kind: CueKind
    span: Span


CUES: tuple[tuple[CueKind, str], ...] = (
    (CueKind.STRONG_WORD, lexicon.STRONG_WORD),
    (CueKind.INSULT_AT_US, lexicon.INSULT_AT_US),
    (CueKind.REPETITION, lexicon.REPETITION),
    (CueKind.RHETORICAL, lexicon.RHETORICAL),
    (CueKind.REPEAT_CONTACT, lexicon.REPEAT_CONTACT),
)

#: Said so, these mean the opposite or nothing.
SOFTENED = re.compile(
    r"(?:\b(?:not|never|isn't|wasn't|nothing|hardly)(?: (?:the|so|a|that|too))?) $"
)
NEVER_NEGATED = frozenset({CueKind.REPEAT_CONTACT, CueKind.RHETORICAL, CueKind.REPETITION})

PUNCTUATION_RUN = re.compile(r"[!?]{2,}+")
THRICE = tuple(3 * letter for letter in "abdefghilmnoprstuyz")
PUNCTUATED = ("!!", "??", "!?", "?!")
CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{3,}+")
VOWELS = frozenset("AEIOUYÄÖÜÉÈ")
OF_A_CODE = frozenset("0123456789_/\\=<>\"'`:#@$%&+*~^|{}()[]-abcdefghijklmnopqrstuvwxyz")
SHOUTED_BY_HABIT = 0.8  # share of capitals among the letters from which it is how somebody types
UNSPOKEN = (frozenset("xvi"), frozenset("hm"))  # numerals, "hmmm"
LONGEST_WORD = 20  # characters; what is longer is a key or an address


def cues(text: str) -> tuple[Cue, ...]:
    """Return what intensifies in `text`, by place."""
    found = [
        Cue(kind, Span(span.start + offset, span.end + offset))
        for offset, part in ends(text)
        for kind, span in _cues_in(part)
    ]
    return tuple(sorted(found, key=lambda cue: (cue.span.start, cue.kind)))


def _cues_in(text: str) -> Iterator[tuple[CueKind, Span]]:
    folded = fold(text)
    for kind, span in _cue_book().find(folded):
        before = folded[max(0, span.start - 16) : span.start]
        if kind in NEVER_NEGATED or not SOFTENED.search(before):
            yield kind, span
    if any(run in text for run in PUNCTUATED):
        for found in PUNCTUATION_RUN.finditer(text):
            yield CueKind.PUNCTUATION_RUN, Span(*found.span())
    yield from ((CueKind.REPETITION, span) for span in _elongated(folded))
    yield from ((CueKind.CAPS, span) for span in _shouted(text))


@cache
def _cue_book() -> Phrasebook[CueKind]:
    return Phrasebook(CUES)


def _elongated(folded: str) -> Iterator[Span]:
    """Yield the words drawn out by a letter ("sooooo"), no numerals, keys or addresses."""
    for run in (thrice for thrice in THRICE if thrice in folded):
        place = folded.find(run)
        while place >= 0:
            word = _word_around(folded, place)
            if _drawn_out(word.of(folded)):
                yield word
            place = folded.find(run, word.end)


def _drawn_out(word: str) -> bool:
    letters = set(word)
    spoken = all(letters - unspoken for unspoken in UNSPOKEN)
    return word.isalpha() and len(letters) > 1 and spoken and len(word) <= LONGEST_WORD


def _word_around(text: str, place: int) -> Span:
    """Return the unbroken run of word characters around `place`, as far as a word may reach."""
    start = end = place
    while start and place - start <= LONGEST_WORD and _joined(text[start - 1]):
        start -= 1
    while end < len(text) and end - place <= LONGEST_WORD and _joined(text[end]):
        end += 1
    return Span(start, end)


def _joined(character: str) -> bool:
    return character.isalnum() or character in "_/@"


def _shouted(text: str) -> list[Span]:
    """Return the words in capitals, if there are two or more and capitals are no habit."""
    words = [Span(*run.span()) for run in CAPITALS.finditer(text) if _is_shouted(text, *run.span())]
    if len(words) < 2 or _capitals_by_habit(text):  # noqa: PLR2004
        return []
    return words


def _is_shouted(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return (
        OF_A_CODE.isdisjoint(around)
        and end - start <= LONGEST_WORD
        and text[start:end] not in lexicon.ABBREVIATIONS
        and not VOWELS.isdisjoint(text[start:end])
    )


def _capitals_by_habit(text: str) -> bool:
    return sum(map(str.isupper, text)) >= SHOUTED_BY_HABIT * sum(map(str.isalpha, text))
