"""The three files of a SQLite database in WAL mode: which they are, making them, removing them.

A database appears under its name complete and in one step, so whoever finds an empty file knows
that it was emptied, and two processes that start together never see half a database.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

#: Device and inode of each of the three files.
Identity = tuple[tuple[int, int], ...]


def files(path: Path) -> list[Path]:
    """Return the database, its log and the shared index of the log."""
    return [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]


def identity(path: Path) -> Identity:
    """Return which files stand at `path` now; () when one is missing or the database is empty."""
    try:
        stats = [file.stat() for file in files(path)]
    except FileNotFoundError:
        return ()
    return tuple((s.st_dev, s.st_ino) for s in stats) if stats[0].st_size else ()


def unlink(path: Path) -> None:
    """Delete all three; connections that are open keep working on what nobody else sees."""
    for file in files(path):
        file.unlink(missing_ok=True)


def make(path: Path, schema: str) -> None:
    """Put an empty database with `schema` at `path`, unless somebody else just did."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    draft.unlink(missing_ok=True)
    try:
        _write(draft, schema)
        if not path.exists():
            unlink(path)  # a log left behind would be replayed into the new database
        _place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def connect(path: Path, busy_timeout: float) -> sqlite3.Connection:
    """Open the database at `path`. Raises FileNotFoundError if it was replaced meanwhile."""
    born = path.stat()
    # mode=rw: whatever happens to the file now, SQLite must not make one without our schema
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        connection.execute("PRAGMA schema_version").fetchall()  # opens the other two files
        _check_unmoved(path, born)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_unmoved(path: Path, born: os.stat_result) -> None:
    if not os.path.samestat(born, path.stat()):
        raise FileNotFoundError(f"{path} was replaced while it was opened")


def _write(draft: Path, schema: str) -> None:
    with closing(sqlite3.connect(draft)) as connection:
        draft.chmod(0o600)  # the other two files take its rights
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.executescript(schema)


def _place(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a filesystem without hard links: the later one wins
        draft.replace(path)
