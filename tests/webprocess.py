"""The web process by itself, as its supervisor starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import answers, wait_until
from triage.settings import Settings
from triage.store import schema

PATIENCE = 30.0  # s for the process to start


def installed_at(folder: Path, port: int) -> Settings:
    """Make the tables of an installation in a folder, and return its settings."""
    settings = Settings(data_folder=folder, database_url="", redis_url="", port=port)
    schema.migrate(settings.database)
    return settings


def known_as(settings: Settings) -> dict[str, str]:
    """Return the environment in which a command finds that installation."""
    where = {"TRIAGE_DATA_FOLDER": str(settings.data_folder), "TRIAGE_PORT": str(settings.port)}
    return os.environ | where


@contextmanager
def web_process(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Run the web process until the block ends, from when it answers."""
    with subprocess.Popen(
        [sys.executable, "-m", "triage.api"],
        env=known_as(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            wait_until(lambda: answers(settings.port), "the web process", PATIENCE)
            yield process
        finally:
            process.kill()
