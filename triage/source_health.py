"""How each source does: one word, what is the matter and what helps, and what that is told from.

The one home of these facts: the page, the API and `triage sources list` show what stands here.
Reasons are fixed words or our own sentences, masked; never what a customer wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage import reading_health
from triage.domain import source_status
from triage.domain.silence import LEAST, Silence, is_unusual, stretches
from triage.domain.source_status import Signs, Status
from triage.domain.surge import WEEK
from triage.errors import UnknownSource
from triage.masking import mask
from triage.reading_health import LATE_AFTER, Health
from triage.source_advice import Advice
from triage.store import outbox, refusals, source_facts, thin_events
from triage.store.database import Database
from triage.store.refusals import Refusals
from triage.store.source_facts import Came, Unread
from triage.store.thin_events import NEEDS_CREDENTIALS, State

LONGEST_REASON = 300  # characters shown
SURE = 0.95  # of the messages are decided faster


@dataclass(frozen=True, slots=True)
class Lag:
    """From received to decided, of the messages first decided in the last hour."""

    decided: int
    median: timedelta
    p95: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source, as it is now."""

    id: int
    name: str
    vendor: str
    mode: str
    status: Status
    troubles: Sequence[Advice]  # the worst first
    came: Came
    due: int
    oldest: datetime | None
    given_up: int
    lag: Lag | None
    unread: Unread
    refused: Refusals | None
    words: State | None
    helpdesk: Health | None
    written: Any  # of `outbox.standing`
    writes_lost: int


def health(connection: Any, now: datetime) -> list[SourceHealth]:
    """Return every source, the worst first."""
    shared = _Shared.read(connection, now)
    found = [_one(connection, row, shared, now) for row in source_facts.all_of(connection)]
    order = list(Status)
    return sorted(found, key=lambda it: (order.index(it.status), it.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A source with what failed last, newest first."""

    health: SourceHealth
    letters: Sequence[Any]  # id, received_at, reason
    writes: Sequence[Any]  # ticket_id, at, text


def look_at_all(database: Database, now: datetime) -> list[SourceHealth]:
    """Return every source, the worst first. Raises StoreUnavailable."""
    with database.reading() as connection:
        return health(connection, now)


def look_at(database: Database, name: str, now: datetime) -> Detail:
    """Return one source and what failed there. Raises UnknownSource, StoreUnavailable."""
    with database.reading() as connection:
        rows = [it for it in source_facts.all_of(connection) if it.name == name]
        if not rows:
            raise UnknownSource(f"there is no source named {name!r}")
        one = _one(connection, rows[0], _Shared.read(connection, now), now)
        return Detail(
            health=one,
            letters=source_facts.letters(connection, one.id),
            writes=source_facts.failed_writes(connection, one.id),
        )


def shown(reason: str | None) -> str:
    """Return a reason as it may be shown: masked, of one line, not too long."""
    line = " ".join(mask(reason or "").text.split())
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What is read at once of all sources, by id or by name."""

    due: Mapping[int, int]
    given_up: Mapping[int, int]
    oldest: Mapping[int, datetime]
    lags: Mapping[int, list[timedelta]]
    refused: Mapping[int, Refusals]
    words: Mapping[str, State]
    helpdesks: Mapping[str, Health]
    written: Mapping[str, Any]

    @classmethod
    def read(cls, connection: Any, now: datetime) -> _Shared:
        return cls(
            due=source_facts.due(connection),
            given_up=source_facts.given_up(connection),
            oldest=source_facts.oldest(connection, now),
            lags=source_facts.lags(connection, now),
            refused=refusals.latest(connection, now),
            words=thin_events.states(connection),
            helpdesks=reading_health.healths(connection, now),
            written=outbox.standing(connection),
        )


def _one(connection: Any, row: Any, shared: _Shared, now: datetime) -> SourceHealth:
    came = source_facts.came(connection, row.id, now)
    values: dict[str, Any] = {
        "came": came,
        "due": shared.due.get(row.id, 0),
        "oldest": shared.oldest.get(row.id),
        "given_up": shared.given_up.get(row.id, 0),
        "lag": _lag(shared.lags.get(row.id, [])),
        "unread": source_facts.unread(connection, row.id, now),
        "refused": shared.refused.get(row.id),
        "words": shared.words.get(row.name),
        "helpdesk": shared.helpdesks.get(row.name),
        "written": shared.written.get(row.name),
        "writes_lost": source_facts.writes_lost(connection, row.id, now),
    }
    silent = is_unusual(_silence(connection, row.id, came, now))
    signs = _signs(values, silent=silent, now=now)
    found = source_status.troubles(signs)
    told = [Advice(it, row.name, signs) for it in found]
    known = {"id": row.id, "name": row.name, "vendor": row.vendor, "mode": row.mode}
    return SourceHealth(**known, status=source_status.status(found), troubles=told, **values)


def _silence(connection: Any, source_id: int, came: Came, now: datetime) -> Silence:
    if came.first is None or came.last is None or now - came.last < LEAST:
        return Silence(timedelta(0))
    past = stretches(came.first, came.last, now)
    week = (came.last - WEEK, came.last)
    *weeks, a_week = source_facts.counts(connection, source_id, [*past, week])
    return Silence(now - came.last, weeks, a_week)


def _lag(waited: list[timedelta]) -> Lag | None:
    if not waited:
        return None
    ordered = sorted(waited)
    last = len(ordered) - 1
    return Lag(len(ordered), ordered[last // 2], ordered[round(SURE * last)])


def _signs(of: Mapping[str, Any], *, silent: bool, now: datetime) -> Signs:
    came, refused, helpdesk, words = of["came"], of["refused"], of["helpdesk"], of["words"]
    return Signs(
        ever_came=came.last is not None,
        is_silent=silent,
        given_up=of["given_up"],
        oldest_waits=now - of["oldest"] if of["oldest"] else timedelta(0),
        unread_today=of["unread"].last_day,
        refused_today=refused.count if refused else 0,
        refused_last=bool(refused) and (came.last is None or refused.last_at > came.last),
        needs_credentials=words is not None and words.problem == NEEDS_CREDENTIALS,
        left_alone=helpdesk is not None and helpdesk.left_alone_until is not None,
        is_read=helpdesk is None or _is_read(helpdesk, now),
        writes_lost=of["writes_lost"],
    )


def _is_read(helpdesk: Health, now: datetime) -> bool:
    """One that was just connected is not read yet, which is nobody's trouble."""
    lag = helpdesk.lag(now)
    return not helpdesk.failure and (lag is None or lag <= LATE_AFTER)
