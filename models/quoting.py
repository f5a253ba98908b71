"""Which part of a message the customer wrote in this message: no quoted mail, no signature.

Decides on whole lines and answers with a span, so that offsets into the message stay valid. When
in doubt it keeps: a signature scored as text costs little, a complaint that was cut costs a ticket.
"""

import re
from itertools import accumulate, groupby

import quotequail  # type: ignore[import-untyped]  # has no type information
from mailparser_reply.parser import EmailMessage  # type: ignore[import-untyped]  # likewise

from models.signature import signature_at
from triage.domain.emotion import Span

READ = 20_000  # characters searched for quotes; what follows is the customer's unless cut before
MAX_LINES = 1_000  # likewise
FIELDS = 4  # of a mail's header without an address; customers write "From: Ulm" too
LINE = 160  # characters of a line that patterns see; their time grows with its square
ENOUGH_LETTERS = 20  # an opening stretch with fewer ("Hi Ann,") is no answer by itself

#: Mail programs' languages. Without Polish, where one line "Data: …" counts as a mail header.
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "sv", "da", "cs"]
_HEADERS = EmailMessage(text="", languages=LANGUAGES).HEADER_REGEX
_REPLY_ABOVE = re.compile(r".*\breply above this line\b", re.IGNORECASE)
_FIELD = re.compile(r"^[>* ]*[^\W\d]{2,12} ?:", re.MULTILINE)
#: What every header below has; without it the costly patterns are spared (1 ms a message).
_MAY_BE_HEADER = re.compile(r"[:>]\s*$|^[>* ]*[^\W\d]{2,12} ?:|-{3}|_{3}", re.MULTILINE)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def own_words(text: str) -> Span:
    """Return the part that the customer wrote now; the whole text if nothing would be left."""
    lines = _LINES.findall(text[:READ])[:MAX_LINES]
    starts = [0, *accumulate(map(len, lines))]
    first, last = _longest_stretch(lines)
    end = signature_at(lines[first:last])
    if end is not None:
        last = first + end
    reaches_the_end = last == len(lines)
    return _trimmed(text, starts[first], len(text) if reaches_the_end else starts[last])


def _longest_stretch(lines: list[str]) -> tuple[int, int]:
    """Return the lines between quotes to read: the first with enough letters, or the longest."""
    quoted = _quoted(lines)
    stretches = []
    for is_quoted, group in groupby(range(len(lines)), key=quoted.__getitem__):
        numbers = list(group)
        letters = 0 if is_quoted else _letters(lines[numbers[0] : numbers[-1] + 1])
        if letters >= ENOUGH_LETTERS:
            return numbers[0], numbers[-1] + 1
        stretches.append((letters, -numbers[0], numbers[-1] + 1))
    letters, start, end = max(stretches, default=(0, 0, 0))
    return (-start, end) if letters else (0, len(lines))


def _letters(lines: list[str]) -> int:
    return sum(character.isalpha() for line in lines for character in line)


def _quoted(lines: list[str]) -> list[bool]:
    """Return for each line whether it is another mail's."""
    seen = [line.rstrip()[:LINE] for line in lines]
    marked = [line.startswith(">") for line in seen]
    quoted = [
        mark and (marked[at - 1 : at] == [True] or marked[at + 1 : at + 2] == [True])
        for at, mark in enumerate(marked)
    ]
    header = _header(seen) if _MAY_BE_HEADER.search("\n".join(seen)) else None
    if header is not None:
        quoted[header[0] :] = _from_header(
            marked[header[0] :], header[1] - header[0], seen[header[1] :]
        )
    below = next((at for at, line in enumerate(seen) if _REPLY_ABOVE.match(line)), len(seen))
    return quoted[:below] + [True] * (len(seen) - below)


def _from_header(marked: list[bool], height: int, below: list[str]) -> list[bool]:
    """Return what is quoted from a header on: the lines marked `>`, or all when none is."""
    first = next((at for at, line in enumerate(below) if line), None)
    if first is None or not marked[height + first]:
        return [True] * len(marked)
    return [at < height + first or mark for at, mark in enumerate(marked)]


def _header(lines: list[str]) -> tuple[int, int] | None:
    """Return first and past-the-last line of the earliest header of a quoted mail."""
    found = [
        place for place in (_found_by_mail_parser(lines), _found_by_quotequail(lines)) if place
    ]
    return min(found, default=None)


def _found_by_mail_parser(lines: list[str]) -> tuple[int, int] | None:
    joined = "\n".join(lines)
    for match in _HEADERS.finditer(joined):
        header = match[0].strip("\n")
        start = joined.count("\n", 0, match.end() - len(match[0].lstrip("\n")))
        if _is_header(header):
            return start, start + header.count("\n") + 1
    return None


def _found_by_quotequail(lines: list[str]) -> tuple[int, int] | None:
    parts = quotequail.quote("\n".join(lines), limit=len(lines) + 1, quote_intro_line=True)
    if len(parts) == 1:
        return None
    start = len(lines) - parts[1][1].count("\n") - 1
    height = 1 if lines[start].endswith((":", "-", "_")) else 2
    header = "\n".join(lines[start : start + height])
    return (start, start + height) if _is_header(header) else None


def _is_header(header: str) -> bool:
    """Tell a mail's header from a sentence like it ("On the phone your agent wrote:").

    Headers of one or two lines carry a date; blocks carry an address, or four fields.
    """
    if header.startswith(("-", "_")) or "forwarded message" in header.lower():
        return True
    fields = len(_FIELD.findall(header))
    is_block = fields > 1 and not header.endswith(":")
    return "@" in header or fields >= FIELDS if is_block else bool(re.search(r"\d", header))


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return Span(start, max(start, start + len(part.strip())))
