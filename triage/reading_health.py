"""How well a helpdesk or mailbox is read: when last, how far behind, what is in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.domain.breaker import closes_at
from triage.store import accounts, mail_folders, pulls
from triage.store.accounts import Standing
from triage.store.pulls import RECONCILE_EVERY, Purpose

LATE_AFTER = RECONCILE_EVERY * 3


@dataclass(frozen=True, slots=True)
class Health:
    """One source that is read; `known_until`: what changed there before then was read."""

    address: str
    known_until: datetime | None
    read_at: datetime | None
    failed_at: datetime | None
    failure: str | None
    left_alone_until: datetime | None
    has_breaker: bool = True  # a mailbox is asked less and less instead

    def lag(self, now: datetime) -> timedelta | None:
        return None if self.known_until is None else max(timedelta(0), now - self.known_until)

    def is_good(self, now: datetime) -> bool:
        lag = self.lag(now)
        return lag is not None and lag <= LATE_AFTER and self.left_alone_until is None


def healths(connection: Any, now: datetime) -> dict[str, Health]:
    """Return by name how well each connected source, and each mailbox, is read."""
    known = pulls.all_of(connection, Purpose.RECONCILE)
    connected = accounts.standing(connection).items()
    desks = {name: _health(one, known.get(name), now) for name, one in connected}
    return desks | {it.name: _mailbox(it) for it in mail_folders.standing(connection)}


def _health(one: Standing, row: Any, now: datetime) -> Health:
    opens = closes_at(one.breaker)
    left_alone = opens if opens and opens > now else None
    if row is None:
        return Health(one.address, None, None, None, None, left_alone)
    failed = row.failed_at if row.failure else None
    told = (row.known_until, row.ended_at, failed, row.failure)
    return Health(one.address, *told, left_alone)


def _mailbox(one: Any) -> Health:
    told = (one.read_at, one.read_at, None, one.trouble or None, None)
    return Health(f"{one.folder} of {one.host}", *told, has_breaker=False)


def in_words(found: Health | None, now: datetime) -> str:
    """Return how well a source is read, in a few words."""
    if found is None:
        return "-"
    lag = found.lag(now)
    said = "connected, not read yet" if lag is None else f"known up to {_short(lag)} ago"
    if found.failure:
        said += f"; {found.failure}"
    if found.left_alone_until:
        said += f"; left alone for {_short(found.left_alone_until - now)}"
    return said


def _short(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - two hours
