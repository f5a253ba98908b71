"""an index of the few who wait with a flag, for the looks of the alerts"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FLAGGED = sa.text("status = 'waiting' AND flags > ''")


def upgrade() -> None:
    op.create_index(
        "ix_ticket_flagged",
        "ticket",
        ["flags"],
        postgresql_where=FLAGGED,
        sqlite_where=FLAGGED,
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_flagged", table_name="ticket")
