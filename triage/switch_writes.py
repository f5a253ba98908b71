"""Say what may be written to a source's helpdesk, and tell how its writing stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from triage.domain.ticket import Mode
from triage.domain.write_back import Part
from triage.errors import BadInput, UnknownSource
from triage.helpdesks.writing.registry import WRITINGS
from triage.store import outbox, sources
from triage.store.database import Database

SHOWS = ("lane", "level", "respond_by")  # what a field of the helpdesk can show
NOTHING = frozenset({"none", "nothing"})

_MODES = {
    Mode.OBSERVE: "while the source only observes, nothing is written",
    Mode.SUGGEST: "while the source suggests, nobody is assigned there",
    Mode.ASSIGN: "the source assigns, so that all of this is written",
}


def switch(
    database: Database, name: str, parts: Sequence[str], fields: Sequence[str]
) -> tuple[str, ...]:
    """Switch what may be written, and return in sentences what that means.

    Raises BadInput, UnknownSource; then nothing changes.
    """
    with database.writing() as connection:
        vendor, mode = _source(connection, name)
        known = writable(vendor)
        wanted = _parts(parts, vendor, known)
        shown = _fields(fields, vendor)
        if bool(shown) is not (Part.FIELDS in wanted):
            raise BadInput(
                "fields: expected both `fields` and which, such as --field level=360001; what they "
                f"can show: {', '.join(SHOWS)}"
            )
        outbox.set_parts(connection, name, wanted, shown)
    if not wanted:
        return (f"{name}: nothing is written",)
    words = ", ".join(sorted(wanted))
    return (f"{name}: {words} are written from the next decision on", _MODES[Mode(mode)])


def writable(vendor: str) -> frozenset[Part]:
    """Return what a vendor's helpdesk can be told. Raises BadInput where that is nothing."""
    if vendor not in WRITINGS:
        known = ", ".join(sorted(WRITINGS))
        raise BadInput(f"vendor {vendor!r} cannot be written to; those that can: {known}")
    return WRITINGS[vendor].PARTS


def _source(connection: Any, name: str) -> tuple[str, str]:
    for known, vendor, mode, _ in sources.listed(connection):
        if known == name:
            return vendor, mode
    raise UnknownSource(f"there is no source named {name!r}")


def _parts(given: Iterable[str], vendor: str, known: frozenset[Part]) -> frozenset[Part]:
    words = {one.strip().lower() for one in given}
    if words <= NOTHING:
        return frozenset()
    if unknown := words - {str(one) for one in known}:
        choices = ", ".join(sorted(known))
        found = ", ".join(sorted(unknown))
        raise BadInput(f"{found}: at {vendor} can be written: {choices}; or none")
    return frozenset(map(Part, words))


def _fields(given: Iterable[str], vendor: str) -> Mapping[str, str]:
    fields = dict(_field(one, vendor) for one in given)
    if len(set(fields.values())) < len(fields):
        raise BadInput("--field: one field cannot show two things")
    return fields


def _field(given: str, vendor: str) -> tuple[str, str]:
    shows, _, name = given.partition("=")
    if shows not in SHOWS:
        raise BadInput(f"--field {given}: expected SHOWS=NAME, with one of {', '.join(SHOWS)}")
    if not WRITINGS[vendor].FIELD.fullmatch(name):
        raise BadInput(f"--field {given}: {name!r} is no name of a field of one's own at {vendor}")
    return shows, name


def in_words(found: Any, now: datetime) -> str:
    """Return what is written to a helpdesk and how that goes, from `outbox.standing`."""
    if found is None:
        return "-"
    said = [" ".join(found.writes)]
    said.append(f"last {_ago(found.wrote_at, now)}" if found.wrote_at else "nothing written yet")
    said += [f"{found.due} due"] if found.due else []
    said += [f"{found.dead} given up"] if found.dead else []
    said += [found.failure] if found.failure else []
    return "; ".join(said)


def _ago(at: datetime, now: datetime) -> str:
    minutes = max(0, round((now - at).total_seconds() / 60))
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"  # noqa: PLR2004
