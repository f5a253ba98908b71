"""An installation as `triage` finds it in its data folder, and the command as a process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.fakes import NOON
from tests.forked import Forked
from tests.integration.test_api import LARGEST, Service
from tests.integration.test_decide import World
from triage.settings import Settings
from triage.store import schema, sources
from triage.store.database import Database
from triage.store.sources import Vault, new_key


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forked]:
    made = Forked(tmp_path_factory.mktemp("commands"))
    yield made
    made.end()


@pytest.fixture
def triage(tmp_path: Path, forked: Forked) -> Callable[..., CompletedProcess[str]]:
    """Run `triage` with these arguments on the installation of this test."""

    def run(*arguments: str, given: str = "") -> CompletedProcess[str]:
        known = {"TRIAGE_DATA_FOLDER": str(tmp_path / "data")}
        return forked.run(arguments, os.environ | known, given)

    return run


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[], AbstractContextManager[World]]:
    """Make the installation of this test, once, and what is in its database."""

    @contextmanager
    def opened() -> Iterator[World]:
        settings = Settings(data_folder=tmp_path / "data", database_url="", redis_url="")
        settings.data_folder.mkdir()
        schema.migrate(settings.database)
        database = Database(settings.database)
        try:
            yield World(database)
        finally:
            database.close()

    return opened


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        data_folder=tmp_path,
        database_url=database_url,
        redis_url="",
        secret_key=new_key(),
        max_body_bytes=LARGEST,
    )


@pytest.fixture
def service(settings: Settings, database: Database) -> Iterator[Service]:
    made = Service(settings, database)
    with made.client:
        yield made


@pytest.fixture
def source_id(database: Database) -> int:
    """A source that may send, by its number."""
    vault = Vault(new_key())
    with database.writing() as connection:
        sources.add(connection, "demo", "generic", ("s",), vault, NOON)
        return sources.by_name(connection, "demo", vault).id
