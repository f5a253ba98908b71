"""Which column says what: as it was told, or as its name suggests and its cells confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from triage.errors import BadInput
from triage.ticketfile.cells import ENOUGH, author_of, form_of, is_filled
from triage.ticketfile.row import Row

#: Names that exports give their columns, as `_plain` writes them; the first that is there counts.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        *("text", "message_text", "message_body", "comment_body", "plain_body", "body"),
        *("message", "comment", "content", "ticket_description", "description", "ticket_text"),
        *("details", "question", "feedback", "review", "nachricht", "beschreibung"),
    ),
    "ticket": (
        *("ticket_id", "ticket", "ticket_number", "ticketid", "case_id", "case_number", "case"),
        *("conversation_id", "conversation", "issue_key", "issue_id", "thread_id", "thread"),
        *("request_id", "external_id", "id", "key", "number", "nr"),
    ),
    "message": ("message_id", "comment_id", "article_id", "part_id", "note_id", "event_id", "id"),
    "author": (
        *("author_type", "author_role", "sender_type", "role", "author", "sender", "direction"),
        *("from_type", "participant", "type"),
    ),
    "sent_at": (
        *("sent_at", "message_created_at", "comment_created_at", "created_at", "created"),
        *("creation_date", "create_date", "received_at", "submitted_at", "timestamp", "date"),
        *("datetime", "time", "opened_at"),
    ),
    "language": ("language", "lang", "locale"),
}
#: Within other names these say nothing: "user_id", "review_date", "ticket_type".
TOO_SHORT = frozenset({"id", "key", "number", "nr", "type", "ticket", "case", "thread", "review"})
_STRANGE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The column of each part of a message, empty where there is none, and those carried along."""

    text: str = ""
    ticket: str = ""
    message: str = ""
    author: str = ""
    sent_at: str = ""
    language: str = ""
    keep: tuple[str, ...] = ()

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield each part, as it is asked for, and its column."""
        for it in fields(self):
            if it.name != "keep":
                yield "time" if it.name == "sent_at" else it.name, getattr(self, it.name)


def chosen(told: Columns, columns: Sequence[str], sample: Sequence[Row]) -> Columns:
    """Return the columns as told, the others by guess. Raises BadInput."""
    if not columns:
        raise BadInput("there is no row of column names")
    _check(told, columns)
    plain = {_plain(it): it for it in reversed(columns)}
    plain |= {name: it for name, it in _alike(plain) if name not in plain}
    found = told
    for part, names in NAMES.items():
        if not getattr(told, part):
            taken = {column for _, column in found.said()}
            guess = (plain[it] for it in names if it in plain and plain[it] not in taken)
            good = (it for it in guess if _confirmed(part, [row.cells.get(it) for row in sample]))
            named: Any = {part: next(good, "")}
            found = replace(found, **named)
    if not found.text:
        raise BadInput(f"no column looks like the text; say which with --text: {_all(columns)}")
    return found


def _alike(plain: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield names that a column's own begins or ends with: "message" for "message_plain"."""
    known = [name for names in NAMES.values() for name in names if name not in TOO_SHORT]
    for own, column in plain.items():
        for name in known:
            if own.startswith(f"{name}_") or own.endswith(f"_{name}"):
                yield name, column


def _check(told: Columns, columns: Sequence[str]) -> None:
    named = [column for _, column in told.said() if column]
    for column in [*named, *told.keep]:
        if column not in columns:
            raise BadInput(f"there is no column {column!r}; there are {_all(columns)}")


def _confirmed(part: str, cells: Sequence[object]) -> bool:
    """Return whether the cells say what the name suggests, where their form can tell."""
    filled = list(filter(is_filled, cells)) if part in {"author", "sent_at"} else []
    if part == "author":
        known = sum(author_of(it, frozenset()) is not None for it in filled)
        return bool(filled) and known >= ENOUGH * len(filled)
    if part == "sent_at":
        return bool(filled) and form_of(filled) is not None
    return True


def _plain(name: str) -> str:
    return _STRANGE.sub("_", name.casefold()).strip("_")


def _all(columns: Sequence[str]) -> str:
    most = 30
    more = f" and {len(columns) - most} more" if len(columns) > most else ""
    return ", ".join(columns[:most]) + more
