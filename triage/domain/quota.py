"""How fast an account may be called: a token bucket that never overdraws a helpdesk's own window.

Calls are spread evenly, a little slower than what is allowed, with a small burst: whenever the
helpdesk's window begins, no more than its limit falls into it. A call reserves its moment, so that
any number of callers share one bucket.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SHARE = 0.98  # of what is allowed
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so long, by name: every call counts in "account", some in another too."""

    name: str
    calls: int
    per: timedelta = MINUTE


@dataclass(frozen=True, slots=True)
class Quota:
    """What a helpdesk said with an answer of one limit; `left` None: it did not say."""

    calls: int
    left: int | None = None
    name: str = "account"


@dataclass(frozen=True, slots=True)
class Bucket:
    """`free_at`: when the next call would go if there were no burst; `closed_until`: as we were
    told to stay away.
    """

    limit: Limit
    free_at: datetime
    closed_until: datetime

    @classmethod
    def full(cls, limit: Limit, now: datetime) -> Bucket:
        return cls(limit, now, now)

    @property
    def interval(self) -> timedelta:
        return self.limit.per / (self.limit.calls * SHARE)

    @property
    def burst(self) -> timedelta:
        """How much too early a call may come."""
        return self.interval * max(0, int(self.limit.calls * (1 - SHARE)) - 1)


def reserve(bucket: Bucket, now: datetime) -> tuple[Bucket, datetime]:
    """Return the bucket after one call, and the moment at which that call may go."""
    opens = max(now, bucket.closed_until)
    turn = max(bucket.free_at, opens)
    return replace(bucket, free_at=turn + bucket.interval), max(opens, turn - bucket.burst)


def observed(bucket: Bucket, quota: Quota, now: datetime) -> Bucket:
    """Return the bucket after what the helpdesk said: its limit counts, and others call it too."""
    if quota.calls < 1:
        return bucket
    found = replace(bucket, limit=replace(bucket.limit, calls=quota.calls))
    if quota.left == 0:  # when its window ends it did not say: each window holds that many calls
        return closed(found, now + found.limit.per / quota.calls)
    return found


def closed(bucket: Bucket, until: datetime) -> Bucket:
    """Return the bucket that lets nobody through before then."""
    return replace(bucket, closed_until=max(bucket.closed_until, until))
