"""how each source stands: indexes of what came and what failed, and what was refused"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GIVEN_UP = sa.text("state = 'dead'")


def upgrade() -> None:
    op.create_index("ix_delivery_received", "delivery", ["source_id", "received_at"])
    op.create_index("ix_dead_letter_received", "dead_letter", ["source_id", "received_at"])
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["source_id", "wake_at"],
        postgresql_where=GIVEN_UP,
        sqlite_where=GIVEN_UP,
    )
    op.create_table(
        "refusal",
        sa.Column(
            "source_id", ROW_ID, sa.ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("refusal")
    op.drop_index("ix_outbox_dead", table_name="outbox")
    op.drop_index("ix_dead_letter_received", table_name="dead_letter")
    op.drop_index("ix_delivery_received", table_name="delivery")
