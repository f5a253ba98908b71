"""How the page says things: levels as words, times as people say them, evidence underlined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

LEVEL_WORDS = ("calm", "mild", "clear", "strong", "extreme")
STATE_WORDS = {
    "unsupported_language": "not read: language not supported",
    "empty": "not read: no text",
    "automatic": "not read: automatic message",
}


def level_word(level: int) -> str:
    return LEVEL_WORDS[level]


def feeling_of(row: Any) -> str:
    """Say the feeling, or honestly that there is none to say."""
    if not row.decided:
        return "not read yet"
    if row.state != "scored":
        return STATE_WORDS.get(row.state, "not read")
    return row.feeling or ("feeling not clear" if row.level >= 1 else "no strong feeling")


def stamp(moment: datetime) -> str:
    """A moment as machines read it; the browser shows it in its reader's zone."""
    return moment.isoformat(timespec="seconds")


def clock(moment: datetime) -> str:
    return moment.strftime("%d %b %H:%M UTC")


def words(name: str) -> str:
    return name.replace("_", " ")


def said(value: Any) -> str:
    """Say what a correction was or is: nothing, a word, a number, or several of them."""
    if isinstance(value, list):
        return ", ".join(map(words, value)) or "none"
    return "none" if value is None else words(str(value))


def first_words(opening: str) -> str:
    """Return a card's opening without its greeting: on the desk there is room for little."""
    _greeting, _blank, said = opening.partition("\n\n")
    return said or opening


def slots(text: str) -> Markup:
    """Return the text, escaped, with the [slots] marked that an agent has to fill."""
    escaped = str(escape(text))
    return Markup(SLOT.sub(r'<span class="slot">\g<0></span>', escaped))  # noqa: S704 - escaped


def marked(text: str, evidence: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the text, escaped, with the parts that carried the charge marked by strength 1–3."""
    parts, at = [], 0
    for span in sorted(evidence, key=lambda one: one["start"]):
        if span["start"] < at or span["weight"] < MARKED:
            continue
        strength = 1 + (span["weight"] >= STRONG) + (span["weight"] >= STRONGEST)
        parts.append(escape(text[at : span["start"]]))
        inner = escape(text[span["start"] : span["end"]])
        parts.append(Markup('<mark class="s{}">{}</mark>').format(strength, inner))
        at = span["end"]
    return Markup("").join([*parts, escape(text[at:])])


SLOT = re.compile(r"\[[^\[\]]{1,200}\]")
MARKED, STRONG, STRONGEST = 0.25, 0.45, 0.65  # charge that a sentence carries

FILTERS = {
    "level_word": level_word,
    "feeling_of": feeling_of,
    "stamp": stamp,
    "clock": clock,
    "words": words,
    "said": said,
    "first_words": first_words,
    "slots": slots,
    "marked": marked,
}
