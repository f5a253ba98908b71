"""folders of mailboxes, and the names of a source's own side"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(sa.Column("ours", sa.JSON(), nullable=False, server_default="[]"))
    target = sa.ForeignKey("source.id", ondelete="CASCADE")
    op.create_table(
        "mail_folder",
        sa.Column("source_id", ROW_ID, target, primary_key=True),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("starttls", sa.Boolean(), nullable=False),
        sa.Column("user", sa.String(254), nullable=False),
        sa.Column("folder", sa.String(200), nullable=False),
        sa.Column("marks_read", sa.Boolean(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", AT, nullable=False),
        sa.Column("trouble", sa.String(200), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_table("mail_folder")
    with op.batch_alter_table("source") as batch_op:
        batch_op.drop_column("ours")
