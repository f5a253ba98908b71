"""Accuracy in the field: the share of tickets whose labels, lane and agent nobody changed.

Counted on closed tickets that Triage had decided, without those that it only observed then: nobody
worked by that. What a person changed and put back counts as unchanged; who hands a ticket back, or
is given one that nobody held, corrects nothing. It says how often people object, which is less than
how often they would if they looked at everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from triage.domain.interval import Interval, of_share
from triage.domain.ticket import Mode, TicketId
from triage.settings import Settings
from triage.store import lessons, schema
from triage.store.corrections import What
from triage.store.database import Database
from triage.store.lessons import Closed

CHUNK = 500  # tickets read at once
LAST = TicketId(2**62)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of so many tickets were left unchanged; the share is None where there are none."""

    label: What
    unchanged: int
    tickets: int

    @property
    def share(self) -> float | None:
        return self.unchanged / self.tickets if self.tickets else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, 95 %."""
        return of_share(self.unchanged, self.tickets) if self.tickets else None


def accuracy(database: Database, since: datetime, most: int | None = None) -> list[Accuracy]:
    """Return each label's accuracy on tickets closed since then, at most so many, newest first."""
    closed, changed = Counter[What](), Counter[What]()
    for one, objected in islice(_closed(database, since), most):
        closed.update(_judged(one))
        changed.update(objected & _judged(one))
    return [Accuracy(it, closed[it] - changed[it], closed[it]) for it in What]


def accuracy_of(settings: Settings, since: datetime) -> list[Accuracy]:
    """Return `accuracy` of the installation's own database."""
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        return accuracy(database, since)
    finally:
        database.close()


def as_rows(found: list[Accuracy]) -> list[tuple[str, ...]]:
    """Return each label as a row of texts."""
    return [
        (
            it.label,
            f"{it.unchanged} of {it.tickets}",
            "" if it.share is None else f"{it.share:.1%}",
            "" if it.interval is None else f"{it.interval.low:.1%} – {it.interval.high:.1%}",
        )
        for it in found
    ]


def _closed(database: Database, since: datetime) -> Iterator[tuple[Closed, set[What]]]:
    before = LAST
    while True:
        with database.reading() as connection:
            rows = lessons.closed_tickets(connection, before, CHUNK, since)
            said = lessons.changed(connection, [it.ticket_id for it in rows])
        for one in rows:
            mine = said[one.ticket_id].items()
            yield one, {what for (_, what), (was, now) in mine if _objects(what, was, now)}
        if not rows:
            return
        before = rows[-1].ticket_id


def _judged(one: Closed) -> set[What]:
    """Return what Triage said of the ticket; it chooses agents only where it might assign."""
    return set(What) - (set() if one.mode is Mode.ASSIGN else {What.AGENT})


def _objects(what: What, was: Any, now: Any) -> bool:
    if what is What.FLAGS:
        return set(was) != set(now)
    if what is What.LANE:
        return now is not None and was != now
    if what is What.AGENT:
        return was is not None and was != now
    return bool(was != now)
