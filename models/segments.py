"""Which parts of a long text are read, and the sentences in them.

Sentences are the pieces that can be shown as evidence for a score.
"""

import re
from collections.abc import Iterator

from triage.domain.emotion import Span

#: Characters read of one message; a token takes some four, so 256 tokens seldom need more.
MAX_CHARACTERS = 8_000
MAX_SEGMENTS = 24  # more are joined with their neighbours
MAX_LENGTH = 300  # characters; longer ones are cut at a space
WRAPPED = 50  # a line this long that goes on in lower case was broken by a mail program

#: Ends of sentences, before white space. "e.g. this" and "Mr. Hill" do not end one.
_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Dr|Ms|No|vs|St))(?<!\b(?:Mrs|e\.g|i\.e|etc))"
    r"(?<![.!?\u2026])[.!?\u2026]+[\"')\]\u201d\u2019]*(?=\s)|[\u3002\uff01\uff1f]"
)
_BREAK = re.compile(r"\r\n|\r|\n")
#: Links say nothing of a feeling, and their letters are many tokens of noise.
_LINK = re.compile(r"(?:https?://|(?<!\w)www\.)\S+", re.IGNORECASE)


def kept(text: str, span: Span) -> list[Span]:
    """Return the parts of `span` that are read: all, or head and tail, without links."""
    return [part for end in _ends(span) for part in _between_links(text, end)]


def _between_links(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for link in _LINK.finditer(text, span.start, span.end):
        yield Span(start, link.start())
        start = link.end()
    yield Span(start, span.end)


def _ends(span: Span) -> list[Span]:
    """Return all of it, or head and tail: complaints end with the demand."""
    if span.end - span.start <= MAX_CHARACTERS:
        return [span]
    half = MAX_CHARACTERS // 2
    return [Span(span.start, span.start + half), Span(span.end - half, span.end)]


def sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences of what is read of `span`, in order, without the space around them."""
    found = [
        piece
        for part in _ends(span)
        for line in _lines(text, part)
        for sentence in _sentences(text, line)
        for piece in _pieces(text, sentence)
    ]
    return _joined(found)


def _lines(text: str, span: Span) -> Iterator[Span]:
    """Yield lines, those that a mail program wrapped put together again."""
    start = line = span.start
    for newline in _BREAK.finditer(text, span.start, span.end):
        is_wrapped = (
            newline.start() - line >= WRAPPED and text[newline.end() : newline.end() + 1].islower()
        )
        line = newline.end()
        if not is_wrapped:
            yield Span(start, newline.start())
            start = line
    yield Span(start, span.end)


def _sentences(text: str, line: Span) -> Iterator[Span]:
    start = line.start
    for end in _END.finditer(text, line.start, line.end):
        yield Span(start, end.end())
        start = end.end()
    yield Span(start, line.end)


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the sentence without outer space, cut where it is longer than MAX_LENGTH."""
    start, end = sentence.start, sentence.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_LENGTH:
        space = text.rfind(" ", start + 1, start + MAX_LENGTH)
        cut = space + 1 if space > 0 else start + MAX_LENGTH
        yield Span(start, cut)
        start = cut
    if any(character.isalnum() for character in text[start:end]):
        yield Span(start, end)


def _joined(spans: list[Span]) -> list[Span]:
    """Return at most MAX_SEGMENTS spans, neighbours put together evenly."""
    size = -(-len(spans) // MAX_SEGMENTS) or 1
    groups = [spans[at : at + size] for at in range(0, len(spans), size)]
    return [Span(group[0].start, group[-1].end) for group in groups]
