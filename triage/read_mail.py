"""Read a folder's new mails: each is stored and counted as read in one transaction, in order.

So a process may be killed between any two steps: what was not committed is read again, and what
was is known by its delivery key, also from another folder or after the mailbox was rebuilt.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.accept import BECAME, read
from triage.domain.policy import Policy
from triage.helpdesks.event import Delivery
from triage.keep import keep
from triage.mailbox import Fetched, Mailbox, opened
from triage.store import events, mail_folders
from triage.store.database import Database
from triage.store.mail_folders import Folder, Position

VENDOR = "email"  # how a folder's mails are read
MOST_AT_ONCE = 200  # mails of one look, so that one full folder does not stop the others
OVERLAP = timedelta(days=2)  # of days that mailboxes count in their own zone


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: how many mails were stored, and whether more are left."""

    stored: int
    is_complete: bool


def read_folder(
    database: Database,
    folder: Folder,
    policy: Policy,
    now: datetime,
    context: ssl.SSLContext | None = None,
) -> Look:
    """Store what is new in a folder. Raises MailboxTrouble, StoreUnavailable."""
    with opened(folder.place, folder.password, context) as mailbox:
        waiting = _new(mailbox, folder)
        for uid in waiting[:MOST_AT_ONCE]:
            fetched = mailbox.fetch(uid)
            _store(database, folder, Position(mailbox.validity, uid), fetched, policy, now)
            if fetched and folder.place.marks_read:
                mailbox.mark_read(uid)
    is_complete = len(waiting) <= MOST_AT_ONCE
    with database.writing() as connection:
        mail_folders.note(connection, folder.source_id, now if is_complete else None, "")
    return Look(min(len(waiting), MOST_AT_ONCE), is_complete)


def _new(mailbox: Mailbox, folder: Folder) -> list[int]:
    """Return what is new; all of the last days where the mailbox numbers its mails anew."""
    if mailbox.validity == folder.position.validity:
        return mailbox.newer(folder.position.uid)
    return mailbox.since(folder.read_at - OVERLAP)


def _store(
    database: Database,
    folder: Folder,
    position: Position,
    fetched: Fetched | None,
    policy: Policy,
    now: datetime,
) -> None:
    with database.writing() as connection:
        if fetched:
            came = min(fetched.came or now, now)
            delivery = Delivery({}, fetched.body, received_at=came, ours=folder.ours)
            kept = keep(connection, folder.source_id, read(VENDOR, delivery), policy, now)
            for status, kind in BECAME.items():
                ids = [
                    it.stored.ticket_id for it in kept if it.stored and it.stored.became is status
                ]
                events.append(connection, kind, ids, now)
        mail_folders.move_on(connection, folder.source_id, position)
