"""Trends: what came in, how charged, by when answered, why, and how well it was read. Figures only.

Each figure is made for itself, so that its CSV costs no other; those of one page share what they
count. Nothing personal leaves here: no name, no text, and words of at least five people only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from triage.domain.agent import MONDAY_TO_SUNDAY
from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import ScoringState
from triage.domain.figure import Cell, Figure, Share, shares
from triage.domain.policy import Lane, Policy
from triage.domain.trend import Window, grain, slot, slots
from triage.errors import BadInput
from triage.store import trends
from triage.store.database import Database
from triage.store.trends import Tally

LEVELS = ("calm", "mild", "clear", "strong", "extreme")
NOT_READ = "not read"


@dataclass(frozen=True)
class Seen:
    """What the figures of one page are made from, each counted when it is first asked for."""

    database: Database
    policy: Policy
    window: Window

    @cached_property
    def tallies(self) -> list[Tally]:
        since, until, zone = self.window.since, self.window.until, self.window.zone
        with self.database.reading() as connection:
            return list(trends.tallies(connection, since, until, grain(since, until, zone)))

    @cached_property
    def slots(self) -> list[datetime]:
        return slots(self.window.since, self.window.until, self.window.zone, self.window.step)

    @cached_property
    def slot_of(self) -> dict[datetime, datetime]:
        pieces = {it.at for it in self.tallies}
        return {it: slot(it, self.window.zone, self.window.step) for it in pieces}

    def by_slot(self, kind: Callable[[Tally], str]) -> dict[datetime, Counter[str]]:
        """Return how many tickets of each kind were opened in each hour or day."""
        found: dict[datetime, Counter[str]] = {it: Counter() for it in self.slots}
        for one in self.tallies:
            found.setdefault(self.slot_of[one.at], Counter())[kind(one)] += one.tickets
        return found


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of that name. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadInput(f"zone {name!r}: expected a time zone like Europe/Berlin") from error


def volume(seen: Seen) -> Figure:
    """How many tickets were opened, and how many of them at level 2 or more."""
    counted = seen.by_slot(lambda it: "charged" if it.level > CALM_LEVEL else "")
    rows = [(at, kinds.total(), kinds["charged"]) for at, kinds in counted.items()]
    return Figure("volume", ("from", "tickets", "charged"), tuple(rows))


def levels(seen: Seen) -> Figure:
    """How many tickets of each level; what was not scored has none."""
    return _stacked(seen, "levels", (NOT_READ, *LEVELS), _level)


def lanes(seen: Seen) -> Figure:
    """How many tickets stood or stand in each lane."""
    return _stacked(seen, "lanes", tuple(map(str, Lane)), lambda it: it.lane)


def heat(seen: Seen) -> Figure:
    """How many charged tickets were opened in each hour of each weekday."""
    counted: Counter[tuple[int, int]] = Counter()
    for one in seen.tallies:
        if one.level > CALM_LEVEL:
            local = one.at.astimezone(seen.window.zone)
            counted[local.weekday(), local.hour] += one.tickets
    hours = range(24)
    rows: list[tuple[Cell, ...]] = [
        (day, *(counted[at, it] for it in hours)) for at, day in enumerate(MONDAY_TO_SUNDAY)
    ]
    return Figure("heat", ("weekday", *(f"{it:02}" for it in hours)), tuple(rows))


def targets(seen: Seen) -> Figure:
    """How many tickets of each lane were answered by their `respond_by`, or late, or not yet.

    Of each ticket its last wait: when it ended, beside when it should have ended at the latest.
    """
    columns = ("lane", "in time", "late", "share", "low", "high", "overdue", "not due yet")
    rows = [_met(str(lane), [it for it in seen.tallies if it.lane == lane]) for lane in Lane]
    return Figure("targets", columns, tuple(it for it in rows if it is not None))


def readings(seen: Seen) -> Figure:
    """How many tickets could be read, and of how many that are not calm no feeling is certain."""
    counted: Counter[str] = Counter()
    for one in seen.tallies:
        counted[_reading(one)] += one.tickets
    kinds = ("read", "not sure", *(it for it in ScoringState if it is not ScoringState.SCORED))
    whole = counted.total()
    rows = [
        (str(it), counted[it], Share(counted[it] / whole) if whole else None)
        for it in (*kinds, "not read yet")
    ]
    return Figure("readings", ("reading", "tickets", "share"), tuple(rows))


COUNTED: Mapping[str, Callable[[Seen], Figure]] = {
    it.__name__: it for it in (volume, levels, lanes, heat, targets, readings)
}


def _stacked(seen: Seen, name: str, kinds: tuple[str, ...], kind: Callable[[Tally], str]) -> Figure:
    rows: list[tuple[Cell, ...]] = [
        (at, *(counts[it] for it in kinds)) for at, counts in seen.by_slot(kind).items()
    ]
    return Figure(name, ("from", *kinds), tuple(rows))


def _level(one: Tally) -> str:
    return LEVELS[one.level] if one.reading == ScoringState.SCORED else NOT_READ


def _reading(one: Tally) -> str:
    if one.reading == ScoringState.SCORED:
        return "not sure" if one.unsure else "read"
    return one.reading or "not read yet"


def _met(lane: str, mine: Iterable[Tally]) -> tuple[Cell, ...] | None:
    tickets = answered = late = overdue = 0
    for one in mine:
        tickets, answered = tickets + one.tickets, answered + one.answered
        late, overdue = late + one.late, overdue + one.overdue
    if not tickets:
        return None
    rest = tickets - answered - late - overdue
    return (lane, answered, late, *shares(answered, answered + late), overdue, rest)
