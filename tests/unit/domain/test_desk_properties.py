"""What the order of the desk promises, over generated days: bounded overtaking, nobody starves.

**Bounded overtaking.** Let B be the longest target less the shortest (`overtaking_bound`). If more
than B passes between two customers, the later one stands behind the earlier one, whatever lane,
level, tier or promise either has. Where the policy has a calendar, B is of opening hours; a lane
that runs round the clock may pass what is not due yet, and nothing that is.

**No starvation.** Let c people serve the earliest `respond_by` first and never idle while somebody
waits. While a ticket waits, all c work, and only on what was unfinished when it came or came later
and is due before it, which is within B after it. So c times its wait is at most that work, however
much comes after.

**Calm never costs charged, while capacity lasts.** A calm ticket that comes after a charged one
changes nothing for it. One that came before costs it at most its own place in the line: where what
is unfinished when the charged one comes, with what comes later and is due before it, is no more
than c people do within its target, it is taken up in time, however many of these are calm.
"""

import heapq
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain.agent import Hours
from triage.domain.calendar import Calendar
from triage.domain.deadline import least_target, overtaking_bound, respond_by
from triage.domain.policy import Lane, Policy

MINUTE = timedelta(minutes=1)
WEEK = 7 * 24 * 60  # minutes
TIERED = replace(POLICY, tiers={"gold": 0.5, "platinum": 0.1, "bronze": 3.0})
LONDON = ZoneInfo("Europe/London")
OFFICE = Calendar(
    LONDON, dict.fromkeys(range(5), Hours(time(9), time(17))), frozenset({date(2026, 11, 24)})
)
NIGHTS = Calendar(LONDON, dict.fromkeys(range(7), Hours(time(22), time(6))))
BOUND = overtaking_bound(POLICY) // MINUTE
LEAST = least_target(POLICY)


class Visit(NamedTuple):
    """A ticket of a day: when it came (minutes), what it is, what was promised, its work."""

    came: int
    lane: Lane
    level: int
    tier: str | None = None
    promised: int | None = None  # minutes after it came
    work: int = 5  # minutes

    @property
    def at(self) -> datetime:
        return NOON + self.came * MINUTE

    def due(self, policy: Policy) -> datetime:
        promised = None if self.promised is None else self.at + self.promised * MINUTE
        return respond_by(self.at, self.lane, self.level, policy, tier=self.tier, promised=promised)

    def due_minute(self) -> int:
        """When it is due without a calendar, in minutes as `came`."""
        return (self.due(TIERED) - NOON) // MINUTE


#: Minutes after NOON, many of them shortly before or after an office or a night shift opens.
EDGES = (5 * 60, 10 * 60, 18 * 60, 21 * 60)
near_an_edge = st.builds(
    lambda day, edge, off: day * 24 * 60 + edge + off,
    st.integers(0, 13),
    st.sampled_from(EDGES),
    st.integers(-20, 20),
)


def visits(
    came: st.SearchStrategy[int],
    lanes: list[Lane],
    levels: st.SearchStrategy[int],
    most_work: int = 40,
) -> st.SearchStrategy[Visit]:
    return st.builds(
        Visit,
        came=came,
        lane=st.sampled_from(lanes),
        level=levels,
        tier=st.sampled_from([None, None, "gold", "platinum", "bronze", "unknown"]),
        promised=st.none() | st.integers(-500, 1000),
        work=st.integers(1, most_work),
    )


any_visit = visits(st.integers(0, 2 * WEEK) | near_an_edge, list(Lane), st.integers(0, 4))
close = visits(st.integers(0, 200), list(Lane), st.integers(0, 4))  # close enough for a line
calm = visits(st.integers(0, 200), [Lane.STANDARD], st.integers(0, 1), most_work=480)
days = st.lists(close, min_size=8, max_size=30)
people = st.integers(1, 4)
calendars = st.sampled_from([None, OFFICE, NIGHTS])


def begins(day: list[Visit], servers: int) -> list[int]:
    """When each is taken up by so many people, earliest `respond_by` first, never stopped."""
    order = sorted(range(len(day)), key=lambda at: day[at].came)
    free, began = [0] * servers, [0] * len(day)
    line: list[tuple[int, int]] = []
    while order or line:
        now = heapq.heappop(free)
        if not line:
            now = max(now, day[order[0]].came)
        while order and day[order[0]].came <= now:
            at = order.pop(0)
            heapq.heappush(line, (day[at].due_minute(), at))
        _, at = heapq.heappop(line)
        began[at] = now
        heapq.heappush(free, now + day[at].work)
    return began


