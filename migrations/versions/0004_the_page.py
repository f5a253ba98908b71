"""what the supervisor's page needs: people, keys, notes, alerts, and rows that can be filtered"""

import sqlalchemy as sa
from alembic import op

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")
SNOOZED = sa.text("status = 'waiting' AND snoozed_until IS NOT NULL")
CLOSED = sa.text("status = 'closed'")
UNSENT = sa.text("wake_at IS NOT NULL")


def _id() -> sa.Column[int]:
    return sa.Column("id", ROW_ID, primary_key=True, autoincrement=True)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    with op.batch_alter_table("source") as batch_op:
        batch_op.add_column(sa.Column("keep_days", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("keep_as", sa.String(16), nullable=False, server_default="deleted")
        )
    for column in (
        sa.Column("reading", sa.String(24), nullable=True),
        sa.Column("feeling", sa.String(16), nullable=True),
        sa.Column("situation", sa.String(64), nullable=True),
        sa.Column("flags", sa.String(255), nullable=False, server_default=""),
        sa.Column("snoozed_until", AT, nullable=True),
    ):
        op.add_column("ticket", column)
    op.create_index(
        "ix_ticket_closed",
        "ticket",
        ["source_id", "released_at"],
        postgresql_where=CLOSED,
        sqlite_where=CLOSED,
    )
    op.create_index("ix_ticket_opened", "ticket", ["opened_at"])
    op.create_index("ix_decision_message", "decision", ["message_id"])
    op.create_index("ix_correction_message", "correction", ["message_id"])
    op.create_index(
        "ix_ticket_lane",
        "ticket",
        ["lane", "respond_by", "id"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_index(
        "ix_ticket_snoozed",
        "ticket",
        ["snoozed_until"],
        postgresql_where=SNOOZED,
        sqlite_where=SNOOZED,
    )
    op.add_column("correction", sa.Column("undone_at", AT, nullable=True))
    op.create_table(
        "note",
        _id(),
        sa.Column("ticket_id", ROW_ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("written_at", AT, nullable=False),
    )
    op.create_index("ix_note_ticket_id", "note", ["ticket_id"])
    op.create_table(
        "alert",
        _id(),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ticket_id", ROW_ID, sa.ForeignKey("ticket.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", AT, nullable=False),
        _no("quiet"),
        sa.Column("seen_at", AT, nullable=True),
        sa.Column("seen_by", sa.String(200), nullable=True),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("wake_at", AT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("ix_alert_ticket_id", "alert", ["ticket_id"])
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
    op.create_index(
        "ix_alert_unsent", "alert", ["wake_at"], postgresql_where=UNSENT, sqlite_where=UNSENT
    )
    op.create_table(
        "person",
        _id(),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("email", sa.String(254), nullable=True, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(255), nullable=True, unique=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", AT, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("person_id", ROW_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
    op.create_table(
        "api_key",
        _id(),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
    )
    op.create_table(
        "failed_login",
        _id(),
        sa.Column("whose", sa.String(200), nullable=False),
        sa.Column("at", AT, nullable=False),
    )
    op.create_index("ix_failed_login_whose", "failed_login", ["whose", "at"])
    op.create_table(
        "audit",
        _id(),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_ticket_id", "audit", ["ticket_id"])


def downgrade() -> None:
    for name in ("audit", "failed_login", "api_key", "session", "person", "alert", "note"):
        op.drop_table(name)
    op.drop_index("ix_correction_message", table_name="correction")
    op.drop_index("ix_decision_message", table_name="decision")
    with op.batch_alter_table("correction") as batch_op:
        batch_op.drop_column("undone_at")
    for name in ("ix_ticket_snoozed", "ix_ticket_lane", "ix_ticket_opened"):
        op.drop_index(name, table_name="ticket")
    op.drop_index("ix_ticket_closed", table_name="ticket")
    with op.batch_alter_table("ticket") as batch_op:
        for name in ("reading", "feeling", "situation", "flags", "snoozed_until"):
            batch_op.drop_column(name)
    with op.batch_alter_table("source") as batch_op:
        batch_op.drop_column("keep_as")
        batch_op.drop_column("keep_days")
