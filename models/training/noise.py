"""The same message as another hand would type it, so that the way of writing tells nothing.

Each draw changes one manner: case, punctuation, spelling, short forms, the small words that many
non-native writers leave out, or whom the message speaks of; or it puts what everybody writes
before and after: a greeting, a number, a name. The meaning, and so the labels, stay.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

MISSPELT = 0.12  # of the words, where a message is misspelt
LEFT_OUT = 0.5  # of the small words, where they are left out
LEAST_LETTERS = 4  # of a word that is misspelt
_WORD = re.compile(r"[A-Za-z']+")
_SMALL = re.compile(r"\b(?:the|a|an|is|are|was|have|has|to|of)\s+", re.IGNORECASE)
_MARKS = re.compile(r"(?<=\w)[.,;:!]+(?=\s|$)")
_SHORT = {
    "you": "u",
    "your": "ur",
    "are": "r",
    "please": "pls",
    "because": "cuz",
    "thanks": "thx",
    "with": "w",
    "without": "w/o",
    "message": "msg",
    "people": "ppl",
    "tomorrow": "tmrw",
    "to": "2",
    "for": "4",
    "and": "n",
    "going": "goin",
    "what": "wot",
    "know": "kno",
    "though": "tho",
    "really": "rly",
    "about": "abt",
}
_OTHERS = {
    "he": "she",
    "she": "he",
    "his": "her",
    "him": "her",
    "her": "his",
    "husband": "wife",
    "wife": "husband",
    "dad": "mum",
    "mum": "dad",
    "mom": "dad",
    "father": "mother",
    "mother": "father",
    "son": "daughter",
    "daughter": "son",
    "brother": "sister",
    "sister": "brother",
    "mr": "mrs",
    "mrs": "mr",
    "sir": "madam",
    "madam": "sir",
    "guy": "woman",
    "man": "woman",
    "woman": "man",
    "boyfriend": "girlfriend",
    "girlfriend": "boyfriend",
    "grandma": "grandad",
    "grandad": "grandma",
}


def retyped(text: str, chance: random.Random) -> str:
    """Return `text` in one or two other manners."""
    for manner in chance.sample(MANNERS, chance.choice((1, 1, 2))):
        text = manner(text, chance)
    return text


def _lower(text: str, chance: random.Random) -> str:  # manners have one shape
    return text.lower()


def _upper(text: str, chance: random.Random) -> str:  # manners have one shape
    return text.upper()


def _unmarked(text: str, chance: random.Random) -> str:  # manners have one shape
    return _MARKS.sub("", text).replace("'", "")


def _misspelt(text: str, chance: random.Random) -> str:
    return _WORD.sub(lambda it: _slip(it[0], chance) if chance.random() < MISSPELT else it[0], text)


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < LEAST_LETTERS:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


def _short(text: str, chance: random.Random) -> str:  # manners have one shape
    return _WORD.sub(lambda it: _SHORT.get(it[0].lower(), it[0]), text)


def _without_small_words(text: str, chance: random.Random) -> str:
    return _SMALL.sub(lambda it: "" if chance.random() < LEFT_OUT else it[0], text)


def _of_others(text: str, chance: random.Random) -> str:  # manners have one shape
    return _WORD.sub(_other, text)


def _other(word: re.Match[str]) -> str:
    found = _OTHERS.get(word[0].lower())
    if found is None:
        return word[0]
    return found.capitalize() if word[0][0].isupper() else found


_BEFORE = (
    "Hi",
    "Hello,",
    "Hello there.",
    "Hi team,",
    "Good morning,",
    "Dear Sir or Madam,",
    "To whom it may concern,",
    "hey",
    "Hi, it's me again about order {number}.",
    "Account {number}.",
    "Ref {number}:",
    "My name is {name} and my customer number is {number}.",
    "@{name}Help",
    "@{number}",
    "This is about my order from the {day}th.",
    "Good evening, {name} here.",
)
_AFTER = (
    "Thanks",
    "Thank you.",
    "Regards, {name}",
    "Kind regards,\n{name}",
    "{name}",
    "Order {number}.",
    "Order {number}, placed on the {day}th.",
    "My number is 07700 {number}.",
    "Postcode on request.",
    "Please advise.",
    "https://example.com/{number}",
    "#{name}",
    "Sent from my phone",
    "I use the app on an older phone.",
    "Let me know if you need anything else from me.",
    "See the attached screenshot.",
)
_NAMES = (
    "Sam",
    "Priya",
    "Maria",
    "Ahmed",
    "Chen",
    "Olu",
    "Kasia",
    "Dave",
    "Aaliyah",
    "Tom",
    "Yuki",
)


def framed(text: str, chance: random.Random) -> str:
    """Return `text` between what everybody writes: it says nothing of how somebody feels."""
    between = chance.choice((" ", " ", "\n", "\n\n"))
    before, after = chance.choice(((True, False), (False, True), (True, True)))
    parts = [_filled(_BEFORE, chance)] * before + [text] + [_filled(_AFTER, chance)] * after
    return between.join(parts)


def _filled(frames: tuple[str, ...], chance: random.Random) -> str:
    return chance.choice(frames).format(
        name=chance.choice(_NAMES), number=chance.randrange(100, 10**6), day=chance.randrange(4, 20)
    )


MANNERS: tuple[Callable[[str, random.Random], str], ...] = (
    _lower,
    _upper,
    _unmarked,
    _misspelt,
    _misspelt,
    _short,
    _without_small_words,
    _without_small_words,
    _of_others,
)
