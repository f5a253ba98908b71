"""The migrations make the very tables that the code speaks to, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from tests.fakes import NOON
from triage.store import access_tables, audit, outbound_tables, schema
from triage.store.database import Database

METADATA = outbound_tables.metadata  # the one that all tables are in


def differences(database: Database) -> list[object]:
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def taken_back_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@pytest.fixture
def kept(database: Database) -> Any:
    """Return how a table's rows stand by name."""

    def rows(table: Any, *columns: str) -> dict[str, Any]:
        with database.reading() as connection:
            found = connection.execute(table.select()).mappings()
            return {row["name"]: tuple(row[column] for column in columns) for row in found}

    return rows


def test_migrations_make_the_tables_of_the_code(database):
    assert differences(database) == []


def test_migrations_can_be_taken_back_and_made_again(database, database_url):
    taken_back_to(database, "base")
    assert len(differences(database)) > len(METADATA.tables) / 2  # the check can fail
    schema.migrate(database_url)
    assert differences(database) == []


def test_an_address_that_two_had_in_other_letters_stays_with_one_and_that_is_noted(
    database, database_url, kept
):
    """Version 0005."""
    taken_back_to(database, "0004")
    person = access_tables.person
    ordinary = {"role": "agent", "created_at": NOON}
    people = [
        {"name": "Shut out", "email": "sue@example.org", "active": False},
        {"name": "Sue", "email": "SUE@Example.org", "active": True},
        {"name": "Sue 2", "email": "Sue@example.org", "active": True},
        {"name": "Tom", "email": None, "active": True},
    ]
    with database.writing() as connection:
        connection.execute(person.insert(), [ordinary | it for it in people])
    schema.migrate(database_url)
    assert kept(person, "email") == {
        "Shut out": (None,), "Sue": ("sue@example.org",), "Sue 2": (None,), "Tom": (None,),
    }  # fmt: skip
    with database.reading() as connection:
        noted = [row.about for row in audit.noted(connection, 10)]
    assert noted == [
        f"{name}: e-mail address taken away, as it is Sue's" for name in ("Shut out", "Sue 2")
    ]


def test_who_made_and_who_revoked_a_key_is_taken_from_the_audit_log(database, database_url, kept):
    """Version 0005."""
    taken_back_to(database, "0004")
    key = {"scopes": ["read"], "made_at": NOON}
    with database.writing() as connection:
        names = [{"name": it, "key_hash": it, **key} for it in ("bot", "bot 2", "older")]
        connection.execute(access_tables.api_key.insert(), names)
        audit.note(connection, "Ada", "added key", about="bot: read", now=NOON)
        audit.note(connection, "Eve", "added key", about="bot 2: decide, read", now=NOON)
        audit.note(connection, "Tom", "revoked key", about="bot", now=NOON)
    schema.migrate(database_url)
    assert kept(access_tables.api_key, "made_by", "revoked_by") == {
        "bot": ("Ada", "Tom"), "bot 2": ("Eve", None), "older": (None, None),
    }  # fmt: skip
