"""runs that score tickets again"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rescore_run",
        sa.Column("id", ROW_ID, primary_key=True, autoincrement=True),
        sa.Column("asked", sa.String(500), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("model_folder", sa.String(500), nullable=True),
        sa.Column("model_version", sa.String(64), nullable=True),
        sa.Column("policy_version", sa.String(64), nullable=False),
        sa.Column("policy_text", sa.Text(), nullable=True),
        sa.Column("playbook_version", sa.String(64), nullable=False),
        sa.Column("playbook_text", sa.Text(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("applies", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.Column("compared", sa.JSON(), nullable=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("scored_at", AT, nullable=True),
        sa.Column("stepped_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("called", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("called_at", AT, nullable=True),
    )
    op.create_index("ix_rescore_run_state", "rescore_run", ["state"])
    op.create_table(
        "rescore_chunk",
        sa.Column("run_id", ROW_ID, sa.ForeignKey("rescore_run.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="due"),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("lease_until", AT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_table(
        "rescore_item",
        sa.Column("run_id", ROW_ID, sa.ForeignKey("rescore_run.id"), primary_key=True),
        sa.Column("ticket_id", ROW_ID, sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("why", sa.String(200), nullable=False, server_default=""),
        sa.Column("lane", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("respond_by", AT, nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("new_lane", sa.String(16), nullable=False),
        sa.Column("new_level", sa.Integer(), nullable=False),
        sa.Column("new_respond_by", AT, nullable=False),
        sa.Column("new_agent_id", sa.BigInteger(), nullable=True),
        sa.Column("new_language", sa.String(16), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("applied_id", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_rescore_item_next", "rescore_item", ["run_id", "state", "new_respond_by"])
    op.create_index("ix_rescore_item_ticket_id", "rescore_item", ["ticket_id"])


def downgrade() -> None:
    for name in ("rescore_item", "rescore_chunk", "rescore_run"):
        op.drop_table(name)
