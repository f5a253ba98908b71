"""What a cell means: who wrote, when, and the text itself. Nothing where it cannot be told."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime

from triage.domain.ticket import Author

CUSTOMERS = frozenset(
    {
        *("customer", "user", "end-user", "end_user", "end user", "enduser", "requester", "client"),
        *("contact", "consumer", "lead", "visitor", "incoming", "inbound", "in", "received"),
    }
)
AGENTS = frozenset(
    {
        *("agent", "admin", "staff", "support", "operator", "employee", "teammate"),
        *("representative", "outgoing", "outbound", "out", "sent"),
    }
)
SYSTEMS = frozenset({"system", "bot", "automation", "robot", "trigger", "workflow"})
ENOUGH = 0.95  # of a column's cells that must agree; the others are rejected, each by its line
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = 10**11  # an epoch in seconds is below until the year 5138
#: How exports write days and times besides ISO 8601; where two fit, nobody can tell.
FORMS = tuple(
    f"{day}{time}"
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y")
    for time in (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", "")
)
_EPOCH = re.compile(r"\d{9,13}(\.\d{1,6})?")
_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$|\s+(?=[+-]\d{2}:?\d{2}$)")


def author_of(cell: object, customers: Collection[str]) -> Author | None:
    """Return who wrote; where `customers` are named, everybody else is an agent."""
    said = str(cell).strip().casefold()
    if customers:
        return Author.CUSTOMER if said in customers else Author.AGENT
    for author, words in (
        (Author.CUSTOMER, CUSTOMERS),
        (Author.AGENT, AGENTS),
        (Author.SYSTEM, SYSTEMS),
    ):
        if said in words:
            return author
    return None


def moment_of(cell: object, form: str | None) -> datetime | None:
    """Return the moment that a cell says; one without a zone is UTC's."""
    try:
        found = _moment(cell, form)
    except (ValueError, OverflowError, OSError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if EARLIEST < aware < LATEST else None


def is_filled(cell: object) -> bool:
    return cell is not None and cell != ""  # cells of JSON may be lists, which no set takes


def form_of(cells: Collection[object]) -> str | None:
    """Return the format in which the cells are times; empty: they say it themselves; None where
    there is none, or where two fit alike, such as day before month and month before day.
    """
    shares = {form: _share(cells, form) for form in ("", *FORMS)}
    best = max(shares.values())
    fitting = [form for form, share in shares.items() if share == best]
    return fitting[0] if best >= ENOUGH and len(fitting) == 1 else None


def _share(cells: Collection[object], form: str) -> float:
    return sum(moment_of(it, form) is not None for it in cells) / len(cells) if cells else 0.0


def text_of(cell: object) -> str | None:
    """Return the text of a cell; None for what is no text, such as a list."""
    if cell is None:
        return ""
    return str(cell) if isinstance(cell, str | int | float) else None


def _moment(cell: object, form: str | None) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    said = str(cell).strip()
    if form:
        return datetime.strptime(said, form)  # noqa: DTZ007 - the caller gives it a zone
    if _EPOCH.fullmatch(said):
        seconds = float(said)
        return datetime.fromtimestamp(
            seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC
        )
    return datetime.fromisoformat(_ZONE.sub(_zone, said))


def _zone(found: re.Match[str]) -> str:
    return "+00:00" if found[0].strip() else ""
