"""GoEmotions from its public home, checked, for who has no copy of it.

CC BY 4.0, Google; Demszky et al. 2020, "GoEmotions: A Dataset of Fine-Grained Emotions".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

HOME = "https://raw.githubusercontent.com/google-research/google-research/master/goemotions/data"
TIMEOUT = 60.0  # s

#: File there, file here, and the MD5 of what we trained on (None: a list of names).
FILES: Mapping[str, tuple[str, str | None]] = {
    "train.tsv": ("train.tsv", "83a206cc5aa2fa9749ee45675f866d03"),
    "dev.tsv": ("dev.tsv", "8820aa4fd13c5dee1b55c2893aad1232"),
    "test.tsv": ("test.tsv", "8c3482a12f52ff56429a5d178257be09"),
    "emotions.txt": ("labels.txt", None),
}


class DownloadFailed(Exception):
    """A file could not be fetched or is not the one expected; says which and why."""


def goemotions(folder: Path, home: str = HOME) -> None:
    """Fetch what is missing in `folder`. Raises DownloadFailed; a file is there whole or not."""
    folder.mkdir(parents=True, exist_ok=True)
    for there, (here, md5) in FILES.items():
        if not (folder / here).exists():
            _fetch(f"{home}/{there}", folder / here, md5)


def _fetch(address: str, path: Path, md5: str | None) -> None:
    try:
        with urlopen(address, timeout=TIMEOUT) as answer:  # noqa: S310  # https, or a test's own
            content = answer.read()
    except (OSError, HTTPException) as error:
        raise DownloadFailed(f"{address} could not be fetched: {error}") from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if md5 is not None and found != md5:
        raise DownloadFailed(f"{address} has the MD5 {found}; expected {md5}, what we trained on")
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)
