"""The migrations make the very tables that the code speaks to, and can be taken back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from triage.store import access_tables, schema
from triage.store.database import Database

METADATA = access_tables.metadata  # the one that all tables are in


def differences(database: Database) -> list[object]:
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def test_migrations_make_the_tables_of_the_code(database):
    assert differences(database) == []


def test_migrations_can_be_taken_back_and_made_again(database, database_url):
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert len(differences(database)) > len(METADATA.tables) / 2  # the check can fail
    schema.migrate(database_url)
    assert differences(database) == []
