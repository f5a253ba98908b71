"""An agent, as routing sees one: what they can do, when, and how much they carry.

Loads are computed from the tickets an agent holds, never from anything the agent does or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import NewType
from zoneinfo import ZoneInfo

AgentId = NewType("AgentId", int)

MONDAY_TO_SUNDAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one weekday in the shift's zone; `end` up to `start` is the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Shift:
    """A weekly timetable: weekday (0 is Monday) to hours. `None` for a whole shift is always on."""

    zone: ZoneInfo
    hours: Mapping[int, Hours]

    def covers(self, moment: datetime) -> bool:
        """Return whether `moment` (aware) falls into the hours of its day or of the day before."""
        local = moment.astimezone(self.zone)
        today, clock = local.weekday(), local.time()
        own = self.hours.get(today)
        if own and own.start <= clock and (clock < own.end or own.end <= own.start):
            return True
        before = self.hours.get((today - 1) % 7)
        return bool(before and before.end <= before.start and clock < before.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who answers tickets, with what they hold at this moment.

    `experience` is 1 (new) to 5 (expert). `load` counts tickets whose customer waits;
    `emotional_load` is the sum of their weights; `assigned_at` is when they last got one.
    `heavy_run` counts the heavy ones they got last, one after the other; until `rests_until` they
    get none. Who has `opted_out` gets none at all, and need not say why.
    """

    id: AgentId
    name: str
    experience: int
    languages: frozenset[str]
    capacity: int
    skills: frozenset[str] = frozenset()
    team: str = ""
    shift: Shift | None = None
    present: bool = True
    load: int = 0
    emotional_load: float = 0.0
    assigned_at: datetime | None = None
    heavy_run: int = 0
    rests_until: datetime | None = None
    opted_out: bool = False

    def on_shift(self, now: datetime) -> bool:
        return self.present and (self.shift is None or self.shift.covers(now))
