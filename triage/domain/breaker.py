"""A circuit breaker: an account that fails again and again is left alone for a while.

When the while is over one call goes first; the others wait for what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AFTER = 5  # failures in a row
OPEN_FOR, LONGEST_OPEN = timedelta(seconds=30), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` in a row; `opened_at`: since when it is open, None: calls go through."""

    failures: int = 0
    opened_at: datetime | None = None


CLOSED = Breaker()


def closes_at(breaker: Breaker) -> datetime | None:
    """Return when the next call may try; None: at once."""
    if breaker.opened_at is None:
        return None
    times: int = 2 ** min(max(0, breaker.failures - OPENS_AFTER), 10)
    return breaker.opened_at + min(LONGEST_OPEN, OPEN_FOR * times)


def tried(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker while one call tries: to others it is open again."""
    return breaker if breaker.opened_at is None else Breaker(breaker.failures, now)


def failed(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker after a call that failed for no fault of its own."""
    failures = breaker.failures + 1
    return Breaker(failures, now if failures >= OPENS_AFTER else None)
