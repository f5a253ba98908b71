"""A row as a message of a ticket's thread, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.text import from_html
from triage.domain.ticket import Author
from triage.ticketfile.cells import author_of, is_filled, moment_of, text_of
from triage.ticketfile.columns import Columns
from triage.ticketfile.row import LONGEST, Reject, Row

LONGEST_NAME = 200  # characters of a ticket's or message's id
#: Elements that mails and helpdesks write, and customers do not.
_HTML = re.compile(r"<(?:!doctype|html|body|div|p|br|span|table)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: `text` as people saw it, `sent_at` in seconds since 1970, `kept` as it came."""

    line: int
    ticket: str
    message: str | None
    author: Author
    text: str
    sent_at: float | None
    language: str | None
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What the cells mean beyond their columns: who customers are, and how times are written."""

    columns: Columns
    customers: frozenset[str] = frozenset()
    time_format: str | None = None


def incoming(row: Row, number: int, meaning: Meaning) -> Incoming | Reject:
    """Return what a row says; `number` names the ticket where no column does."""
    columns, cells = meaning.columns, row.cells
    ticket = _name(cells.get(columns.ticket)) if columns.ticket else f"row {number}"
    text = text_of(cells.get(columns.text))
    author = _author(cells, meaning)
    sent_at = cells.get(columns.sent_at) if columns.sent_at else None
    moment = moment_of(sent_at, meaning.time_format) if is_filled(sent_at) else None
    if why := _why_not(ticket, text, author, sent_at if moment is None else None, columns):
        return Reject(row.line, why)
    assert text is not None
    assert author is not None
    return Incoming(
        row.line,
        ticket,
        (_name(cells.get(columns.message)) or None) if columns.message else None,
        author,
        _as_seen(text),
        moment.timestamp() if moment else None,
        _name(cells.get(columns.language))[:20] or None if columns.language else None,
        {name: _plain(cells.get(name)) for name in columns.keep},
    )


def _why_not(
    ticket: str, text: str | None, author: Author | None, untimed: object, columns: Columns
) -> str:
    if not ticket:
        return f"no ticket in {columns.ticket!r}"
    if text is None:
        return f"{columns.text!r} holds no text"
    if len(text) > LONGEST:
        return f"the text is longer than {LONGEST} characters"
    if author is None:
        return f"{columns.author!r} does not say who wrote; name the customers with --customer"
    if is_filled(untimed):
        return f"{columns.sent_at!r} is no time; such as 2026-11-30 09:00, or use --time-format"
    return ""


def _author(cells: Mapping[str, Any], meaning: Meaning) -> Author | None:
    if not meaning.columns.author:
        return Author.CUSTOMER
    return author_of(cells.get(meaning.columns.author), meaning.customers)


def _as_seen(text: str) -> str:
    return from_html(text) if _HTML.search(text) else text


def _name(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a spreadsheet's 17 is 17.0
    return (text_of(cell) or "").strip()[:LONGEST_NAME]


def _plain(cell: object) -> Any:
    whole = isinstance(cell, int) and abs(cell) < 2**63  # larger ones no form of ours holds
    return cell if whole or isinstance(cell, str | float | None) else str(cell)
