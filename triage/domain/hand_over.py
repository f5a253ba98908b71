"""A summary for whoever takes a ticket over: who, what happened, what was promised, what is open.

Extractive: every line is a sentence of the thread at its place, in its writer's words. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from triage.domain.emotion import Span
from triage.domain.phrasebook import LOOKED_AT
from triage.domain.quoting import quotes, sentences_of
from triage.domain.reading import MessageReading, Reading
from triage.domain.ticket import Author, Message, MessageId, Ticket

HAPPENED, PROMISED, OPEN = 4, 3, 3  # sentences at most
SHOWN = 240  # characters of one

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\w))+[.!?]*")
_QUOTED_FROM = re.compile(r"^(?:>|-{2,}|_{5,}|On .{1,200} wrote:)", re.MULTILINE)
_PROMISE = re.compile(
    r"\b(?:(?:i|we|you|it|they)(?:'ll| will| shall)|(?:i am|i'm|we are|we're) going to|i promise|"
    r"within (?:the next )?\w+ (?:minutes?|hours?|days?|weeks?)|by (?:(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day|tomorrow|tonight|noon|the end of|\d))",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\?|\b(?:please|i (?:need|want|expect|would like|demand)|i'd like|still|waiting|when|refund|"
    r"send|cancel|replace|repair|fix|call me|tell me|let me know)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the thread: whose message, where in it, and its words."""

    message: MessageId
    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """The thread in its writers' own words. `who` is the name field as it came.

    `contacts` is how often the customer wrote, `missed` how many dated promises were broken.
    """

    who: str | None
    contacts: int
    missed: int
    happened: tuple[Said, ...]
    promised: tuple[Said, ...]
    open: tuple[Said, ...]


def hand_over(ticket: Ticket, reading: Reading) -> HandOver | None:
    """Return the summary of a ticket that changed hands, None of one that did not."""
    if not ticket.hand_overs:
        return None
    return HandOver(
        who=ticket.customer_name,
        contacts=len(ticket.customer_messages),
        missed=ticket.missed_promises,
        happened=_first_and_last(_happened(reading.messages)),
        promised=tuple(promised(ticket.messages))[-PROMISED:],
        open=tuple(islice(_open(reading.messages[-1:]), OPEN)),
    )


def promised(messages: Iterable[Message]) -> Iterator[Said]:
    """Yield the sentences in which agents say what will be done, or by when."""
    for one in messages:
        if one.author is Author.AGENT:
            yield from (it for it in _sentences(one) if _PROMISE.search(_plain(it.text)))


def _happened(messages: Iterable[MessageReading]) -> list[Said]:
    return [
        Said(one.message.id, quote.span, quote.text)
        for one in messages
        for quote in quotes(sentences_of(one))
    ]


def _first_and_last(said: list[Said]) -> tuple[Said, ...]:
    """Return how it began and how it stands: the middle of a long thread repeats both."""
    half = HAPPENED // 2
    return tuple(said if len(said) <= HAPPENED else [*said[:half], *said[-half:]])


def _open(messages: Iterable[MessageReading]) -> Iterator[Said]:
    for one in messages:
        for it in sorted(sentences_of(one), key=lambda it: it.span.start):
            if _ASKED.search(_plain(it.text)):
                yield _shown(one.message.id, it.text, it.span.start)


def _sentences(message: Message) -> Iterator[Said]:
    """Yield an agent's own sentences: the mail that they answer stands below theirs."""
    text = message.text[:LOOKED_AT]
    quoted = _QUOTED_FROM.search(text)
    for found in _SENTENCE.finditer(text[: quoted.start()] if quoted else text):
        if found[0].strip():
            yield _shown(message.id, found[0], found.start())


def _shown(message: MessageId, text: str, start: int) -> Said:
    """Return the sentence without the blanks around it, cut where it is too long to take in."""
    start += len(text) - len(text.lstrip())
    text = text.strip()[:SHOWN]
    return Said(message, Span(start, start + len(text)), text)


def _plain(text: str) -> str:
    return text.replace("’", "'")  # one character for one: places stay
