"""The secret key of an embedded installation: made once, kept in its data folder for its owner."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from triage.settings import Settings
from triage.store.sources import new_key


def with_keys(settings: Settings) -> Settings:
    """Return the settings with their key: from the environment, else from the data folder."""
    folder = settings.data_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = settings.secret_key or _kept(folder / "secret-key", new_key)
    return settings.model_copy(update={"secret_key": secret})


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return the file's content; make the file, whole or not at all, where there is none."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as fresh:  # its owner's alone
            fresh.write(make())
            fresh.flush()
            with contextlib.suppress(FileExistsError):  # where another was first
                path.hardlink_to(fresh.name)
    return path.read_text().strip()
