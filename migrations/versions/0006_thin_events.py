"""events whose words are still at the vendor"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "thin_event",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("source_id", ROW_ID, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("key", sa.String(256), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("ticket_id", sa.String(200), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=True),
        sa.Column("occurred_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("wake_at", AT, nullable=False),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.UniqueConstraint("source_id", "key"),
    )
    op.create_index("ix_thin_event_wake_at", "thin_event", ["wake_at"])


def downgrade() -> None:
    op.drop_index("ix_thin_event_wake_at", table_name="thin_event")
    op.drop_table("thin_event")
