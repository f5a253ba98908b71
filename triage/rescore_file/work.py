"""The work file: all of a run that must survive a kill, in one SQLite file beside the output.

Texts lie in it once, however often they occur. Each transaction moves the run on by some rows or
tickets, and says by how many; what was not committed is done again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from triage.domain.ticket import Author
from triage.errors import BadInput
from triage.rescore_file.incoming import Incoming
from triage.ticketfile.row import Reject

TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ticket (seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, line INTEGER NOT NULL,
    kept TEXT NOT NULL);
CREATE TABLE text (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL,
    language TEXT, times INTEGER NOT NULL, scoring TEXT);
CREATE TABLE message (seq INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, name TEXT,
    author TEXT NOT NULL, sent_at REAL, text INTEGER, line INTEGER NOT NULL);
CREATE INDEX message_in_thread ON message (ticket, sent_at, seq);
CREATE UNIQUE INDEX message_name ON message (ticket, name) WHERE name IS NOT NULL;
CREATE TABLE reject (line INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE result (ticket INTEGER PRIMARY KEY, found TEXT NOT NULL);
"""
CACHE = 8 * 1024  # KiB of the file in memory
NEWEST = 1_000  # messages of one thread that are looked at


@dataclass(frozen=True, slots=True)
class TicketRow:
    seq: int
    name: str
    line: int
    kept: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """`text` is the number of its text; None for what customers did not write."""

    name: str | None
    author: Author
    sent_at: float | None
    text: int | None
    line: int


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text with its scoring, where another message had it before."""

    body: str
    language: str | None
    repeated: bool
    scoring: str | None


class Work:
    """One run's work file; for one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises BadInput where another run holds it."""
        self.path = path
        self.spoilt = False  # by a file that cannot be read: nothing here is of use
        self._open = sqlite3.connect(path, isolation_level=None, timeout=1)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._open.close()
            if "locked" in str(error):
                raise BadInput(f"{path}: another run is at work on it") from None
            raise

    def _prepare(self) -> None:
        self._open.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._open.execute("PRAGMA synchronous = NORMAL")
        self._open.execute(f"PRAGMA cache_size = -{CACHE}")
        with self.moving():
            if not self._open.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                for statement in filter(str.strip, TABLES.split(";")):
                    self._open.execute(statement)

    def close(self) -> None:
        self._open.close()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """One step of the run: all of it is kept, or nothing."""
        self._open.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._open.in_transaction:  # a full disk has ended it already
                self._open.execute("ROLLBACK")
            raise
        self._open.execute("COMMIT")

    def fact(self, name: str) -> Any:
        """Return what was noted under a name, None where nothing was."""
        row = self._open.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return orjson.loads(row[0]) if row else None

    def note(self, name: str, value: Any) -> None:
        said = orjson.dumps(value).decode()
        self._open.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, said))

    def add(self, found: Iterable[Incoming | Reject]) -> None:
        """Store messages and rejects; a message that was there before is a reject."""
        for one in found:
            rejected = one if isinstance(one, Reject) else self._add_message(one)
            if rejected:
                self.reject(rejected)

    def reject(self, one: Reject) -> None:
        self._open.execute("INSERT INTO reject VALUES (?, ?)", (one.line, one.reason))

    def _add_message(self, one: Incoming) -> Reject | None:
        ticket = self._ticket(one)
        text = self._text(one) if one.author is Author.CUSTOMER else None
        row = (ticket, one.message, one.author, one.sent_at, text, one.line)
        added = self._open.execute(
            "INSERT INTO message (ticket, name, author, sent_at, text, line)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            row,
        )
        if added.rowcount:
            return None
        first = self._open.execute(
            "SELECT line FROM message WHERE ticket = ? AND name = ?", (ticket, one.message)
        ).fetchone()
        why = f"message {one.message!r} of ticket {one.ticket!r} was in line {first[0]} already"
        return Reject(one.line, why)

    def _ticket(self, one: Incoming) -> int:
        row = (one.ticket, one.line, orjson.dumps(one.kept).decode())
        return self._number(
            "INSERT INTO ticket (name, line, kept) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET name = name RETURNING seq",
            row,
        )

    def _text(self, one: Incoming) -> int:
        key = hashlib.blake2b(f"{one.language or ''}\0{one.text}".encode(), digest_size=16).digest()
        return self._number(
            "INSERT INTO text (hash, body, language, times) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (hash) DO UPDATE SET times = times + 1 RETURNING seq",
            (key, one.text, one.language),
        )

    def tickets(self, after: int, most: int) -> list[TicketRow]:
        """Return the next tickets in the file's order."""
        rows = self._open.execute(
            "SELECT seq, name, line, kept FROM ticket WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, most),
        )
        return [TicketRow(seq, name, line, orjson.loads(kept)) for seq, name, line, kept in rows]

    def thread(self, ticket: int) -> list[MessageRow]:
        """Return the newest messages of a ticket, oldest first."""
        rows = self._open.execute(
            "SELECT name, author, sent_at, text, line FROM message WHERE ticket = ?"
            " ORDER BY sent_at DESC, seq DESC LIMIT ?",
            (ticket, NEWEST),
        ).fetchall()
        return [MessageRow(it[0], Author(it[1]), *it[2:]) for it in reversed(rows)]

    def text(self, seq: int) -> TextRow:
        body, language, times, scoring = self._open.execute(
            "SELECT body, language, times, scoring FROM text WHERE seq = ?", (seq,)
        ).fetchone()
        return TextRow(body, language, times > 1, scoring)

    def save_scorings(self, scored: Sequence[tuple[str, int]]) -> None:
        """Keep scorings of texts that occur again, by (scoring, text)."""
        self._open.executemany("UPDATE text SET scoring = ? WHERE seq = ?", scored)

    def save_results(self, results: Sequence[tuple[int, str]]) -> None:
        self._open.executemany("INSERT INTO result VALUES (?, ?)", results)

    def results(self) -> Iterator[dict[str, Any]]:
        """Yield the results in the file's order."""
        rows = self._open.execute("SELECT found FROM result ORDER BY ticket")
        return (orjson.loads(found) for (found,) in rows)

    def rejects(self) -> Iterator[Reject]:
        rows = self._open.execute("SELECT line, reason FROM reject ORDER BY line, rowid")
        return (Reject(line, reason) for line, reason in rows)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each, and how many messages had a text of before."""
        return {
            "tickets": self._number("SELECT count(*) FROM ticket"),
            "messages": self._number("SELECT count(*) FROM message"),
            "texts": self._number("SELECT count(*) FROM text"),
            "repeated": self._number("SELECT coalesce(sum(times - 1), 0) FROM text"),
            "rejects": self._number("SELECT count(*) FROM reject"),
            "results": self._number("SELECT count(*) FROM result"),
        }

    def _number(self, statement: str, values: Sequence[Any] = ()) -> int:
        (found,) = self._open.execute(statement, values).fetchone()
        return int(found)
