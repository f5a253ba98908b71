"""One database, SQLite or PostgreSQL: short transactions, one way to write and one to read.

On SQLite a write takes the lock when it begins, so that it never fails half-way for a lock, and
the threads of one process queue for it fairly instead of polling. `synchronous=FULL`: what was
acknowledged survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from triage.errors import StoreUnavailable

BUSY_TIMEOUT = 5_000  # ms that a SQLite write waits for another process's
CONNECT_TIMEOUT = 3  # s until PostgreSQL counts as away
STATEMENT_TIMEOUT = 10_000  # ms; none of our statements should take one
IDLE_TIMEOUT = 3_000  # ms within a transaction: whoever froze there must not hold its locks longer
POOL_SIZE = 8
CHECKPOINT_PAGES = 10_000  # the sweep checkpoints every second; this is for when it is away

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT}",
    f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


JSON_CODEC: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}


class Database:
    """The engine of one process. Build it after a fork, dispose of it at the end."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._write_lock = Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose transaction commits at the end, or not at all.

        Raises StoreUnavailable when the database cannot be reached or is locked for too long.
        """
        with _as_store_errors():
            if self.is_sqlite:
                with self._write_lock, self.engine.begin() as connection:
                    yield connection
            else:
                with self.engine.begin() as connection:
                    yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for queries. Raises StoreUnavailable."""
        with _as_store_errors(), self.engine.connect() as connection:
            yield connection.execution_options(reading=True)

    def checkpoint(self) -> None:
        """Move SQLite's log into its file, beside the writers and not within one's commit."""
        if self.is_sqlite:
            raw = self.engine.raw_connection()  # outside any transaction, where SQLite wants it
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            raw.close()

    def close(self) -> None:
        self.engine.dispose()


def insert_new(connection: Connection, table: Table) -> Any:
    """Return an INSERT that does nothing where the row exists already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def insert_once(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row; return False where it exists already."""
    # what RETURNING says, both databases mean; a row count they count differently
    new = insert_new(connection, table).values(row).returning(*table.primary_key)
    return connection.execute(new).first() is not None


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        options = (
            f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC"
            f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT}"
        )
        return create_engine(
            url,
            pool_size=POOL_SIZE,
            pool_pre_ping=True,
            pool_timeout=CONNECT_TIMEOUT,
            **JSON_CODEC,
            connect_args={"connect_timeout": CONNECT_TIMEOUT, "options": options},
        )
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    shared = {"check_same_thread": False}
    engine = create_engine(url, pool_size=POOL_SIZE, connect_args=shared, **JSON_CODEC)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say ourselves when a transaction begins
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _as_store_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise StoreUnavailable("the database does not answer; nothing was stored") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable("the database broke the connection") from error
        raise
