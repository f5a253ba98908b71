"""Whom a draft greets, and whether that is the customer. Pure."""

from __future__ import annotations

import re
import unicodedata

from triage.domain.emotion import Span

_GREETING = re.compile(
    r"\s{0,9}(?:hello|hi|hey|dear|good (?:morning|day|afternoon|evening))[ ,]{1,3}", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]{0,40}(?: [^\W\d_][\w.'’-]{0,40}){0,4}")
_WORD = re.compile(r"[^\W\d_]+")
#: Words of a greeting that are nobody's name.
_NOBODY = frozenset(
    """
    mr mrs ms miss mx dr prof sir madam there again all team everyone everybody customer client
    valued and or to dear you friend colleague colleagues ladies gentlemen folks both
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)


def greeted_name(draft: str) -> Span | None:
    """Return where the name stands that a draft greets by, None where it greets nobody by name."""
    greeting = _GREETING.match(draft)
    found = _NAME.match(draft, greeting.end()) if greeting else None
    if greeting is None or found is None or not _ends_there(draft, found.end()):
        return None
    words = [word for word in found[0].split() if _folded(word) not in _NOBODY]
    if not words or not words[0][0].isupper():
        return None
    start = draft.index(words[0], found.start())
    return Span(start, found.end())


def is_theirs(name: str, known: str) -> bool:
    """Whether a word of the name greeted is one of the customer's, accents and case aside."""
    theirs = {_folded(word) for word in _WORD.findall(known)}
    return any(_folded(word) in theirs for word in _WORD.findall(name))


def _ends_there(draft: str, end: int) -> bool:
    """Whether a greeting ends here: what runs on is a sentence."""
    return end == len(draft) or draft[end] in ",:;.!\n–-"


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.strip(".")).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
