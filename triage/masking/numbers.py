"""Numbers in a text: groups of digits that may belong together, the longest that proves itself.

What nothing proves stays as it is: agents need the numbers of orders and parcels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.masking.context import Context, Tail
from triage.masking.identities import account_end, identity_end, is_card, is_identity
from triage.masking.kinds import Found, Kind, number
from triage.masking.phones import (
    is_date_or_address,
    is_international,
    is_national,
    may_be,
    regions_of,
)

MOST_GROUPS, MOST_DIGITS = 8, 19  # of one number
LONGEST_GROUP = 34  # characters; what is longer is none of ours
MOST_TRIED, MOST_ASKED = 4_000, 150  # numbers, and of them telephones, that a letter may hold
FEWEST, MOST_NAMED = 6, 16  # digits, of anything and of what words alone name

_GROUP = re.compile(r"\w+")
_JOINS = re.compile(
    r"[ \t\u00a0\u2009\u202f]{1,2}|[ \u00a0]?[-‐-–./][ \u00a0]?|\)[ \u00a0]?[-./]?| ?\( ?"
)
_MONEY = re.compile(
    r"[ \u00a0]?(?:[€$£¥₹]|,\d\d?(?!\d)|(?:eur|usd|gbp|chf|pln|zł|kr|sek|nok|dkk)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Some groups that stand together: their place, and their digits."""

    start: int
    end: int
    digits: str


class Numbers:
    """Finds the numbers of one text; after too many it masks the rest unchecked.

    `known` are values found before, by kind: they are masked wherever they stand.
    """

    def __init__(self, language: str | None, known: Mapping[str, Kind]) -> None:
        self._language, self._known = language, known
        self._regions = regions_of(language)
        self._tried = self._asked = 0

    def within(self, text: str, start: int, end: int, tail: Tail) -> Iterator[Found]:
        """Yield what is personal from `start` to `end`; `tail` gets what is shown of it."""
        at = start
        groups = [it for it in _GROUP.finditer(text, start, end) if _has_digit(it[0])]
        for place, group in enumerate(groups):
            if group.start() < at:
                continue
            begin = _with_plus(text, group, at)
            tail.add(text[at:begin])
            at = begin
            if found := self._at(text, begin, groups[place : place + MOST_GROUPS], end, tail):
                yield found
                tail.add(found.shown)
                at = found.end
        tail.add(text[at:end])

    def _at(
        self, text: str, begin: int, groups: Sequence[re.Match[str]], end: int, tail: Tail
    ) -> Found | None:
        first = groups[0]
        if len(first[0]) > LONGEST_GROUP:
            return None
        if account := _account(text, first, end):
            return account
        runs = [it for it in _runs(text, groups) if len(it.digits) >= FEWEST]
        if not runs and len(first[0]) < FEWEST:
            return None
        context = tail.context()
        if context is not Context.REFERENCE and (found := _with_letters(text, first, end, context)):
            return found
        for run in reversed(runs):
            if kind := self._kind(text, begin, run, end, context):
                return number(begin, run.end, kind, run.digits)
        return None

    def _kind(self, text: str, begin: int, run: _Run, end: int, context: Context) -> Kind | None:
        written = text[run.start : run.end]
        if run.digits in self._known:
            return self._known[run.digits]
        self._tried += 1
        if self._tried > MOST_TRIED or self._asked > MOST_ASKED:
            return Kind.NUMBER
        if is_card(written, run.digits):
            return Kind.CARD
        if "+" in text[begin : run.start]:
            return Kind.PHONE if is_international(run.digits) else None
        if context is Context.REFERENCE or is_date_or_address(written):
            return None
        return self._unproven(text, run, end, context)

    def _unproven(self, text: str, run: _Run, end: int, context: Context) -> Kind | None:
        named = context is Context.IDENTITY and len(run.digits) <= MOST_NAMED
        if named or is_identity(text[run.start : run.end], self._language):
            return Kind.IDENTITY
        return self._phone(text, run, end, context)

    def _phone(self, text: str, run: _Run, end: int, context: Context) -> Kind | None:
        if _MONEY.match(text, run.end, end):
            return None
        self._asked += 1
        if context is Context.PHONE and may_be(run.digits, self._regions):
            return Kind.PHONE
        written = text[run.start : run.end]
        return Kind.PHONE if is_national(written, run.digits, self._regions) else None


def _account(text: str, first: re.Match[str], end: int) -> Found | None:
    start = first.start()
    if first[0].isdecimal() or not (stop := account_end(text, start, end)):
        return None
    account = "".join(filter(str.isalnum, text[start:stop])).upper()
    return number(start, stop, Kind.ACCOUNT, account)


def _with_letters(text: str, first: re.Match[str], end: int, context: Context) -> Found | None:
    start = first.start()
    stop = identity_end(text, start, end)
    if not stop and context is Context.IDENTITY and _is_named(first[0]):
        stop = first.end()
    return number(start, stop, Kind.IDENTITY, text[start:stop]) if stop else None


def _runs(text: str, groups: Sequence[re.Match[str]]) -> Iterator[_Run]:
    """Yield the numbers that begin with the first group, each one group longer."""
    digits, before = "", groups[0]
    start = before.start()
    for group in groups:
        joined = group is groups[0] or _JOINS.fullmatch(text, before.end(), group.start())
        if not joined or not group[0].isdecimal():
            return
        digits += _plain(group[0])
        if len(digits) > MOST_DIGITS:
            return
        yield _Run(start, group.end(), digits)
        before = group


def _plain(digits: str) -> str:
    """Return the digits of any script as ours."""
    return digits if digits.isascii() else "".join(str(int(it)) for it in digits)


def _has_digit(group: str) -> bool:
    return not group.isalpha() and any(map(str.isdecimal, group))


def _is_named(group: str) -> bool:
    digits = sum(map(str.isdecimal, group))
    return FEWEST <= len(group) <= MOST_NAMED and digits * 2 >= len(group)


def _with_plus(text: str, group: re.Match[str], least: int) -> int:
    """Return where the number begins whose first group this is: at its + or ( if it has one."""
    start = group.start()
    for sign in ("+", "+(", "(+", "("):
        begin = start - len(sign)
        closed = sign != "(" or text.startswith(")", group.end())
        if begin >= least and closed and text.startswith(sign, begin):
            return begin
    return start
