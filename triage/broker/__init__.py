"""The brokers: Celery without a server, over one SQLite file; and Redis, with one repair.

A kombu virtual transport for `sqlite-lease:////absolute/path/broker.db`. The application's
database stays the truth: what this file loses, a sweep sends again (docs/decisions/0001).
Importing does nothing; call `register()` before the Celery app connects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = "sqlite-lease"
REDIS_SCHEMES = ("redis", "rediss")


def register() -> None:
    """Make our transports known to kombu, and so to Celery. Calling it again changes nothing."""
    from kombu.transport import TRANSPORT_ALIASES  # noqa: PLC0415  # importing this does nothing

    TRANSPORT_ALIASES[SCHEME] = "triage.broker.transport:Transport"
    TRANSPORT_ALIASES.update(dict.fromkeys(REDIS_SCHEMES, "triage.broker.redis_window:Transport"))


def address(path: Path) -> str:
    """Return the broker URL of a file: the path made absolute, its special characters quoted."""
    return f"{SCHEME}:///{quote(str(path.absolute()))}"
