"""What the results of a run come to, counted as they are made; its size does not grow with them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.domain.emotion import ScoringState

BINS = 20  # of charge 0–1
HARDEST = 20  # tickets
FEELS = 0.5  # the probability from which a ticket counts as having an emotion
HEAVY = 3  # the level from which a plain answer would make it worse
MOST_VALUES = 500  # of one column; what comes later is counted together
OTHERS = "(others)"
EMPTY = "(empty)"


@dataclass(slots=True)
class Group:
    """The tickets that share a value of a column."""

    tickets: int = 0
    charge: float = 0.0
    levels: Counter[int] = field(default_factory=Counter)

    def add(self, result: Mapping[str, Any]) -> None:
        self.tickets += 1
        self.charge += result["charge"]
        self.levels[result["level"]] += 1

    @property
    def heavy(self) -> int:
        return sum(count for level, count in self.levels.items() if level >= HEAVY)


@dataclass(slots=True)
class Tally:
    """Counts over tickets; `by` has the groups of each column asked for."""

    everybody: Group = field(default_factory=Group)
    waiting: int = 0
    uncertain: int = 0  # scored, and no emotion certain enough to be named
    charges: list[int] = field(default_factory=lambda: [0] * BINS)
    lanes: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    trends: Counter[str] = field(default_factory=Counter)
    felt: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    by: dict[str, dict[str, Group]] = field(default_factory=dict)
    _hardest: list[tuple[int, float, int, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def over(cls, columns: Iterable[str], results: Iterable[dict[str, Any]]) -> Tally:
        found = cls(by={it: {} for it in columns})
        for result in results:
            found.add(result)
        return found

    def add(self, result: dict[str, Any]) -> None:
        """Count one ticket's result."""
        scored = result["state"] == ScoringState.SCORED
        self.everybody.add(result)
        self.waiting += result["waiting"]
        self.uncertain += scored and not result["shown"]
        self.charges[min(BINS - 1, int(result["charge"] * BINS))] += 1
        self.lanes[result["lane"]] += 1
        self.states[result["state"]] += 1
        self.languages[result["language"] or "not told"] += 1
        self.flags.update(result["flags"])
        self.shown.update(result["shown"])
        self.felt.update(it for it, share in result["emotions"].items() if share >= FEELS)
        if result["trend"]:
            self.trends[result["trend"]] += 1
        self._add_to_groups(result)
        self._add_to_hardest(result)

    def _add_to_groups(self, result: dict[str, Any]) -> None:
        for column, groups in self.by.items():
            value = str(result["kept"].get(column) or EMPTY)[:100]
            known = value in groups or len(groups) < MOST_VALUES
            groups.setdefault(value if known else OTHERS, Group()).add(result)

    def _add_to_hardest(self, result: dict[str, Any]) -> None:
        order = (result["level"], result["charge"], -self.everybody.tickets)
        if len(self._hardest) < HARDEST:
            heapq.heappush(self._hardest, (*order, result))
        elif order > self._hardest[0][:3]:
            heapq.heapreplace(self._hardest, (*order, result))

    def hardest(self) -> list[dict[str, Any]]:
        """Return the tickets that ask for most care, hardest first."""
        return [it[3] for it in sorted(self._hardest, key=lambda it: it[:3], reverse=True)]
