"""Values that a browser keeps for us and cannot read or change, for a while and one purpose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from triage.errors import BadInput


class Seal:
    """Seals with the first of the installation's secret keys, and opens with any."""

    def __init__(self, keys: str) -> None:
        """`keys`: Fernet keys, newest first, separated by commas. Raises BadInput."""
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError as error:
            raise BadInput(
                "TRIAGE_SECRET_KEY: expected Fernet keys, separated by commas"
            ) from error

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
