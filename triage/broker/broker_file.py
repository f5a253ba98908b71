"""One SQLite file that several processes share, and that comes back whatever happens to it.

It runs single statements, each its own transaction, from any thread and across forks. A file that
was deleted, emptied or damaged is made anew, empty: it holds wake-ups, and the sweep sends those
again. Everything else that is wrong (locked too long, disk full, no permission) is raised as
BrokerUnavailable, from which Celery reconnects.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from triage.broker import database_files
from triage.broker.location import check_filesystem, check_sqlite
from triage.errors import TriageError

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger(__name__)

Row = tuple[Any, ...]

#: WAL is cut back to this size after a burst, bytes.
WAL_LIMIT = 1024 * 1024

#: The connection as it is; the file opened again; a new file; once more for a lost race.
ATTEMPTS = 4


class BrokerUnavailable(TriageError, ConnectionError):
    """The broker file cannot be used now; trying again later may help."""


@dataclass
class _Handle:
    """What one process holds: SQLite connections must not cross a fork."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None
    identity: database_files.Identity = ()

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection, self.identity = None, ()


class BrokerFile:
    """A SQLite file with a schema. `busy_timeout`: seconds to wait for another process's write."""

    def __init__(self, path: Path, schema: str, busy_timeout: float = 5.0) -> None:
        self.path = path
        self._schema = schema
        self._busy_timeout = busy_timeout
        self._handles: dict[int, _Handle] = {}

    def run(
        self, statement: str, parameters: tuple[object, ...] = (), *, trusting: bool = False
    ) -> list[Row]:
        """Run one statement and return its rows. Raises BrokerUnavailable, BrokerMisplaced.

        `trusting` leaves out the look whether the file is still the one that was opened, which is
        most of what a cheap statement costs.
        """
        handle = self._handle()
        with handle.lock:
            for attempt in range(ATTEMPTS):
                try:
                    connection = self._connected(handle, trusting=trusting)
                    return connection.execute(statement, parameters).fetchall()
                except (sqlite3.Error, OSError) as error:
                    handle.drop()
                    self._repair(error, attempt)
        raise BrokerUnavailable(f"broker file {self.path}: it is replaced again and again")

    def close(self) -> None:
        """Close this process's connection; the next statement opens it again."""
        handle = self._handle()
        with handle.lock:
            handle.drop()

    def _handle(self) -> _Handle:
        # setdefault is atomic, and in a forked child it finds nothing of the parent's
        pid = os.getpid()
        return self._handles.get(pid) or self._handles.setdefault(pid, _Handle())

    def _connected(self, handle: _Handle, *, trusting: bool) -> sqlite3.Connection:
        if handle.connection is None:
            return self._open(handle)
        if not trusting and handle.identity != database_files.identity(self.path):
            handle.drop()
            return self._open(handle)
        return handle.connection

    def _open(self, handle: _Handle) -> sqlite3.Connection:
        check_sqlite()
        check_filesystem(self.path)
        if not self._exists():
            database_files.make(self.path, self._schema)
        connection = database_files.connect(self.path, self._busy_timeout)
        handle.connection, handle.identity = connection, database_files.identity(self.path)
        connection.execute("PRAGMA synchronous = OFF")  # kill -9 is safe; power loss is the sweep's
        connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
        return connection

    def _exists(self) -> bool:
        if not self.path.exists():
            return False
        if not self.path.stat().st_size:
            self._remove("the file is empty")
            return False
        return True

    def _repair(self, error: Exception, attempt: int) -> None:
        """Raise what a new file does not mend; delete a file that is damaged when opened again."""
        if isinstance(error, FileNotFoundError):
            return
        if not _is_damage(error):
            raise BrokerUnavailable(f"broker file {self.path}: {error}") from error
        if attempt > 0:
            self._remove(str(error))

    def _remove(self, why: str) -> None:
        log.warning("broker_file_replaced", path=str(self.path), why=why)
        try:
            database_files.unlink(self.path)
        except OSError as error:
            raise BrokerUnavailable(f"broker file {self.path}: {why}, and {error}") from error


def _is_damage(error: Exception) -> bool:
    """Whether a new file can help; a lock, a full disk or a missing right are not damage."""
    code = getattr(error, "sqlite_errorcode", 0)
    # SQLITE_ERROR: our statements are constant, so the table is not ours (another version's)
    return code & 0xFF in {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    } or code in {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_READONLY_DBMOVED}
