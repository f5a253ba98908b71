"""What one vendor's backlog file offers: requests for pages and threads, and their reading.

A page is a list of tickets that changed since a moment, oldest change first where the vendor can. A
ticket that cannot be read is `Broken`, with its reason; the page goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from triage.helpdesks import ids
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Event, Malformed
from triage.helpdesks.reading import Field

#: How far to go on behind a page that nobody can read; doubled as long as that does not help.
FIRST_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a pull stands: changes since then, within them the vendor's token or a page's number.

    `seen`: the newest change of which we know. `steps`: how often a page had to be left out.
    """

    since: datetime
    token: str | None = None
    page: int = 1
    seen: datetime | None = None
    steps: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Cursor:
        since, seen = stored.pop("since"), stored.pop("seen")
        found = datetime.fromisoformat(seen) if seen else None
        return cls(since=datetime.fromisoformat(since), seen=found, **stored)


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket of a page; `gone`: deleted, its thread cannot be read any more."""

    external_id: str
    updated_at: datetime
    closed: bool
    ticket: Field = field(repr=False)
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """What stood where a ticket should, and why it is none."""

    external_id: str | None
    reason: str
    value: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The tickets of a page, and where the next one begins; `after` None: that is all."""

    tickets: Sequence[Listed | Broken]
    after: Cursor | None


#: The next call to make, or what happened in the ticket, in order; none: nothing of it is public.
Step: TypeAlias = Request | Sequence[Event]


class Backlog(Protocol):
    """One vendor's export of tickets."""

    def page_request(self, cursor: Cursor) -> Request: ...

    def read_page(self, response: Response, cursor: Cursor) -> Page:
        """Return the page. Raises Malformed where not even its tickets can be told apart."""

    def beyond(self, cursor: Cursor, now: datetime) -> Cursor | None:
        """Return where to go on behind a page that nobody can read; None: nothing is behind it."""

    def thread(self, listed: Listed, answers: Sequence[Response]) -> Step:
        """Return the next call about a ticket, or what its answers so far tell, all good ones.

        Raises Malformed.
        """


def listed(items: Iterable[Field], read: Callable[[Field], Listed]) -> list[Listed | Broken]:
    """Return each ticket, or why it is none."""
    found: list[Listed | Broken] = []
    for item in items:
        try:
            found.append(read(item))
        except Malformed as error:
            found.append(Broken(_id(item), str(error), item.value))
    return found


def newest(tickets: Iterable[Listed | Broken], otherwise: datetime | None) -> datetime | None:
    """Return the newest change among the tickets, or what was known before."""
    moments = [it.updated_at for it in tickets if isinstance(it, Listed)]
    return max([*moments, *([otherwise] if otherwise else [])], default=None)


def by_change(tickets: Sequence[Listed | Broken], cursor: Cursor) -> Cursor:
    """Return the cursor behind a page of tickets in the order of their changes.

    By the last change instead of by number: what changes while we read moves to the end, and what
    stood behind it would move to a page that was read already.
    """
    last = newest(tickets, cursor.seen)
    if last is not None and last.replace(microsecond=0) > cursor.since:
        return Cursor(last.replace(microsecond=0), seen=last)
    return went_on(cursor, page=cursor.page + 1, seen=last)  # more in one second than in a page


def beyond(cursor: Cursor, now: datetime) -> Cursor | None:
    """Return where to go on behind a page that nobody can read; None: there is nothing behind it.

    A vendor's token ends with its page, so the next one is asked for by a later moment.
    """
    since = max(cursor.since, cursor.seen or cursor.since) + FIRST_STEP * 2 ** min(cursor.steps, 20)
    steps = cursor.steps + 1
    return Cursor(since, steps=steps) if since < now.astimezone(UTC) else None


def went_on(cursor: Cursor, **values: Any) -> Cursor:
    """Return the cursor after a page that could be read."""
    return replace(cursor, steps=0, **values)


def _id(item: Field) -> str | None:
    value = item.value.get("id") if isinstance(item.value, dict) else None
    return ids.usable(str(value)) if isinstance(value, str | int) else None
