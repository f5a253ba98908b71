"""An installation before its first start: its tables, and somebody who may log in."""

from __future__ import annotations

from triage import admit
from triage.passwords import Passwords
from triage.ports import utcnow
from triage.settings import Settings
from triage.store import people, schema
from triage.store.database import Database

ANOTHER = "  another one          triage people password admin"


def prepare(settings: Settings) -> str | None:
    """Bring the tables to this version and make the person `admin` where nobody was ever added.

    Returns what to say about them: the password, this once. None: there were people already.
    Raises BadInput where TRIAGE_ADMIN_PASSWORD will not do, StoreUnavailable.
    """
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        with database.reading() as connection:
            if not people.is_empty(connection):
                return None  # and no password is hashed for nothing
        given = settings.admin_password.get_secret_value()
        password = admit.first_admin(database, Passwords(), given, utcnow())
    finally:
        database.close()
    if password is None:  # another process was first
        return None
    shown = "as TRIAGE_ADMIN_PASSWORD says" if given else f"{password}  (shown this once)"
    return f"  log in as            admin\n  password             {shown}\n{ANOTHER}"
