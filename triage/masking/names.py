"""A customer's name on a list: enough to tell two apart, too little to look somebody up."""

from __future__ import annotations

import re

from triage.masking.text import mask

LONGEST_SHOWN = 30  # characters of a first name
MOST_WORDS = 5  # of a field that is somebody's name
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that join both names


def short_name(name: str | None) -> str | None:
    """Return the first name and the initial of the last: `Dana Reyes` is shown as `Dana R.`

    What holds an address or a number is masked instead, and so is anything else too long for a
    name. Of a name in a script without spaces the first character is shown.
    """
    if not name:
        return name
    if (masked := mask(name)).pieces:
        return masked.text
    words = _given_name_first(name).split()
    if not words:
        return name
    if len(words) == 1 or len(words) > MOST_WORDS:
        return _one_word(words[0], cut=len(words) > 1)
    return f"{_one_word(words[0])} {_initial(words[-1])}"


def _given_name_first(name: str) -> str:
    last, comma, first = name.partition(",")
    return f"{first} {last}" if comma and first.strip() else name


def _one_word(word: str, *, cut: bool = False) -> str:
    if _UNSPACED.search(word) and len(word) > 1:
        return f"{word[0]}…" if not word.endswith("…") else word
    shown = word[:LONGEST_SHOWN]
    return f"{shown}…" if cut or len(word) > LONGEST_SHOWN else shown


def _initial(word: str) -> str:
    return f"{word[0]}."
