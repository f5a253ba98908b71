"""how helpdesks are called, and what was read of them"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _of(table: str) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", ROW_ID, target, primary_key=True)


def upgrade() -> None:
    op.create_table(
        "account",
        _of("source"),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("connected_at", AT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", AT, nullable=True),
    )
    op.create_table(
        "call_limit",
        _of("source"),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("per", sa.Float(), nullable=False),
        sa.Column("free_at", AT, nullable=False),
        sa.Column("closed_until", AT, nullable=False),
    )
    op.create_table(
        "pull",
        _of("source"),
        sa.Column("purpose", sa.String(16), primary_key=True),
        sa.Column("since", AT, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("moved_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("known_until", AT, nullable=True),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("lease_until", AT, nullable=True),
    )
    op.create_table(
        "pulled_ticket",
        _of("ticket"),
        sa.Column("updated_at", AT, nullable=False),
    )


def downgrade() -> None:
    for name in ("pulled_ticket", "pull", "call_limit", "account"):
        op.drop_table(name)
