"""E-mail addresses: found from their @, so that each character is looked at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.masking.kinds import Found, Kind

SIGNS = "@＠"
SIGN = re.compile(f"[{SIGNS}]")
DOMAIN = r"[^\W_][\w-]*(?:\.[\w-]+)+"
LOCAL_MARKS = frozenset(".!#$%&'*+-/=?^_`{|}~")  # RFC 5322, besides letters and digits
_DOMAIN = re.compile(DOMAIN)


def addresses(text: str) -> Iterator[Found]:
    """Yield the addresses of a text, to be shown as `a…@example.org`."""
    past = 0
    for sign in SIGN.finditer(text):
        start = _local_start(text, sign.start(), past)
        domain = _DOMAIN.match(text, sign.end())
        past = domain.end() if domain else sign.end()
        if domain and start < sign.start():
            shown = f"{text[start]}…@{domain[0]}"
            yield Found(start, domain.end(), Kind.EMAIL, shown, text[start : domain.end()])


def _local_start(text: str, sign: int, past: int) -> int:
    """Return where the name before an @ begins: at a letter or a digit, as names do."""
    start = sign
    while start > past and (text[start - 1].isalnum() or text[start - 1] in LOCAL_MARKS):
        start -= 1
    while start < sign and not text[start].isalnum():
        start += 1
    return start
