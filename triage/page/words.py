"""How the page says things: levels as words, times as people say them, evidence underlined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from triage.masking import mask
from triage.page.language import _

LEVEL_WORDS = (_("calm"), _("mild"), _("clear"), _("strong"), _("extreme"))
STATE_WORDS = {
    "unsupported_language": _("not read: language not supported"),
    "empty": _("not read: no text"),
    "automatic": _("not read: automatic message"),
}
AUTHORS = {"customer": _("Customer"), "agent": _("Agent"), "system": _("System")}


def level_word(level: int) -> str:
    return LEVEL_WORDS[level]


def feeling_of(row: Any) -> str:
    """Say the feeling, or honestly that there is none to say."""
    if not row.decided:
        return _("not read yet")
    if row.state != "scored":
        return STATE_WORDS.get(row.state, _("not read"))
    return row.feeling or (_("feeling not clear") if row.level >= 1 else _("no strong feeling"))


def stamp(moment: datetime) -> str:
    """A moment as machines read it; the browser shows it in its reader's zone."""
    return moment.isoformat(timespec="seconds")


def clock(moment: datetime) -> str:
    return moment.strftime("%d %b %H:%M UTC")


def span(minutes: int) -> str:
    """Return a span of time as people say it."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def words(name: str) -> str:
    return name.replace("_", " ")


def first_words(opening: str) -> str:
    """Return a card's opening without its greeting: on the desk there is room for little."""
    _greeting, _blank, said = opening.partition("\n\n")
    return said or opening


def slots(text: str) -> Markup:
    """Return the text, escaped, with the [slots] marked that an agent has to fill."""
    escaped = str(escape(text))
    return Markup(SLOT.sub(r'<span class="slot">\g<0></span>', escaped))  # noqa: S704 - escaped


def masked(text: str) -> str:
    """Return a customer's words as they stand on lists: without personal data."""
    return mask(text).text


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


def pair(word: str) -> tuple[str, str]:
    """What is chosen and what is read are the same."""
    return word, word


def author(name: str) -> str:
    return AUTHORS.get(name, name)


def of(number: int, values: Mapping[int, Any]) -> Any:
    """Return what belongs to a number."""
    return values[number]


def spark_line(charges: Sequence[float]) -> str:
    """Return the points of a line, 60 wide and 16 high, oldest charge on the left."""
    step = SPARK_WIDTH / (len(charges) - 1)
    return " ".join(f"{n * step:.1f},{spark_height(it)}" for n, it in enumerate(charges))


def time_line(charges: Sequence[float], times: Sequence[datetime]) -> list[tuple[float, float]]:
    """Return where each message stands in a picture of TIME_LINE: later right, charged up."""
    width, height = TIME_LINE
    first, last = times[0], times[-1]
    whole = (last - first).total_seconds() or 1.0
    return [
        (round(width * (at - first).total_seconds() / whole, 1), round(height * (1 - it), 1))
        for it, at in zip(charges, times, strict=True)
    ]


def spark_height(charge: float) -> float:
    """Return how far below the top of that line a charge stands."""
    return round(SPARK_HEIGHT * (1 - charge), 1)


SPARK_WIDTH, SPARK_HEIGHT = 60, 16
TIME_LINE = (400, 60)
SLOT = re.compile(r"\[[^\[\]]{1,200}\]")
MARKED, STRONG, STRONGEST = 0.25, 0.45, 0.65  # charge that a sentence carries

FILTERS = {
    "level_word": level_word,
    "feeling_of": feeling_of,
    "stamp": stamp,
    "clock": clock,
    "span": span,
    "words": words,
    "pair": pair,
    "author": author,
    "of": of,
    "spark_line": spark_line,
    "time_line": time_line,
    "spark_height": spark_height,
    "first_words": first_words,
    "slots": slots,
    "marked": marked,
    "masked": masked,
}
