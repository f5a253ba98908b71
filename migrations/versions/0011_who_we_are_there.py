"""as whom a helpdesk knows us"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("own", sa.String(200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_column("own")
