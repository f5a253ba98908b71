"""Tries of a password, each counted before it is looked at, so that many at once are no way round.

Success takes its count off again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from triage.domain.throttle import Tally, wait
from triage.errors import TooManyTries
from triage.store import failed_logins


def count(connection: Any, counted: Sequence[Tally], now: datetime) -> None:
    """Count a try as failed until it succeeds. Raises TooManyTries, and then counts nothing."""
    failed_logins.lock(connection)
    waits = [wait(failed_logins.failures(connection, it, now), it.of, now) for it in counted]
    if longest := max((it for it in waits if it), default=None):
        raise TooManyTries(math.ceil(longest.total_seconds()))
    failed_logins.add(connection, counted, now)
