"""Simulated desks: the same tickets, people and minutes of work under different rules.

A person answers one ticket at a time and never stops half-way; nobody begins one after their shift.
`Line` is what free people take from, ordered as somebody likes; the service's own rules are in
`benchmarks.ourdesk`.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from benchmarks.inbox import MINUTE, Case
from triage.domain.agent import Agent
from triage.domain.policy import Policy
from triage.domain.routing import is_harsh
from triage.domain.team import run_after

SWEEP_EVERY = MINUTE  # the service sweeps each second; a minute is well below every target


@dataclass(frozen=True, slots=True)
class Touch:
    """When somebody first took up a ticket, and who."""

    case: Case
    agent: Agent
    at: datetime

    @property
    def waited(self) -> float:
        """For how long the customer waited for it, minutes."""
        return (self.at - self.case.came) / MINUTE

    @property
    def in_time(self) -> bool:
        return self.at <= self.case.due


@dataclass(eq=False)
class Worker:
    """A person with what they hold and what is left of what they answered."""

    agent: Agent
    held: list[Case] = field(default_factory=list)
    at_work: Case | None = None
    left: float = 0.0  # of the weights of what was answered, at `left_at`
    left_at: datetime | None = None
    rests_until: datetime | None = None

    def resting(self, now: datetime, policy: Policy) -> float:
        """Return what is left of the weights of what was answered."""
        if self.left_at is None:
            return 0.0
        return float(self.left * 0.5 ** ((now - self.left_at) / policy.half_life))

    def seen(self, now: datetime, policy: Policy) -> Agent:
        """Return the agent as the rules see them now."""
        weights = sum(policy.emotional_weights[it.level] for it in self.held)
        return replace(
            self.agent,
            load=len(self.held),
            emotional_load=weights + self.resting(now, policy),
            rests_until=self.rests_until,
        )

    def given(self, case: Case, now: datetime, policy: Policy) -> None:
        self.held.append(case)
        run = run_after(self.agent, case.level, policy, now)
        self.agent = replace(self.agent, assigned_at=now, heavy_run=run)

    def answered(self, case: Case, now: datetime, policy: Policy) -> None:
        self.at_work = None
        self.held.remove(case)
        self.left = self.resting(now, policy) + policy.emotional_weights[case.level]
        self.left_at = now
        if is_harsh(case.level, case.flags):
            self.rests_until = now + policy.cool_down


class Desk(ABC):
    """The people of a week, and who takes up what."""

    def __init__(self, people: Iterable[Agent], policy: Policy) -> None:
        self.workers = {it.id: Worker(it) for it in people}
        self.policy = policy
        self.begun: list[tuple[Worker, Case]] = []  # since the clock last looked
        self._asked: datetime | None = None
        self._here: list[Worker] = []

    @abstractmethod
    def arrives(self, case: Case, now: datetime) -> None:
        """Take in a ticket."""

    @abstractmethod
    def is_free(self, worker: Worker, now: datetime) -> None:
        """Find the next one for somebody who has answered one."""

    @abstractmethod
    def sweep(self, now: datetime) -> None:
        """Do what time alone brings about: shifts begin and end, tickets become late."""

    def here(self, now: datetime) -> list[Worker]:
        """Return who is on shift; found anew each minute, because asking is slow."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._asked:
            self._asked = minute
            self._here = [it for it in self.workers.values() if it.agent.on_shift(now)]
        return self._here

    def begin(self, worker: Worker, case: Case) -> None:
        worker.at_work = case
        self.begun.append((worker, case))


class Line(Desk):
    """Whoever is free takes the first that they can answer: first by `order`; of several who are
    free, the first by `prefer` gets a ticket that comes. Of rest it knows nothing.
    """

    def __init__(
        self,
        people: Iterable[Agent],
        policy: Policy,
        order: Callable[[Case], Any],
        prefer: Callable[[Case, Agent], Any],
        can: Callable[[Agent, Case], bool],
    ) -> None:
        super().__init__(people, policy)
        self.line: list[tuple[Any, int, Case]] = []
        self.order, self.prefer, self.can = order, prefer, can

    def arrives(self, case: Case, now: datetime) -> None:
        free = [it for it in self.here(now) if not it.at_work and self.can(it.agent, case)]
        if free:
            self._take(min(free, key=lambda it: self.prefer(case, it.agent)), case, now)
        else:
            insort(self.line, (self.order(case), case.number, case))

    def is_free(self, worker: Worker, now: datetime) -> None:
        if worker.at_work or worker not in self.here(now):
            return
        for at, (_, _, case) in enumerate(self.line):
            if self.can(worker.agent, case):
                del self.line[at]
                self._take(worker, case, now)
                return

    def sweep(self, now: datetime) -> None:
        if self.line:
            for worker in self.here(now):
                self.is_free(worker, now)

    def _take(self, worker: Worker, case: Case, now: datetime) -> None:
        worker.given(case, now, self.policy)
        self.begin(worker, case)


def play(desk: Desk, cases: Sequence[Case]) -> list[Touch]:
    """Play the week until everything is answered; return the first touches in their order."""
    order, touches = count(), list[Touch]()
    events: list[tuple[datetime, int, Callable[[datetime], None]]] = [
        (case.came, next(order), partial(desk.arrives, case)) for case in cases
    ]
    events.append((cases[0].came, next(order), desk.sweep))
    heapq.heapify(events)
    while len(touches) < len(cases):
        now, _, happens = heapq.heappop(events)
        happens(now)
        if happens == desk.sweep:
            heapq.heappush(events, (now + SWEEP_EVERY, next(order), desk.sweep))
        for worker, case in desk.begun:
            touches.append(Touch(case, worker.agent, now))
            heapq.heappush(events, (now + case.work, next(order), _ends(desk, worker, case)))
        desk.begun.clear()
    return touches


def _ends(desk: Desk, worker: Worker, case: Case) -> Callable[[datetime], None]:
    def ended(now: datetime) -> None:
        worker.answered(case, now, desk.policy)
        desk.is_free(worker, now)

    return ended
