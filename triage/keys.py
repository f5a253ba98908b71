"""The keys of an embedded installation: made once, kept in the data folder for its owner."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from triage.settings import Settings
from triage.store.sources import new_key


def with_keys(settings: Settings) -> Settings:
    """Return the settings with both keys: from the environment, else from the data folder."""
    folder = settings.data_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    access = settings.access_key or _kept(folder / "access-key", lambda: secrets.token_urlsafe(24))
    secret = settings.secret_key or _kept(folder / "secret-key", new_key)
    return settings.model_copy(update={"access_key": access, "secret_key": secret})


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return the file's content; make the file, whole or not at all, where there is none."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        try:
            path.hardlink_to(fresh)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
