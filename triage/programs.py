"""Programs' API keys: made and shown once, listed without themselves, revoked for good."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from triage.domain.person import Principal, Right
from triage.errors import BadInput
from triage.store import api_keys, audit
from triage.store.audit import Action
from triage.store.database import Database

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,58}[A-Za-z0-9]|[A-Za-z0-9]")


def add_key(
    database: Database, who: Principal | str, name: str, scopes: Collection[Right], now: datetime
) -> str:
    """Make a key with these scopes and return it; it is kept as a hash only. Raises BadInput."""
    if not NAME.fullmatch(name):
        raise BadInput(f"name {name!r}: expected 1 to 60 letters, digits, spaces and . _ -")
    if not scopes:
        raise BadInput(f"scope: expected one or more of {', '.join(Right)}")
    key = api_keys.new_key()
    with database.writing() as connection:
        if not api_keys.add(connection, name, key, scopes, audit.name_of(who), now):
            raise BadInput(f"name {name!r}: there is, or was, a key of that name already")
        about = f"{name}: {', '.join(sorted(scopes))}"
        audit.note(connection, who, Action.ADDED_KEY, about=about, now=now)
    return key


def revoke_key(database: Database, who: Principal | str, name: str, now: datetime) -> None:
    """End a key at once. Raises BadInput where none of that name is in force."""
    with database.writing() as connection:
        if not api_keys.revoke(connection, name, audit.name_of(who), now):
            raise BadInput(f"name {name!r}: there is no key of that name in force")
        audit.note(connection, who, Action.REVOKED_KEY, about=name, now=now)
