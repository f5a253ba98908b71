"""What would have been alerted in a time that has passed: the rules over history, minute by minute.

Of each ticket its last waiting is known, as its lane, level and target stand now: a ticket that
was answered and waited again counts once, and one whose lane was changed counts in the new one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from triage.domain.alerts import INCIDENTS, Facts, Kind, Waits, look, near_from, over
from triage.domain.policy import Policy
from triage.domain.surge import Usual, same_hours
from triage.domain.telling import HOUR, Lately, Raised, tell

STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket's last waiting, and when it ended (None: it has not)."""

    waits: Waits
    released_at: datetime | None


#: A calm ticket's last waiting: since when, due when, until when (None: it still does).
Calm = tuple[datetime, datetime, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`pasts` and `calm` waited within the time that is looked at, `calm` in lanes of which only
    the number counts; `charged` are the moments at which tickets of level 3 and 4 came, in order,
    from `since` on.
    """

    pasts: Sequence[Past]
    calm: Sequence[Calm] = ()
    charged: Sequence[datetime]
    since: datetime


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert of the replay."""

    at: datetime
    raised: Raised


class Replay:
    """The rules of one policy over one history."""

    def __init__(self, history: History, policy: Policy, start: datetime, end: datetime) -> None:
        self._history, self._policy = history, policy
        self._start, self._steps = start, max(0, -((start - end) // STEP))
        self._due = self._moments()
        self._calm = self._calm_near()
        self._raised: dict[int, set[Kind]] = defaultdict(set)
        self._open: dict[Kind, datetime] = {}
        self._told: list[datetime] = []
        self._held = 0

    def run(self) -> list[Fired]:
        """Return what would have been raised, oldest first."""
        return [
            Fired(now, one)
            for now in (self._start + step * STEP for step in range(1, self._steps + 1))
            for one in self._at(now)
        ]

    def _at(self, now: datetime) -> list[Raised]:
        facts = self._facts(now)
        if facts is None:
            return []
        rules = self._policy.alerts
        found = look(facts, rules, now)
        for kind in over(facts, rules, now):
            del self._open[kind]
        raised = tell(found, self._lately(now), self._policy, now)
        for one in raised:
            self._remember(one, now)
        return raised

    def _facts(self, now: datetime) -> Facts | None:
        """Return what the rules would have looked at; None where it is plain that nothing is."""
        step, rules = (now - self._start) // STEP, self._policy.alerts
        waiting = [self._with_raised(it) for it in self._due.get(step, ()) if _waited(it, now)]
        charged = self._charged(now - rules.surge_window, now)
        calm = self._calm[step]
        if not (waiting or self._open or charged >= rules.surge_least or calm >= rules.many):
            return None
        return Facts(
            waiting=waiting,
            calm_near=calm,
            charged=charged,
            usual=self._usual(now),
            open=self._open,
        )

    def _with_raised(self, past: Past) -> Waits:
        return replace(past.waits, raised=frozenset(self._raised[past.waits.ticket]))

    def _moments(self) -> dict[int, list[Past]]:
        """Return by step whose waiting begins, or whose target begins to be near."""
        found: dict[int, list[Past]] = defaultdict(list)
        for past in self._history.pasts:
            near = near_from(past.waits, self._policy.alerts)
            for step in {self._step(past.waits.waiting_since), self._step(near)}:
                found[step].append(past)
        return found

    def _step(self, moment: datetime) -> int:
        """Return the first step that sees this moment."""
        return -((self._start - moment) // STEP)

    def _calm_near(self) -> list[int]:
        """Return at each step how many calm tickets had less than `near` left."""
        change, last = [0] * (self._steps + 2), self._steps + 1
        for since, due, until in self._history.calm:
            begins = max(since, due - self._policy.alerts.near)
            ends = min(due, until or due)
            if begins < ends:
                change[min(max(self._step(begins), 0), last)] += 1
                change[min(max(self._step(ends), 0), last)] -= 1
        return list(accumulate(change))

    def _usual(self, now: datetime) -> Usual:
        calendar = self._policy.calendar
        weeks = same_hours(now, self._policy.alerts, calendar.zone if calendar else UTC)
        return Usual([self._charged(*it) for it in weeks if it[0] >= self._history.since])

    def _charged(self, start: datetime, end: datetime) -> int:
        came = self._history.charged
        return bisect_right(came, end) - bisect_right(came, start)

    def _lately(self, now: datetime) -> Lately:
        return Lately(sum(it > now - HOUR for it in self._told[-1000:]), self._held)

    def _remember(self, one: Raised, now: datetime) -> None:
        if one.alert.ticket is not None:
            self._raised[one.alert.ticket].add(one.alert.kind)
        if one.alert.kind in INCIDENTS:
            self._open[one.alert.kind] = now
        if not one.quiet and not one.alert.critical:
            self._told.append(now)
        self._held = self._held + 1 if one.quiet else 0


def play(history: History, policy: Policy, start: datetime, end: datetime) -> list[Fired]:
    """Return what would have been raised between two moments, oldest first."""
    return Replay(history, policy, start, end).run()


def _waited(past: Past, now: datetime) -> bool:
    return past.released_at is None or past.released_at > now
