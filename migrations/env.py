"""Alembic's entry: migrates the connection that `triage.store.schema` hands over."""

from alembic import context

from triage.store import mail_tables, outbox_tables, rescore_tables  # noqa: F401 - every table must be known
from triage.store.access_tables import metadata

connection = context.config.attributes["connection"]
# two services that start at once must not migrate at once
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7410)")
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
