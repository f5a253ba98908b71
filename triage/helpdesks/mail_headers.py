"""The headers of a mail that say who wrote, when, in which conversation, and whether a machine did.

Read by the standard library's parser, the body left alone. What a header says is the sender's
claim, in whatever encoding: nothing here fails on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property

from triage.helpdesks.event import Malformed
from triage.helpdesks.reading import EARLIEST, LATEST

MAX_HEADERS = 128 * 1024  # bytes; a mail that came through twenty servers has 20,000
MAX_VALUE = 4_000  # characters of one header

_PARSER = BytesHeaderParser(policy=policy.compat32)  # the newer one parses, and fails, far more
_END = re.compile(rb"\r?\n\r?\n")
_EMPTY = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"(?:\A|\n)[!-9;-~]+[ \t]*:")
#: Not "list": customers write through mailing lists.
_MACHINES = frozenset({"auto_reply", "auto-reply", "bulk", "junk"})
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")


@dataclass(frozen=True, slots=True)
class Address:
    """An address and the name beside it, both perhaps empty."""

    name: str
    address: str


@dataclass(frozen=True)
class Mail:
    """What the headers of one mail say; everything may be empty. The body begins at `ends_at`."""

    message: Message
    ends_at: int

    @cached_property
    def _first(self) -> dict[str, object]:
        """The first header of each name."""
        return {name.lower(): value for name, value in reversed(list(self.message.raw_items()))}

    @cached_property
    def subject(self) -> str:
        return self._words("subject")

    @cached_property
    def writer(self) -> Address:
        return self._address("from") if self._raw("from") else self._address("sender")

    @property
    def reply_to(self) -> Address:
        return self._address("reply-to")

    @property
    def message_id(self) -> str:
        return self._raw("message-id")

    @property
    def references(self) -> str:
        return self._raw("references")

    @property
    def in_reply_to(self) -> str:
        return self._raw("in-reply-to")

    @property
    def language(self) -> str:
        return self._raw("content-language").partition(",")[0]

    @property
    def raw_date(self) -> str:
        return self._raw("date")

    @property
    def date(self) -> datetime | None:
        """The moment that the mail claims, in UTC; None where it claims none that can be."""
        try:
            claimed = parsedate_to_datetime(self.raw_date)
            moment = claimed.astimezone(UTC) if claimed.tzinfo else claimed.replace(tzinfo=UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        return moment if EARLIEST <= moment < LATEST else None

    @property
    def is_automatic(self) -> bool:
        """Whether a machine says that it wrote this (RFC 3834), or reports on a mail of ours."""
        answered = self._raw("auto-submitted").partition(";")[0].strip().lower()
        return (
            answered not in {"", "no"}
            or self._raw("precedence").strip().lower() in _MACHINES
            or any(self._raw(name) for name in ("x-autoreply", "x-autorespond"))
            or self._raw("x-failed-recipients") != ""
            or self._raw("return-path").strip() == "<>"
            or self.message.get_content_type() in _REPORTS
        )

    def _raw(self, name: str) -> str:
        """Return the first header of a name; bytes that are no ASCII are UTF-8 or lost."""
        value = str(self._first.get(name, ""))[:MAX_VALUE]
        return value if value.isascii() else _utf8(value)

    def _words(self, name: str) -> str:
        return decoded(self._raw(name))

    def _address(self, name: str) -> Address:
        words, address = parseaddr(self._raw(name))
        return Address(decoded(words), address)


def read(body: bytes) -> Mail:
    """Return what the headers of a mail say. Raises Malformed for what is no mail."""
    end = _END.search(body, 0, MAX_HEADERS)
    if end is None and len(body) > MAX_HEADERS:
        raise Malformed(f"the body: expected headers of at most {MAX_HEADERS} bytes, found more")
    head = body[: end.start() + 1] if end else body
    if not _FIELD.search(head):
        raise Malformed("the body: expected a mail (RFC 5322), found no header")
    return Mail(_PARSER.parsebytes(head), end.end() if end else len(body))


def of_part(segment: bytes) -> tuple[Message, int]:
    """Return the headers of a part of a mail, which may have none, and where its content begins."""
    if begins := _EMPTY.match(segment):
        return Message(), begins.end()
    end = _END.search(segment, 0, MAX_HEADERS)
    if end is None:
        return Message(), 0
    return _PARSER.parsebytes(segment[: end.start() + 1]), end.end()


def _utf8(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def decoded(words: str) -> str:
    """Return a header's words, its encoded ones (RFC 2047) read where that can be done."""
    if "=?" not in words:
        return words
    try:
        return str(make_header(decode_header(words))) or words
    except (LookupError, ValueError, MessageError):
        return words
