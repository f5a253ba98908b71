"""Try all that a source needs: the way in, and calling its helpdesk where that is connected."""

from __future__ import annotations

from collections.abc import Iterator

from triage import connect
from triage.check import Check, tried
from triage.errors import NotConnected
from triage.helpdesks.accounts.registry import ACCOUNTS
from triage.helpdesks.registry import HELPDESKS
from triage.mailbox import opened
from triage.settings import Settings
from triage.store import mail_folders, sources
from triage.store.database import Database
from triage.store.mail_folders import Folder
from triage.store.sources import Vault
from triage.try_way_in import way_in


def try_source(database: Database, settings: Settings, name: str) -> Iterator[Check]:
    """Yield what works and what does not. Raises UnknownSource, StoreUnavailable."""
    vault = Vault(settings.secret_key)
    with database.reading() as connection:
        source = sources.by_name(connection, name, vault)
        folders = mail_folders.all_folders(connection, vault)
    if source.vendor not in HELPDESKS:
        for folder in folders:
            if folder.source_id == source.id:
                yield tried("mailbox", lambda folder=folder: _looked(folder))  # type: ignore[misc]
        return
    yield from way_in(settings, source)
    try:
        yield from connect.check(database, settings, name)
    except NotConnected as error:
        if source.vendor in ACCOUNTS:
            yield Check("helpdesk", str(error).removeprefix(f"{name}: "))


def _looked(folder: Folder) -> str:
    with opened(folder.place, folder.password) as mailbox:
        waiting = len(mailbox.newer(folder.position.uid))
    return f"{folder.place.folder} of {folder.place.host} can be read; {waiting} mails wait in it"
