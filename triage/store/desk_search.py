"""The search of the desk: in subject, customer's name and number, whatever the letters' case.

Every row that waits is read, so each is first asked what the database can tell fast: whether it has
the letters of ASCII at their places. To fold other letters SQLite has to ask Python and PostgreSQL
the locale; that is for the few rows that are left. A number by itself is looked up in its index.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, func, or_, select, union
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from triage.store.tables import source, ticket

TEXTS = (ticket.c.subject, ticket.c.customer_name, ticket.c.external_id)
BETWEEN = "\x1f"  # no text holds it
TOGETHER = ticket.c.subject + BETWEEN + func.coalesce(ticket.c.customer_name, "")
TOGETHER += BETWEEN + ticket.c.external_id
NUMBER = re.compile(r"#?([0-9]{1,18})", re.ASCII)  # of ours, with or without its mark
ESCAPE = "/"
MOST_OF_ONE_NUMBER = 5  # helpdesks may number alike


class Small(FunctionElement[str]):
    """A text whose letters of ASCII are all small, for LIKE; SQLite's LIKE knows no others."""

    type = String()
    inherit_cache = True


@compiles(Small)
def _lowered(element: Any, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(Small, "sqlite")
def _as_it_is(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


def condition(search: str) -> ColumnElement[bool]:
    """Return what must hold of a ticket to be found."""
    if _is_number(search):
        return ticket.c.id.in_(of_number(search))
    own = _own_number(search)
    named = _is_named(search.lower())
    return named if own is None else or_(ticket.c.id == own, named)


def finds(search: str, row: Any) -> bool:
    """Return whether a row of the desk is found: the same, of one row."""
    if row.id == _own_number(search):
        return True
    if _is_number(search):
        return row.external_id in _spellings(search)
    texts = (row.subject, row.customer_name or "", row.external_id)
    return any(search.lower() in text.lower() for text in texts)


def of_number(search: str) -> Select[Any]:
    """Return the query for the tickets of this number, ours or a helpdesk's: by indexes only."""
    theirs = select(ticket.c.id).join(source).where(ticket.c.external_id.in_(_spellings(search)))
    ours = select(ticket.c.id).where(ticket.c.id == (_own_number(search) or 0))
    both = union(ours, theirs).subquery()
    return select(both.c.id)


def numbered(connection: Connection, search: str) -> list[Any]:
    """Return id, external id and status of the tickets of this number, also where nobody waits."""
    mine = select(ticket.c.id, ticket.c.external_id, ticket.c.status)
    query = mine.where(ticket.c.id.in_(of_number(search))).order_by(ticket.c.id)
    return list(connection.execute(query.limit(MOST_OF_ONE_NUMBER))) if search else []


def _is_number(search: str) -> bool:
    return search.startswith("#") and len(search) > 1


def _own_number(search: str) -> int | None:
    found = NUMBER.fullmatch(search)
    return int(found[1]) if found else None


def _spellings(search: str) -> set[str]:
    return {search, search.removeprefix("#")}


def _is_named(wanted: str) -> ColumnElement[bool]:
    pattern = f"%{_pattern(wanted)}%"
    likely = or_(*(Small(it).like(pattern, escape=ESCAPE) for it in TEXTS))
    if wanted.isascii():
        return likely
    return likely & func.lower(TOGETHER).contains(wanted, autoescape=True)


def _pattern(wanted: str) -> str:
    """Return the text for LIKE; a letter whose capital LIKE does not know may be any character."""
    return "".join(_place(letter) for letter in wanted)


def _place(letter: str) -> str:
    if letter in {"%", "_", ESCAPE}:
        return ESCAPE + letter
    return letter if letter.isascii() or letter.upper() == letter else "_"
