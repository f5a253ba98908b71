"""Which feelings a text ascribes to its reader, and which emotions each word may mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from triage.domain.emotion import Emotion, Span

_E = Emotion
_UPSET = frozenset({_E.ANGER, _E.FRUSTRATION, _E.DISAPPOINTMENT, _E.DISTRESS, _E.WORRY})
_PLEASED = frozenset({_E.SATISFACTION, _E.GRATITUDE})
_CROSS = frozenset({_E.ANGER, _E.FRUSTRATION})
_LET_DOWN = frozenset({_E.DISAPPOINTMENT, _E.FRUSTRATION})
_AFRAID = frozenset({_E.WORRY, _E.DISTRESS})

#: What a word may mean; a neighbouring feeling named is no mistake (E8), an opposite one is.
MEANS: Mapping[str, frozenset[Emotion]] = {
    **dict.fromkeys(("angry", "furious", "outraged", "mad", "anger"), frozenset({_E.ANGER})),
    **dict.fromkeys(("annoyed", "irritated", "annoyance"), _CROSS | _LET_DOWN),
    **dict.fromkeys(("frustrated", "frustration", "frustrating"), _CROSS | _LET_DOWN),
    **dict.fromkeys(("upset", "unhappy", "upsetting", "hurt"), _UPSET),
    **dict.fromkeys(("disappointed", "disappointment", "disappointing", "let down"), _LET_DOWN),
    **dict.fromkeys(("worried", "anxious", "afraid", "scared", "worry", "worrying"), _AFRAID),
    **dict.fromkeys(("sad", "devastated", "distressed", "sadness", "distress", "overwhelmed"),
                    frozenset({_E.DISTRESS})),
    **dict.fromkeys(("confused", "puzzled", "confusion", "confusing"), frozenset({_E.CONFUSION})),
    **dict.fromkeys(("embarrassed", "embarrassment"), frozenset({_E.EMBARRASSMENT})),
    **dict.fromkeys(("happy", "glad", "pleased", "delighted", "satisfied", "excited", "relieved",
                     "happiness", "delight", "joy"), _PLEASED),
    **dict.fromkeys(("grateful", "thankful", "gratitude"), _PLEASED),
    "hopeful": frozenset({_E.HOPE}),
}  # fmt: skip

_WORDS = "|".join(sorted(map(re.escape, MEANS), key=len, reverse=True))
#: In front of these words a feeling is the reader's; "not" in between says something else.
_NAMING = re.compile(
    rf"\b(?:you(?:'re| are| were| must (?:be|feel|have been)| may be| feel| felt| sound| seem"
    rf"| look)"
    rf"|(?:left|leaves|made|makes|has left|have made|making|leaving) you(?: feel(?:ing)?)?|your)"
    rf"(?: (?!not\b|never\b|no\b)\w+)? (?P<feeling>{_WORDS})\b",
    re.IGNORECASE,
)
_FOR_YOU = re.compile(rf"\b(?P<feeling>{_WORDS}) (?:\w+ )?for you\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedFeeling:
    """A feeling that a text ascribes to its reader: where, in which word, what it may mean."""

    span: Span
    word: str
    means: frozenset[Emotion]


def named_feelings(text: str) -> Iterator[NamedFeeling]:
    """Yield what the text says that its reader feels. Straight apostrophes are expected."""
    for pattern in (_NAMING, _FOR_YOU):
        for found in pattern.finditer(text):
            word = found["feeling"].lower()
            yield NamedFeeling(Span(found.start(), found.end()), word, MEANS[word])
