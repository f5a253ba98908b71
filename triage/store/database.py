"""One database, SQLite or PostgreSQL: short transactions, one way to write and one to read.

On SQLite a write takes the lock when it begins, so that it never fails half-way for a lock, and
the threads of one process queue for it fairly instead of polling. `synchronous=FULL`: what was
acknowledged survives a power cut.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from triage.errors import StoreUnavailable

BUSY_TIMEOUT = 5_000  # ms that a SQLite write waits for another process's
CONNECT_TIMEOUT = 3  # s until PostgreSQL counts as away
STATEMENT_TIMEOUT = 10_000  # ms; none of our statements should take one
IDLE_TIMEOUT = 3_000  # ms within a transaction: whoever froze there must not hold its locks longer
IDLED = "25P03"  # PostgreSQL's code for having ended it
POOL_SIZE = 8
RESTED = 1.0  # s without use after which a connection is asked whether it still lives
CHECKPOINT_PAGES = 10_000  # the sweep checkpoints every second; this is for when it is away

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten: docs/privacy.md
    f"PRAGMA busy_timeout={BUSY_TIMEOUT}",
    f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _loads(value: Any) -> Any:
    """SQLite keeps a JSON number as a number, and gives it back as one."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


JSON_CODEC: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": _loads}


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
    """Return an INSERT that does nothing where the row exists already; execute it with rows."""
    return _insert_new(connection.dialect.name, table)


def insert_once(connection: Connection, table: Table, row: dict[str, Any]) -> Any:
    """Insert a row and return its primary key; nothing where it exists already."""
    # what RETURNING says, both databases mean; a row count they count differently
    return connection.execute(_insert_once(connection.dialect.name, table), row).first()


# made once: a statement with its values in it costs more to build than to execute


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    return _insert_new(dialect, table).returning(*table.primary_key)


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        options = (
            f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC"
            f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT}"
        )
        engine = create_engine(
            url,
            pool_size=POOL_SIZE,
            pool_timeout=CONNECT_TIMEOUT,
            **JSON_CODEC,
            hide_parameters=True,  # they are customers' words, and errors are logged
            connect_args={"connect_timeout": CONNECT_TIMEOUT, "options": options},
        )
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _ask_the_rested)
        return engine
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    shared = {"check_same_thread": False}
    engine = create_engine(
        url, pool_size=POOL_SIZE, connect_args=shared, hide_parameters=True, **JSON_CODEC
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ask_the_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Have a connection that rested replaced where PostgreSQL has gone meanwhile.

    Asking each time, as the pool would, adds a round trip to every webhook.
    """
    if time.monotonic() - record.info.get("used", time.monotonic()) < RESTED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.OperationalError as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say ourselves when a transaction begins
    for pragma in PRAGMAS:
        connection.execute(pragma)
    # SQLite's own knows ASCII only: a search for "Ärger" must find "ärger" as on PostgreSQL
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


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
        if error.connection_invalidated or getattr(error.orig, "sqlstate", "") == IDLED:
            raise StoreUnavailable("the database broke the connection") from error
        raise
