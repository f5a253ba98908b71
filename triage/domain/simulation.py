"""A desk in memory: the same arrivals and the same work, played by one policy. Pure.

Messages arrive when they did; each is decided by `route`. An agent answers one ticket after the
other, the earliest `respond_by` of what they hold first, and takes as long as it took. What nobody
can take waits for whoever becomes free; what its holder left waits again among it, and what is late
is handed on, as the sweep does. Every ticket may be assigned here, also those of a source that is
only observed.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from triage.domain.agent import Agent, AgentId
from triage.domain.policy import Lane, Policy
from triage.domain.replay import Arrival, TurnKey, Work
from triage.domain.routing import Decision, Need, choose, route, still_familiar
from triage.domain.team import Team, has_left, run_after
from triage.domain.ticket import Familiar, Mode, Status, TicketId

LOOK_EVERY = timedelta(minutes=5)  # at shifts that begin or end, and at what is late

_Line = tuple[object, ...]
_Place = tuple[datetime, TicketId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a turn: how it stood when it was answered; `answered_at` is None where it
    still waits at the end. `arrival` is the place of the customer's last message before that.
    """

    arrival: int
    ticket_id: TicketId
    lane: Lane
    level: int
    since: datetime
    respond_by: datetime
    answered_at: datetime | None
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class Played:
    """All answers in their order, and when tickets came into the safeguard lane."""

    answers: tuple[Answer, ...]
    alarms: tuple[datetime, ...]


def play(
    arrivals: Sequence[Arrival],
    side: int,
    staff: Sequence[Agent],
    policy: Policy,
    work: Work,
    until: datetime,
) -> Played:
    """Return what happens until then to arrivals, earliest first, read as on a side (0 or 1)."""
    desk = _Desk(arrivals, side, policy, work, {it.id: _Worker(it) for it in staff})
    return desk.played(until)


@dataclass(slots=True)
class _Case:
    """A ticket whose customer waits."""

    arrival: int
    turn: TurnKey
    since: datetime
    lane: Lane
    level: int
    respond_by: datetime
    harsh: bool
    work: timedelta
    holder: AgentId | None = None
    relieved: bool = False
    ends: tuple[datetime, int] | None = None  # its work, where it is under way


@dataclass(slots=True)
class _Worker:
    """An agent; `left` is what tickets that are done weigh still, at `left_at`."""

    agent: Agent
    held: dict[TicketId, float] = field(default_factory=dict)
    busy: TicketId | None = None
    left: float = 0.0
    left_at: datetime | None = None

    def remaining(self, now: datetime, policy: Policy) -> float:
        if self.left_at is None:
            return 0.0
        halved: float = 0.5 ** ((now - self.left_at) / policy.half_life)
        return self.left * halved

    def at(self, now: datetime, policy: Policy) -> Agent:
        """Return the agent as routing sees them now."""
        emotional = sum(self.held.values()) + self.remaining(now, policy)
        return replace(self.agent, load=len(self.held), emotional_load=emotional)


