"""The audit log: who saw or changed what and when, one row each, never changed.

It names tickets by number and people by name; no word of a customer's stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from triage.domain.person import Principal
from triage.store.access_tables import audit

LONGEST_BY = 200  # characters of the column
LONGEST_ACTION = 32


class Action(StrEnum):
    """What is noted by the service itself; other parts may note their own words."""

    SAW = "saw"
    GAVE = "gave"
    MOVED = "moved"
    DECLINED = "declined"
    CORRECTED = "corrected"
    TOOK_BACK = "took back"
    PUT_OFF = "put off"
    WROTE_NOTE = "wrote a note"
    REMOVED_NOTE = "removed a note"
    RETRIED = "retried"
    SCORED_AGAIN = "scored again"
    SAW_ALERTS = "marked alerts as seen"
    DISCLOSED = "disclosed a customer"
    ERASED = "erased a customer"
    LOOKED = "looked what an erase would take"
    PRESENCE = "set presence"
    OPT_OUT = "set opt-out"
    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    REFUSED = "was refused a log-in"
    WRONG_PASSWORD = "gave a wrong password"  # noqa: S105 - what was done, no password
    ADDED_PERSON = "added person"
    CHANGED_PERSON = "changed person"
    SET_PASSWORD = "set password"  # noqa: S105 - what was done, no password
    ADDED_KEY = "added key"
    REVOKED_KEY = "revoked key"


@dataclass(frozen=True, slots=True)
class Noted:
    """One row of the audit log."""

    id: int
    at: datetime
    by: str
    action: str
    ticket_id: int | None
    about: str


def note(
    connection: Connection,
    who: Principal | str,
    action: str,
    ticket_id: int | None = None,
    about: str = "",
    *,
    now: datetime,
) -> None:
    """Write down what somebody saw or changed, within the transaction that changes it.

    `who` as a text where a program acts on somebody's behalf. `about`: ids and our own words only.
    """
    row = {"by": name_of(who), "action": action[:LONGEST_ACTION], "about": about}
    connection.execute(insert(audit).values(at=now, ticket_id=ticket_id, **row))


def name_of(who: Principal | str) -> str:
    """Return as whom somebody is written down."""
    return (who if isinstance(who, str) else who.name)[:LONGEST_BY]


def noted(
    connection: Connection,
    limit: int,
    *,
    before: int | None = None,
    by: str | None = None,
    ticket_id: int | None = None,
) -> Sequence[Noted]:
    """Return what was noted, newest first; `before`: the id at which an earlier page ended.

    `by` also finds what programs did on that person's behalf.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.id < before)
    if ticket_id is not None:
        query = query.where(audit.c.ticket_id == ticket_id)
    if by:
        on_behalf = audit.c.by.startswith(f"{by} (by key ", autoescape=True)
        query = query.where((audit.c.by == by) | on_behalf)
    rows = connection.execute(query)
    return [Noted(row.id, row.at, row.by, row.action, row.ticket_id, row.about) for row in rows]
