"""What outside text must lose before it enters the house: bytes the database refuses, and excess.

Meaning is left alone: quotes, signatures and languages are the scorer's business (`models.text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

#: Characters of one message. A ticket is read by people, and the scorer reads some 8,000 of them.
MAX_TEXT = 100_000
MAX_SUBJECT = 1_000
MAX_NAME = 200  # the width of `ticket.customer_name`
MAX_TIER = 64  # the width of `ticket.tier`
MAX_TAG = 100
MAX_TAGS = 100

_KEPT_AT_EACH_END = MAX_TEXT // 2 - 50  # the marker stands between them
_SURROGATES = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def clean(text: str) -> str:
    """Return the text without what PostgreSQL and UTF-8 refuse: NUL and lone surrogates."""
    text = text.replace("\0", "")
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def shorten(text: str) -> str:
    """Return at most MAX_TEXT characters, losing the middle: complaints end with the demand."""
    if len(text) <= MAX_TEXT:
        return text
    head, tail = text[:_KEPT_AT_EACH_END], text[-_KEPT_AT_EACH_END:]
    return f"{head}\n[… {len(text) - len(head) - len(tail)} characters left out …]\n{tail}"


def one_line(text: str, limit: int) -> str:
    """Return the text as one line of at most `limit` characters."""
    return " ".join(_BREAKS.sub(" ", clean(text)).split())[:limit].rstrip()


def language(tag: str) -> str | None:
    """Return the language of a tag such as "pt-BR", here "pt"; None for what is no tag."""
    match = _LANGUAGE.fullmatch(tag.strip())
    return match[1].lower() if match else None


def tags(names: Iterable[str]) -> frozenset[str]:
    """Return the first tags, each as one line, without the empty ones."""
    lines = (one_line(name, MAX_TAG) for name in names)
    return frozenset(islice(filter(None, lines), MAX_TAGS))
