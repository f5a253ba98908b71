"""an e-mail address is one person's however it is written; who made and who revoked a key"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHO = ("made_by", "revoked_by")
NOTED = {"made_by": "added key", "revoked_by": "revoked key"}  # as the audit log says it

person = sa.table("person", *map(sa.column, ("id", "name", "email", "active")))
api_key = sa.table("api_key", *map(sa.column, ("id", "name", *WHO)))
audit = sa.table(
    "audit",
    sa.column("at", sa.DateTime(timezone=True)),
    *map(sa.column, ("id", "by", "action", "about")),
)


def upgrade() -> None:
    for name in WHO:
        op.add_column("api_key", sa.Column(name, sa.String(200), nullable=True))
    connection = op.get_bind()
    for key in connection.execute(sa.select(api_key.c.id, api_key.c.name)).all():
        connection.execute(api_key.update().where(api_key.c.id == key.id).values(_who(key.name)))
    _one_address_one_person()


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch_op:
        for name in WHO:
            batch_op.drop_column(name)


def _who(key: str) -> dict[str, str | None]:
    """Return who made and who revoked a key, as far as that was noted."""
    about = sa.or_(audit.c.about == key, audit.c.about.startswith(f"{key}: ", autoescape=True))
    query = sa.select(audit.c.by).where(about).order_by(audit.c.id).limit(1)
    found = {name: query.where(audit.c.action == action) for name, action in NOTED.items()}
    return {name: op.get_bind().execute(one).scalar() for name, one in found.items()}


def _one_address_one_person() -> None:
    """Write addresses in small letters; one that several have stays with the first active one."""
    connection, kept = op.get_bind(), dict[str, Any]()
    query = sa.select(person).where(person.c.email.is_not(None))
    for one in connection.execute(query.order_by(person.c.active.desc(), person.c.id)).all():
        if (keeper := kept.setdefault(one.email.lower(), one)) is not one:
            connection.execute(person.update().where(person.c.id == one.id).values(email=None))
            _note(f"{one.name}: e-mail address taken away, as it is {keeper.name}'s")
    for email, one in kept.items():
        connection.execute(person.update().where(person.c.id == one.id).values(email=email))


def _note(about: str) -> None:
    row = {"at": datetime.now(UTC), "by": "triage", "action": "changed person", "about": about}
    op.get_bind().execute(audit.insert().values(row))