class _Desk:
    """The state of one run; every moment comes from an event, none from a clock."""

    def __init__(
        self,
        arrivals: Sequence[Arrival],
        side: int,
        policy: Policy,
        work: Work,
        workers: dict[AgentId, _Worker],
    ) -> None:
        self._arrivals, self._side, self._policy, self._work = arrivals, side, policy, work
        self._workers = workers
        self._skills = frozenset[str]().union(*(it.agent.skills for it in workers.values()))
        self._teams = frozenset(it.agent.team for it in workers.values() if it.agent.team)
        self._open: dict[TicketId, _Case] = {}
        self._unheld: dict[_Line, list[_Place]] = {}  # none of the lines is empty
        self._held_last: dict[TicketId, AgentId] = {}
        self._customers: dict[str, dict[TicketId, Familiar]] = {}
        self._answers: list[Answer] = []
        self._alarms: list[datetime] = []
        self._events: list[tuple[datetime, int, str, int]] = [
            (it.at, number, "arrives", number) for number, it in enumerate(arrivals)
        ]
        heapify(self._events)
        self._number = len(arrivals)
        self._looks = False
        self._now: datetime  # of the event that is handled

    def played(self, until: datetime) -> Played:
        """Play all events up to then."""
        handle = {"arrives": self._arrives, "done": self._done, "look": self._look}
        while self._events and self._events[0][0] <= until:
            self._now, number, what, about = heappop(self._events)
            handle[what](about, number)
        still = [self._answer(one, case, None) for one, case in self._open.items()]
        return Played((*self._answers, *still), tuple(self._alarms))

    def _arrives(self, arrival: int, _number: int) -> None:
        one = self._arrivals[arrival]
        before = self._open.get(one.ticket.id)
        holder = before.holder if before else self._held_last.get(one.ticket.id)
        decision = self._decision(one, before, holder)
        if decision.lane is Lane.SAFEGUARD and (not before or before.lane is not Lane.SAFEGUARD):
            self._alarms.append(self._now)
        if before:
            self._let_go(one.ticket.id, before)
        case = self._case(arrival, decision, before)
        self._open[one.ticket.id] = case
        self._give(one.ticket.id, case, decision.agent, anew=decision.agent != holder)
        self._go_on(one.ticket.id, case, before)
        if before and before.holder is not None:
            self._begin(self._workers[before.holder])  # where it was taken from whoever was busy
        self._look_later()

    def _decision(self, one: Arrival, before: _Case | None, holder: AgentId | None) -> Decision:
        ticket = replace(
            one.ticket,
            waiting_since=before.since if before else one.at,
            status=Status.WAITING,
            mode=Mode.ASSIGN,
            assignee=holder,
            familiar=self._familiar(one),
        )
        return route(ticket, one.readings[self._side], self._team(), self._policy)

    def _case(self, arrival: int, decision: Decision, before: _Case | None) -> _Case:
        """Return the case; its work is that of every turn that is still unanswered."""
        one = self._arrivals[arrival]
        more = self._work.times[one.turn]
        if before:
            more = before.work + (more if one.turn != before.turn else timedelta())
        return _Case(
            arrival=arrival,
            turn=one.turn,
            since=before.since if before else one.at,
            lane=decision.lane,
            level=decision.charge.level,
            respond_by=decision.respond_by,
            harsh=decision.harsh,
            work=more,
        )

    def _go_on(self, ticket_id: TicketId, case: _Case, before: _Case | None) -> None:
        """Whoever was answering goes on, with what came beside; otherwise the holder may begin."""
        if case.holder is None:
            return
        if before and before.ends and before.holder == case.holder:
            self._end_at(ticket_id, case, before.ends[0] + case.work - before.work)
        else:
            self._begin(self._workers[case.holder])

    def _done(self, ticket_id: int, number: int) -> None:
        case = self._open.get(TicketId(ticket_id))
        if case is None or case.ends is None or case.ends[1] != number or case.holder is None:
            return  # it was taken from whoever was answering, or there came more to answer
        one, worker = self._arrivals[case.arrival], self._workers[case.holder]
        weight = worker.held[one.ticket.id]
        self._answers.append(self._answer(one.ticket.id, case, self._now))
        self._held_last[one.ticket.id] = case.holder
        if one.customer is not None:
            known = self._customers.setdefault(one.customer, {})
            known.pop(one.ticket.id, None)
            known[one.ticket.id] = Familiar(case.holder, self._now)  # the newest is last
        self._let_go(one.ticket.id, case)
        del self._open[one.ticket.id]
        worker.left = worker.remaining(self._now, self._policy) + weight
        worker.left_at = self._now
        if case.harsh:
            rests = self._now + self._policy.cool_down
            worker.agent = replace(worker.agent, rests_until=rests)
        self._assign()
        self._begin(worker)

    def _look(self, _about: int, _number: int) -> None:
        """Do what the sweep does each second, less often; then whoever is here may begin."""
        self._looks = False
        self._hand_on()
        self._assign()
        for worker in self._workers.values():
            self._begin(worker)
        self._look_later()

    def _look_later(self) -> None:
        if self._open and not self._looks:
            self._looks = True
            self._push(self._now + LOOK_EVERY, "look", 0)

    def _hand_on(self) -> None:
        """Take from its holder what they left, and once what is late.

        What they left waits among all that nobody holds; what is late stays where nobody else can.
        """
        if any(self._here(it.agent for it in self._workers.values())):
            for ticket_id, case in self._held(self._has_left):
                self._let_go(ticket_id, case)
                self._give(ticket_id, case, None, anew=False)
        for ticket_id, case in self._held(self._is_late):
            self._to_another(ticket_id, case)

    def _held(self, which: Callable[[_Case, Agent], bool]) -> list[tuple[TicketId, _Case]]:
        """Return what is held and not under way, the earliest `respond_by` first."""
        held = (
            (ticket_id, case)
            for ticket_id, case in self._open.items()
            if case.holder is not None and case.ends is None
            if which(case, self._workers[case.holder].agent)
        )
        return sorted(held, key=lambda it: (it[1].respond_by, it[0]))

    def _has_left(self, _case: _Case, holder: Agent) -> bool:
        return has_left(holder, self._policy, self._now)

    def _is_late(self, case: _Case, holder: Agent) -> bool:
        late_at = self._now - self._policy.grace_when_late
        return not case.relieved and case.respond_by < late_at and holder.on_shift(self._now)

    def _to_another(self, ticket_id: TicketId, case: _Case) -> None:
        assert case.holder is not None
        need = replace(self._need(case), declined=frozenset({case.holder}))
        chosen = choose(need, self._team(), self._policy).agent
        if chosen is not None:
            case.relieved = True
            self._let_go(ticket_id, case)
            self._give(ticket_id, case, chosen.id, anew=True)

    def _assign(self) -> None:
        """Give what nobody holds to whoever can take it, earliest `respond_by` first.

        Nobody gets emptier meanwhile: where nobody could take the first of a line, nobody can one
        behind it.
        """
        if not self._unheld:
            return
        team, hopeless = self._team(), set[_Line]()
        while (first := self._first_unheld(hopeless)) is not None:
            if all(it.load >= it.capacity for it in team.here):
                return
            case = self._open[first]
            chosen = choose(self._need(case), team, self._policy).agent
            if chosen is None:
                hopeless.add(self._line(case))
                continue
            self._let_go(first, case)
            self._give(first, case, chosen.id, anew=True)
            self._begin(self._workers[chosen.id])
            team = self._team()

    def _first_unheld(self, hopeless: Collection[_Line]) -> TicketId | None:
        heads = (places[0] for line, places in self._unheld.items() if line not in hopeless)
        return min(heads, default=(None, None))[1]

    def _line(self, case: _Case) -> _Line:
        """Return the line of tickets that ask for the same, or, the later they came, for more: a
        wish that is dropped with waiting is dropped for the first of a line first.
        """
        one = self._arrivals[case.arrival]
        ticket, language = one.ticket, one.readings[self._side].language
        due_by = (ticket.tier, ticket.promised) if self._policy.soft_skills else ()
        return case.lane, case.level, language, ticket.tags, *due_by

    def _need(self, case: _Case) -> Need:
        one = self._arrivals[case.arrival]
        return Need(
            lane=case.lane,
            level=case.level,
            waits=True,
            language=one.readings[self._side].language,
            tags=one.ticket.tags,
            familiar=still_familiar(self._familiar(one), self._policy, self._now),
            waited=self._now - case.since,
        )

    def _familiar(self, one: Arrival) -> Familiar | None:
        """Return who answered another ticket of the same customer last."""
        known = self._customers.get(one.customer, {}) if one.customer is not None else {}
        others = (who for ticket, who in reversed(known.items()) if ticket != one.ticket.id)
        return next(others, None)

    def _give(
        self, ticket_id: TicketId, case: _Case, agent_id: AgentId | None, *, anew: bool
    ) -> None:
        case.holder = agent_id
        if agent_id is None:
            insort(self._unheld.setdefault(self._line(case), []), (case.respond_by, ticket_id))
            return
        worker = self._workers[agent_id]
        worker.held[ticket_id] = self._policy.emotional_weights[case.level]
        if anew:
            run = run_after(worker.agent, case.level, self._policy, self._now)
            worker.agent = replace(worker.agent, heavy_run=run, assigned_at=self._now)

    def _let_go(self, ticket_id: TicketId, case: _Case) -> None:
        if case.holder is None:
            self._leave_line(ticket_id, case)
            return
        worker = self._workers[case.holder]
        del worker.held[ticket_id]
        if worker.busy == ticket_id:
            worker.busy = None

    def _leave_line(self, ticket_id: TicketId, case: _Case) -> None:
        line = self._line(case)
        places = self._unheld[line]
        del places[bisect_left(places, (case.respond_by, ticket_id))]
        if not places:
            del self._unheld[line]

    def _begin(self, worker: _Worker) -> None:
        """Let an agent who is free and here answer the earliest of what they hold."""
        if worker.busy is not None or not worker.held or not worker.agent.on_shift(self._now):
            return
        earliest = min(worker.held, key=lambda it: (self._open[it].respond_by, it))
        self._end_at(earliest, self._open[earliest], self._now + self._open[earliest].work)

    def _end_at(self, ticket_id: TicketId, case: _Case, at: datetime) -> None:
        assert case.holder is not None
        self._workers[case.holder].busy = ticket_id
        case.ends = (at, self._push(at, "done", ticket_id))

    def _push(self, at: datetime, what: str, about: int) -> int:
        self._number += 1
        heappush(self._events, (at, self._number, what, about))
        return self._number

    def _team(self) -> Team:
        everybody = tuple(it.at(self._now, self._policy) for it in self._workers.values())
        here = tuple(self._here(everybody))
        return Team(everybody, here, self._now, self._skills, self._teams)

    def _here(self, everybody: Iterable[Agent]) -> Iterator[Agent]:
        return (it for it in everybody if it.on_shift(self._now))

    def _answer(self, ticket_id: TicketId, case: _Case, at: datetime | None) -> Answer:
        return Answer(
            arrival=case.arrival,
            ticket_id=ticket_id,
            lane=case.lane,
            level=case.level,
            since=case.since,
            respond_by=case.respond_by,
            answered_at=at,
            agent=case.holder,
        )
