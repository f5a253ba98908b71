"""Trends: what came in, how charged, by when answered, why, and how well it was read. Figures only.

Each figure is made for itself, so that its CSV costs no other; those of one page share what they
count. Nothing personal leaves here: no name, no text, and words of at least five people only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from triage.domain.agent import MONDAY_TO_SUNDAY
from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import ScoringState
from triage.domain.figure import Cell, Figure, Share, shares
from triage.domain.policy import Lane, Policy
from triage.domain.trend import Step, Window, slot, slots, stretches
from triage.errors import BadInput
from triage.store import trends
from triage.store.database import Database
from triage.store.trends import Fate, Tally

LEVELS = ("calm", "mild", "clear", "strong", "extreme")
NOT_READ = "not read"
MET = ("in time", "late", "share", "low", "high", "overdue", "not due yet")


@dataclass(frozen=True)
class Seen:
    """What the figures of one page are made from, each counted when it is first asked for."""

    database: Database
    policy: Policy
    window: Window

    @cached_property
    def tallies(self) -> list[Tally]:
        since, until, zone = self.window.since, self.window.until, self.window.zone
        hourly = self.window.step is Step.HOUR
        with self.database.reading() as connection:
            return [
                one
                for it in stretches(since, until, zone)
                for one in trends.tallies(connection, it, until, hourly=hourly)
            ]

    @cached_property
    def slots(self) -> list[datetime]:
        return slots(self.window.since, self.window.until, self.window.zone, self.window.step)

    @cached_property
    def by_slot(self) -> Mapping[datetime, Sequence[Tally]]:
        """Return the tallies of each hour, day or week."""
        found: dict[datetime, list[Tally]] = {it: [] for it in self.slots}
        of_piece: dict[datetime, list[Tally]] = {}
        for one in self.tallies:
            if one.at not in of_piece:
                place = slot(one.at, self.window.zone, self.window.step)
                of_piece[one.at] = found.setdefault(place, [])
            of_piece[one.at].append(one)
        return found

    def counted(self, kind: Callable[[Tally], str]) -> dict[datetime, Counter[str]]:
        """Return how many tickets of each kind were opened in each hour, day or week."""
        found: dict[datetime, Counter[str]] = {}
        for at, tallies in self.by_slot.items():
            counts = found[at] = Counter[str]()
            for one in tallies:
                counts[kind(one)] += one.tickets
        return found


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of that name. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise BadInput(f"zone {name!r}: expected a time zone like Europe/Berlin") from error


def volume(seen: Seen) -> Figure:
    """How many tickets were opened, and how many of them at level 2 or more."""
    counted = seen.counted(lambda it: "charged" if it.level > CALM_LEVEL else "")
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
    charged: Counter[datetime] = Counter()
    for one in seen.tallies:
        if one.level > CALM_LEVEL:
            charged[one.at] += one.tickets
    counted: Counter[tuple[int, int]] = Counter()
    for at, tickets in charged.items():
        local = at.astimezone(seen.window.zone)
        counted[local.weekday(), local.hour] += tickets
    hours = range(24)
    rows: list[tuple[Cell, ...]] = [
        (day, *(counted[at, it] for it in hours)) for at, day in enumerate(MONDAY_TO_SUNDAY)
    ]
    return Figure("heat", ("weekday", *(f"{it:02}" for it in hours)), tuple(rows))


def targets(seen: Seen) -> Figure:
    """How many tickets of each lane were answered by their `respond_by`, or late, or not yet.

    Of each ticket its last wait: when it ended, beside when it should have ended at the latest.
    """
    fates: dict[Lane, Counter[Fate]] = {it: Counter() for it in Lane}
    for one in seen.tallies:
        fates[one.lane][one.fate] += one.tickets
    rows = [(str(lane), *_met(them)) for lane, them in fates.items() if them]
    return Figure("targets", ("lane", *MET), tuple(rows))


def course(seen: Seen) -> Figure:
    """Of the tickets opened in each hour, day or week, the share that was answered in time."""
    rows: list[tuple[Cell, ...]] = []
    for at, tallies in seen.by_slot.items():
        fates = Counter[Fate]()
        for one in tallies:
            fates[one.fate] += one.tickets
        rows.append((at, *_met(fates)))
    return Figure("course", ("from", *MET), tuple(rows))


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
    it.__name__: it for it in (volume, levels, lanes, heat, targets, course, readings)
}


def _stacked(seen: Seen, name: str, kinds: tuple[str, ...], kind: Callable[[Tally], str]) -> Figure:
    rows: list[tuple[Cell, ...]] = [
        (at, *(counts[it] for it in kinds)) for at, counts in seen.counted(kind).items()
    ]
    return Figure(name, ("from", *kinds), tuple(rows))


def _level(one: Tally) -> str:
    return LEVELS[one.level] if one.reading == ScoringState.SCORED else NOT_READ


def _reading(one: Tally) -> str:
    if one.reading == ScoringState.SCORED:
        return "not sure" if one.unsure else "read"
    return one.reading or "not read yet"


def _met(fates: Mapping[Fate, int]) -> tuple[Cell, ...]:
    """Return how many were answered in time and late, with the share, and how many still wait."""
    answered, late = fates[Fate.IN_TIME], fates[Fate.LATE]
    waiting = (fates[Fate.OVERDUE], fates[Fate.NOT_DUE])
    return (answered, late, *shares(answered, answered + late), *waiting)
