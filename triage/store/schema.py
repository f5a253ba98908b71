"""Bringing the tables to this version with Alembic; run once, before the processes start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import OperationalError

from triage.errors import StoreUnavailable
from triage.store.database import Database

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migrate(url: str) -> None:
    """Bring the tables to the newest version, where they are not. Raises StoreUnavailable."""
    from alembic import command  # noqa: PLC0415 - no process that serves needs it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    database = Database(url)
    try:
        with database.reading() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        if present == ScriptDirectory.from_config(config).get_current_head():
            return
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise StoreUnavailable("the database does not answer; the tables were not made") from error
    finally:
        database.close()
