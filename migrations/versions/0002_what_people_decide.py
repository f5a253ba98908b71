"""what people decide: modes, overrides, corrections, promises, rest"""

import sqlalchemy as sa
from alembic import op

# SQLite numbers rows by itself only in a column of type INTEGER
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAS_UNIQUE = ["ticket_id", "message_id", "model_version", "policy_version", "playbook_version"]
UNIQUE = ["ticket_id", "message_id", "revision", *WAS_UNIQUE[2:]]
KNOWN_CUSTOMER = sa.text("customer_id IS NOT NULL AND assignee_id IS NOT NULL")
NOT_KEPT = sa.text("kept_at IS NULL")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(
            sa.Column("mode", sa.String(length=16), nullable=False, server_default="assign")
        )
        batch_op.add_column(
            sa.Column("opening_raises", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("agent") as batch_op:
        batch_op.add_column(_number("heavy_run"))
        batch_op.add_column(sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_no("opted_out"))
    for column in (
        _number("missed_promises"),
        sa.Column("tier", sa.String(length=64), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_lane", sa.String(length=16), nullable=True),
        _no("pinned"),
        sa.Column("declined", sa.JSON(), nullable=False, server_default="[]"),
        _number("hand_overs"),
        _no("relieved"),
        _no("harsh"),
    ):
        op.add_column("ticket", column)
    op.create_index(
        "ix_ticket_customer",
        "ticket",
        ["source_id", "customer_id"],
        postgresql_where=KNOWN_CUSTOMER,
        sqlite_where=KNOWN_CUSTOMER,
    )
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(_number("revision"))
        batch_op.drop_constraint("uq_decision_ticket_id", type_="unique")
        batch_op.create_unique_constraint("uq_decision_ticket_id", UNIQUE)
    op.create_table(
        "correction",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("now", sa.JSON(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_correction_message_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_correction_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_ticket_id", "correction", ["ticket_id"])
    op.create_table(
        "follow_up",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_follow_up_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
    )
    op.create_index("ix_follow_up_ticket_id", "follow_up", ["ticket_id"])
    op.create_index(
        "ix_follow_up_open",
        "follow_up",
        ["missed_at", "due_at"],
        postgresql_where=NOT_KEPT,
        sqlite_where=NOT_KEPT,
    )
    op.create_table(
        "draft",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("rude", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_made_at", "draft", ["made_at"])


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_table("follow_up")
    op.drop_table("correction")
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint("uq_decision_ticket_id", type_="unique")
        batch_op.drop_column("revision")
        batch_op.create_unique_constraint("uq_decision_ticket_id", WAS_UNIQUE)
    op.drop_index("ix_ticket_customer", "ticket")
    with op.batch_alter_table("ticket") as batch_op:
        for name in (
            "missed_promises",
            "tier",
            "promised_at",
            "chosen_lane",
            "pinned",
            "declined",
            "hand_overs",
            "relieved",
            "harsh",
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table("agent") as batch_op:
        for name in ("heavy_run", "rests_until", "opted_out"):
            batch_op.drop_column(name)
    with op.batch_alter_table("source") as batch_op:
        for name in ("mode", "opening_raises"):
            batch_op.drop_column(name)
