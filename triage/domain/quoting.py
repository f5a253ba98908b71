"""Which of the customer's own sentences say what happened, and which may stand in a reply. Pure.

Whatever is quoted is an unaltered part of their text at its place. An agent may be shown every
sentence; back to the customer go plain facts only: no insult, no threat, no disclosure, nothing
that could be mistaken for our words, for a slot, for markup or for an instruction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from triage.domain.cues import CueKind, cues
from triage.domain.emotion import Span
from triage.domain.flag import Flag
from triage.domain.reading import MessageReading

QUOTES, QUOTE_LENGTH = 2, 160  # at most, and characters
SENT_LENGTH = 200  # characters quoted in one reply, all quotes together
SHORTEST_CLAUSE = 40  # characters from which the start of a long sentence says something

#: What somebody is hurt or angry enough to write is not thrown back at them.
NOT_SENT_FLAGS = frozenset(Flag) - {Flag.DANGER, Flag.DISCRIMINATION}
NOT_SENT_CUES = frozenset({CueKind.INSULT_AT_US, CueKind.STRONG_WORD, CueKind.RHETORICAL})
NOT_SENT = re.compile(
    r"[\[\]{}<>“”„‟!\n\r|\\^~`]|@|://|\bwww\.|(?:\d[ \-./]?){9,}"
    r"|\b(?:password|passcode|pin|cvv|cvc|security code|iban|card number)\b"
    r"|\b(?:ignore|disregard|forget|override) (?:\w+ ){0,3}(?:rules?|instructions?|prompts?"
    r"|polic\w+)|\b(?:system|developer) (?:prompt|message|mode)|\byou are now\b"
    r"|\b(?:language model|chatbot)\b"
    r"|\b(?:your reply|the reply|your answer) (?:must|should|has to)\b",
    re.IGNORECASE,
)
JOINERS = frozenset("\u200c\u200d")  # part of some scripts and of many emoji
CLAUSE_END = re.compile(r"[,;:] ")  # with the blank: no comma within a sum
END = ".… \t\u00a0"  # what closes a sentence and is left out of a quote


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the customer's, where it stands in the message, how much charge it carries
    (-1–1), and the risks that it raises."""

    text: str
    span: Span
    weight: float
    flags: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True)
class Quote:
    """The customer's own words, at their place in the message."""

    text: str
    span: Span


def sentences_of(one: MessageReading) -> tuple[Sentence, ...]:
    """Return the sentences of a message as it was read, the most charged first."""
    return tuple(
        Sentence(
            e.span.of(one.message.text),
            e.span,
            e.weight,
            frozenset(
                raised.flag
                for raised in one.flags
                if raised.span.start < e.span.end and e.span.start < raised.span.end
            ),
        )
        for e in one.evidence
    )


def quotes(sentences: Iterable[Sentence]) -> tuple[Quote, ...]:
    """Return the sentences that say most about what happened, in the customer's order and words."""
    return _in_order(_cut(sentence) for sentence in _most_telling(sentences)[:QUOTES])


def quotes_to_send(sentences: Iterable[Sentence]) -> tuple[Quote, ...]:
    """Return what of it a reply may hold, the most telling first, `SENT_LENGTH` at most.

    A second quote has to add a fact.
    """
    sent: list[Quote] = []
    for sentence in _most_telling(sentences):
        left = SENT_LENGTH - sum(len(quote.text) for quote in sent)
        wanted = len(sent) < QUOTES and (not sent or _facts(sentence))
        if wanted and _may_be_sent(sentence) and (quote := _clause(sentence, left)):
            sent.append(quote)
    return tuple(sent)


def _in_order(found: Iterable[Quote]) -> tuple[Quote, ...]:
    return tuple(sorted(found, key=lambda quote: quote.span.start))


def _most_telling(sentences: Iterable[Sentence]) -> list[Sentence]:
    told = ((_telling(sentence), sentence) for sentence in sentences)
    telling = sorted((each for each in told if each[0] > 0), key=lambda each: -each[0])
    return [sentence for _, sentence in telling]


def _may_be_sent(sentence: Sentence) -> bool:
    return (
        sentence.flags.isdisjoint(NOT_SENT_FLAGS)
        and not NOT_SENT.search(sentence.text.strip())
        and not any(_is_hidden(character) for character in sentence.text)
        and NOT_SENT_CUES.isdisjoint(cue.kind for cue in cues(sentence.text))
    )


def _is_hidden(character: str) -> bool:
    """Whether it cannot be seen but acts: a control, a change of direction, an unknown."""
    return unicodedata.category(character)[0] == "C" and character not in JOINERS


#: Words that tell what happened, to what or whom, and when.
FACTS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow week weeks
    month months day days hour hours deadline invoice order parcel delivery account card refund
    payment charged paid subscription contract password file files data phone agent driver email
    cancel cancelled hospital funeral husband wife mother father son daughter lost broke broken
    deleted told
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)
COURTESY = re.compile(
    r"\W*(?:hi|hello|hey|dear|good (?:morning|day|evening)|thanks|thank you|many thanks|kind|best"
    r"|warm|regards|cheers|sincerely|yours|sent from)\b",
    re.IGNORECASE,
)


def _telling(sentence: Sentence) -> float:
    """Return how much a sentence says about what happened: its weight and up to three facts."""
    if len(set(sentence.text.split())) < 3 or COURTESY.match(sentence.text):  # noqa: PLR2004
        return 0.0
    return max(0.0, sentence.weight) + 0.25 * min(_facts(sentence), 3)


def _facts(sentence: Sentence) -> int:
    words = {word.strip(".,;:!?()\"'") for word in sentence.text.lower().split()}
    return len(words & FACTS) + sum(word[:1].isdigit() for word in words)


def _cut(sentence: Sentence) -> Quote:
    """Return the sentence without the blanks around it, cut after a word where it is too long."""
    start = sentence.span.start + len(sentence.text) - len(sentence.text.lstrip())
    text = sentence.text.strip()
    if len(text) > QUOTE_LENGTH:
        text = text[:QUOTE_LENGTH].rsplit(maxsplit=1)[0]
    return Quote(text, Span(start, start + len(text)))


def _clause(sentence: Sentence, longest: int) -> Quote | None:
    """Return the sentence without its full stop, or its first clauses; None where none fits."""
    start = sentence.span.start + len(sentence.text) - len(sentence.text.lstrip())
    text = sentence.text.strip().rstrip(END)
    if len(text) > (room := min(longest, QUOTE_LENGTH)):
        ends = [mark.start() for mark in CLAUSE_END.finditer(text, 0, room)]
        if not ends or ends[-1] < SHORTEST_CLAUSE:
            return None
        text = text[: ends[-1]]
    return Quote(text, Span(start, start + len(text)))
