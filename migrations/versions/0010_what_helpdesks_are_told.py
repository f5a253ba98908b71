"""what helpdesks are told of decisions"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _of(table: str, *, primary_key: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", ROW_ID, target, primary_key=primary_key, nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("source") as source:
        source.add_column(sa.Column("writes", sa.String(64), nullable=False, server_default=""))
        source.add_column(sa.Column("write_fields", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "outbox",
        _of("ticket", primary_key=True),
        _of("source"),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wake_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("sending", sa.String(12), nullable=True),
        sa.Column("written", sa.JSON(), nullable=False),
    )
    due = sa.text("state = 'due'")
    where = {"postgresql_where": due, "sqlite_where": due}
    op.create_index("ix_outbox_due", "outbox", ["source_id", "wake_at"], **where)
    op.create_table(
        "writer",
        _of("source", primary_key=True),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("lease_until", AT, nullable=True),
        sa.Column("wrote_at", AT, nullable=True),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
    )
    op.create_table(
        "writing",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        _of("ticket"),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
    )
    op.create_index("ix_writing_ticket", "writing", ["ticket_id", "at"])
    op.create_table(
        "agent_account",
        _of("source", primary_key=True),
        _of("agent", primary_key=True),
        sa.Column("known_as", sa.String(200), nullable=True),
        sa.Column("found_at", AT, nullable=False),
    )


def downgrade() -> None:
    for name in ("agent_account", "writing", "writer", "outbox"):
        op.drop_table(name)
    with op.batch_alter_table("source") as source:
        source.drop_column("write_fields")
        source.drop_column("writes")
