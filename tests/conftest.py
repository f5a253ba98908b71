"""Fixtures shared by all tests: real servers, an empty database of each kind."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

from tests.servers import PostgresServer, RedisServer, postgres_folder
from triage.logs import set_up_logs
from triage.store import schema
from triage.store.database import Database

hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("patient")


def pytest_configure() -> None:
    """Log as the service does: structlog's own default renders tracebacks with all locals.

    A shell's background jobs ignore Ctrl-C, and so would every command that tests press it for.
    """
    set_up_logs("console")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say early, in CI, what is missing: there nothing may be skipped."""
    if os.environ.get("TRIAGE_NO_SKIPS"):
        assert shutil.which("redis-server"), "CI needs redis-server"
        postgres_folder()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
    if skipped and os.environ.get("TRIAGE_NO_SKIPS"):
        pytest.fail(f"{item.nodeid} was skipped where nothing may be", pytrace=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    try:
        postgres_folder()
    except FileNotFoundError:
        pytest.skip("no PostgreSQL here; CI has one")
    with tempfile.TemporaryDirectory(prefix="triage-pg-") as folder:
        server = PostgresServer(Path(folder), is_durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server here; CI has one")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with its tables, to be copied: making them takes half a second."""
    path = tmp_path_factory.mktemp("migrated") / "triage.db"
    schema.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """The name of the like in PostgreSQL."""
    schema.migrate(with_driver(postgres.create("migrated")))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind, with its tables."""
    if request.param == "sqlite":
        path = tmp_path / "triage.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("migrated_template")
    return with_driver(server.create(f"t{uuid4().hex}", template))


def with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()
