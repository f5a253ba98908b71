"""The words of a mail: its plain text, or else its HTML as a reader saw it. Attachments are left.

Parts are found by their boundaries, which is all that is needed and ten times as fast as the
standard library's parser; how many there are, and how deep they lie, is bounded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.message import Message

from models.text import from_html
from triage.helpdesks import mail_headers
from triage.helpdesks.event import Malformed
from triage.helpdesks.mail_headers import Mail

MAX_NESTING = 40  # multiparts within each other; a forwarded newsletter with pictures has five
MAX_PARTS = 1_000
MAX_BOUNDARY = 200  # characters; the standard allows 70

#: What Python calls a charset includes codecs that are none, one of them of quadratic time.
_CHARSET = re.compile(
    r"(?:ascii|us-ascii|utf|iso|latin|cp|windows|koi8|big5|gb|euc|shift|ks_c|ksc|tis|mac|hz)"
    r"[\w.:-]{0,30}",
    re.IGNORECASE | re.ASCII,
)


def text(mail: Mail, body: bytes) -> str:
    """Return the words of a mail; empty if it has none. Raises Malformed for a bomb."""
    parts = [part for part in _parts(mail.message, body[mail.ends_at :]) if _is_shown(part)]
    plain = _joined(parts, "text/plain")
    return plain or from_html(_joined(parts, "text/html"))


def _parts(message: Message, body: bytes) -> Iterator[Message]:
    """Yield the parts that have no parts, in their order, each with its content as payload.

    Keeps its own stack. A mail within the mail is a part, and not looked into.
    """
    stack, count = [(message, body, 0)], 0
    while stack:
        message, body, depth = stack.pop()
        boundary = _boundary(message)
        if boundary is None:
            message.set_payload(body.decode("ascii", "surrogateescape"))
            yield message
            continue
        inner = [(*_part(segment), depth + 1) for segment in _segments(body, boundary)]
        count += len(inner)
        if count > MAX_PARTS or depth > MAX_NESTING:
            raise Malformed(
                f"the body: expected at most {MAX_PARTS} parts, {MAX_NESTING} deep, found more"
            )
        stack.extend(reversed(inner))


def _boundary(message: Message) -> bytes | None:
    if message.get_content_maintype() != "multipart":
        return None
    named = str(message.get_param("boundary") or "").strip()
    return named[:MAX_BOUNDARY].encode(errors="replace") if named else None


def _segments(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield what stands between the lines that begin with the boundary; the last may be cut off."""
    mark, start, count = b"--" + boundary, -1, 0
    at = body.find(mark)
    while at >= 0 and count <= MAX_PARTS:
        end = at + len(mark)
        if (at == 0 or body[at - 1] == ord("\n")) and body[end : end + 1] in b"\r\n \t-":
            if start >= 0:
                yield body[start:at]
            count += 1
            start = body.find(b"\n", end) + 1 or len(body)
            if body[end : end + 2] == b"--":
                return
        at = body.find(mark, end)
    if start >= 0:
        yield body[start:]


def _part(segment: bytes) -> tuple[Message, bytes]:
    """Return a part's headers, which it may lack, and its content without the last line break."""
    message, ends_at = mail_headers.of_part(segment)
    return message, segment[ends_at:].removesuffix(b"\n").removesuffix(b"\r")


def _is_shown(part: Message) -> bool:
    is_text = part.get_content_maintype() == "text"
    return is_text and part.get_content_disposition() != "attachment" and not part.get_filename()


def _joined(parts: list[Message], kind: str) -> str:
    found = (_decoded(part) for part in parts if part.get_content_type() == kind)
    return "\n".join(filter(None, (it.strip() for it in found)))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    words = payload if isinstance(payload, bytes) else b""
    try:
        return words.decode(_charset(part))
    except (UnicodeError, LookupError):
        return _guessed(words)


def _charset(part: Message) -> str:
    named = str(part.get_param("charset") or "utf-8").strip("'\" ")
    try:
        return codecs.lookup(named).name if _CHARSET.fullmatch(named) else "utf-8"
    except LookupError:
        return "utf-8"


def _guessed(words: bytes) -> str:
    """Return the text of bytes that are not in the charset they claim."""
    try:
        return words.decode("utf-8")
    except UnicodeDecodeError:
        return words.decode("cp1252", errors="replace")
