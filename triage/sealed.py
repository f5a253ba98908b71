"""Values that a browser keeps for us and cannot read or change, for a while and one purpose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from cryptography.fernet import InvalidToken

from triage.store.sources import fernet_of


class Seal:
    """Seals with the first of the installation's secret keys, and opens with any."""

    def __init__(self, keys: str) -> None:
        """`keys`: as `fernet_of` takes them. Raises BadInput."""
        self._fernet = fernet_of(keys)

    def close(self, purpose: str, value: Any) -> str:
        return self._fernet.encrypt(orjson.dumps([purpose, value])).decode()

    def open(self, purpose: str, sealed: str | None, lasts: timedelta) -> Any:
        """Return the value; None where it is not ours, for another purpose, or too old."""
        try:
            opened = self._fernet.decrypt((sealed or "").encode(), ttl=int(lasts.total_seconds()))
        except (InvalidToken, UnicodeEncodeError):
            return None
        found, value = orjson.loads(opened)
        return value if found == purpose else None
