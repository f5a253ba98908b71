"""When a call to a helpdesk is made again: which answers are worth it, and after how long.

A pause grows exponentially and is drawn from all of it ("full jitter"), so that callers who failed
together do not come again together. What the helpdesk asks for counts before what we would do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)
#: A helpdesk that asks for more is asked again after so long: Freshdesk's windows last an hour.
LONGEST_ASKED = timedelta(hours=1)
SPREAD = timedelta(seconds=1)  # after what was asked for, so that not everybody comes at once

TOO_MANY = 429
#: Besides these every status from 500, but for those that say "never".
_AGAIN = frozenset({408, 425, TOO_MANY})
_NEVER = frozenset({501, 505})
_SERVERS_FAULT = 500

_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_UNIX = 1_000_000_000  # a number from here on is a moment, below it is a span
_MILLISECONDS = 100_000_000_000


def is_retryable(status: int) -> bool:
    """Return whether the same call may be answered otherwise a little later."""
    return status in _AGAIN or (status >= _SERVERS_FAULT and status not in _NEVER)


def pause(attempt: int, jitter: float, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after the failed attempt of this number, from 0.

    `jitter`: from 0 up to 1, drawn anew each time.
    """
    if asked is not None:
        return min(asked, LONGEST_ASKED) + SPREAD * jitter
    times: int = 2 ** min(attempt, 16)
    return min(LONGEST, FIRST * times) * jitter


def asked_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the helpdesk asks to be left alone, None where it does not say.

    `Retry-After` in seconds or as a date; else a header that says when its window ends, as Intercom
    (`X-RateLimit-Reset`, a unix moment) and Zendesk (`ratelimit-reset`, seconds) have it.
    """
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        if (found := _span(headers.get(name, ""), now)) is not None:
            return found
    return None


def _span(value: str, now: datetime) -> timedelta | None:
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return _of_number(float(value), now)
    if (moment := _iso(value) or http_date(value)) is None:
        return None
    return max(timedelta(0), moment - now)


def _iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_number(number: float, now: datetime) -> timedelta:
    if number >= _MILLISECONDS:
        number /= 1000
    return timedelta(seconds=max(0.0, number - now.timestamp() if number >= _UNIX else number))


def http_date(value: str) -> datetime | None:
    """Return the moment of a header such as `Date`, None for what is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
