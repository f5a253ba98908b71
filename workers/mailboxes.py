"""Mailboxes, beside the sweep: one thread looks into every folder twice a minute.

A mailbox that fails is asked less and less often, and its trouble is noted for the operator; the
others are read all the same. Several of these processes store each mail once.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog

from triage.errors import BadInput, StoreUnavailable
from triage.mailbox import MailboxTrouble
from triage.ports import utcnow
from triage.read_mail import read_folder
from triage.rules import Rules
from triage.settings import Settings
from triage.store import mail_folders
from triage.store.database import Database
from triage.store.mail_folders import Folder
from triage.store.sources import Vault

LOOK_EVERY = 30.0  # s; providers end accounts that log in much more often
LONGEST_PAUSE = timedelta(minutes=10)

log = structlog.get_logger()


class Reader:
    """Looks into every folder; remembers which are not to be asked yet."""

    def __init__(self, settings: Settings, rules: Rules) -> None:
        self._database = Database(settings.database)
        self._vault = Vault(settings.secret_key)
        self._rules = rules
        self._pauses: dict[int, tuple[timedelta, datetime]] = {}

    def look(self, now: datetime) -> bool:
        """Look into every folder that may be asked; return whether any holds more."""
        with self._database.reading() as connection:
            folders = mail_folders.all_folders(connection, self._vault)
        more = [self._look_into(folder, now) for folder in folders if self._may(folder, now)]
        return any(more)

    def _may(self, folder: Folder, now: datetime) -> bool:
        return folder.source_id not in self._pauses or self._pauses[folder.source_id][1] <= now

    def _look_into(self, folder: Folder, now: datetime) -> bool:
        try:
            look = read_folder(self._database, folder, self._rules.current().policy, now)
        except MailboxTrouble as trouble:
            self._pause(folder, str(trouble), now)
            return False
        self._pauses.pop(folder.source_id, None)
        if look.stored:
            log.info("mails_read", source=folder.name, mails=look.stored)
        return not look.is_complete

    def _pause(self, folder: Folder, trouble: str, now: datetime) -> None:
        before = self._pauses.get(folder.source_id, (timedelta(seconds=LOOK_EVERY), now))[0]
        pause = min(2 * before, LONGEST_PAUSE)
        self._pauses[folder.source_id] = (pause, now + pause)
        log.warning("mailbox_in_trouble", source=folder.name, trouble=trouble)
        with self._database.writing() as connection:
            mail_folders.note(connection, folder.source_id, None, trouble)


def start(settings: Settings, rules: Rules, stopping: threading.Event) -> None:
    """Start the thread, which nothing but the end of the process ends."""
    try:
        reader = Reader(settings, rules)
    except BadInput as error:
        log.error("mailboxes_cannot_be_opened", error=str(error))  # noqa: TRY400 - its words say all
        return

    def run() -> None:
        pause = 0.0
        while not stopping.wait(pause):
            pause = 0.0 if _look(reader) else LOOK_EVERY

    threading.Thread(target=run, name="mailboxes", daemon=True).start()


def _look(reader: Reader) -> bool:
    try:
        return reader.look(utcnow())
    except StoreUnavailable:
        log.warning("mailboxes_wait_for_database")
    except BadInput as error:
        log.error("mailboxes_cannot_be_opened", error=str(error))  # noqa: TRY400 - likewise
    except Exception:
        log.exception("mailboxes_failed")
    return False