def left_of(visit: Visit, began: int, now: int) -> int:
    """How much of its work was not done yet at `now`."""
    return visit.work if began >= now else max(0, began + visit.work - now)


def may_stand_before(day: list[Visit], began: list[int], at: int, until: int) -> int:
    """The work unfinished when a ticket came, and of what came later, until then, of the rest."""
    mine = day[at]
    every = enumerate(zip(day, began, strict=True))
    others = [(it, start) for number, (it, start) in every if number != at]
    unfinished = sum(left_of(it, start, mine.came) for it, start in others if it.came <= mine.came)
    return unfinished + sum(it.work for it, _ in others if mine.came < it.came <= until)


@settings(max_examples=500)
@given(any_visit, any_visit, st.integers(1, 60))
def test_nobody_is_overtaken_by_who_comes_later_than_the_bound(first, second, more):
    later = second._replace(came=first.came + BOUND + more)
    assert first.due(TIERED) < later.due(TIERED)


@settings(max_examples=500)
@given(any_visit, any_visit, st.sampled_from([OFFICE, NIGHTS]))
def test_nobody_is_overtaken_by_who_comes_so_much_opening_time_later(first, second, calendar):
    policy = replace(TIERED, calendar=calendar, round_the_clock=frozenset())
    unpromised = second._replace(promised=None)
    if calendar.between(first.at, second.at) > overtaking_bound(policy):
        assert first.due(policy) < unpromised.due(policy)


MONDAY_MORNING = Visit(came=(2 * 24 + 21) * 60 + 10, lane=Lane.STANDARD, level=0)
BEFORE_CLOSING = Visit(MONDAY_MORNING.came + BOUND + 1, Lane.STANDARD, 0, promised=0)


@example(MONDAY_MORNING, BEFORE_CLOSING, OFFICE)
@given(any_visit, any_visit, st.sampled_from([OFFICE, NIGHTS]))
def test_nor_by_who_was_promised_an_answer(first, second, calendar):
    policy = replace(TIERED, calendar=calendar, round_the_clock=frozenset())
    if calendar.between(first.at, second.at) > overtaking_bound(policy):
        assert first.due(policy) < second.due(policy)


@given(any_visit, any_visit, calendars)
def test_a_lane_that_no_night_stops_passes_nothing_that_is_due(first, second, calendar):
    policy = replace(TIERED, calendar=calendar)
    if second.at >= first.due(policy):
        assert first.due(policy) < second.due(policy)


@given(any_visit)
def test_tier_and_promise_only_ever_shorten_and_never_below_the_shortest_target(visit):
    plain = respond_by(visit.at, visit.lane, visit.level, TIERED)
    assert visit.at + LEAST * MINUTE <= visit.due(TIERED) <= plain


@settings(max_examples=300)
@given(days, people)
def test_nobody_starves(day, servers):
    began = begins(day, servers)
    for at, visit in enumerate(day):
        last = visit.due_minute() - LEAST  # who comes later is due later
        assert last <= visit.came + BOUND
        ahead = may_stand_before(day, began, at, until=last)
        assert servers * (began[at] - visit.came) <= ahead


@settings(max_examples=300)
@given(days, calm, people)
def test_a_calm_ticket_that_comes_later_changes_nothing_for_a_charged_one(day, late, servers):
    began, with_it = begins(day, servers), begins([*day, late], servers)
    for at, visit in enumerate(day):
        if visit.came < late.came and visit.due_minute() <= late.due_minute():
            assert with_it[at] == began[at]


@settings(max_examples=300)
@given(days, st.lists(calm, max_size=10), people)
def test_calm_tickets_delay_no_charged_one_past_its_target_while_capacity_lasts(
    day, added, servers
):
    whole = [*day, *added]
    began = begins(whole, servers)
    for at, visit in enumerate(day):
        due = visit.due_minute()
        before = may_stand_before(whole, began, at, until=due - LEAST)
        if before <= servers * (due - visit.came):
            assert began[at] <= due
