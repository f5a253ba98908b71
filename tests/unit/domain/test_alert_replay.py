"""The rules over history: what would have fired, once for each incident, as rarely as allowed."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain.agent import Hours
from triage.domain.alert_policy import AlertPolicy
from triage.domain.alert_replay import Fired, History, Past, play
from triage.domain.alerts import Kind, Waits
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.surge import WEEK
from triage.domain.ticket import TicketId

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CALM = {Lane.STANDARD, Lane.UNSCORED}


def a_past(number: int, lane: Lane, came: float, *, due: float, answered: float | None) -> Past:
    """A ticket that came so many minutes after noon, and was answered so many after that."""
    since = NOON + came * MINUTE
    waits = Waits(
        ticket=TicketId(number),
        lane=lane,
        level=3,
        flags=frozenset({Flag.SELF_HARM}) if lane is Lane.SAFEGUARD else frozenset(),
        waiting_since=since,
        respond_by=since + due * MINUTE,
    )
    return Past(waits, None if answered is None else since + answered * MINUTE)


def fired(*pasts: Past, charged=(), policy=POLICY) -> list[Fired]:
    calm = [(it.waits.waiting_since, it.waits.respond_by, it.released_at) for it in pasts]
    history = History(
        pasts=[it for it in pasts if it.waits.lane not in CALM],
        calm=[span for span, it in zip(calm, pasts, strict=True) if it.waits.lane in CALM],
        charged=sorted(charged),
        since=NOON - 10 * WEEK,
    )
    return play(history, policy, NOON, NOON + DAY)


def at(found: list[Fired]) -> list[tuple[Kind, float]]:
    return [(it.raised.alert.kind, (it.at - NOON) / MINUTE) for it in found]


def test_it_fires_when_the_rules_would_have():
    found = fired(
        a_past(1, Lane.SAFEGUARD, 5, due=15, answered=7),
        a_past(2, Lane.SAFEGUARD, 60, due=15, answered=None),
        a_past(3, Lane.CHARGED, 100, due=60, answered=40),
        a_past(4, Lane.CHARGED, 200.5, due=60, answered=55),
        a_past(5, Lane.STANDARD, 300, due=60, answered=None),
    )
    assert at(found) == [
        (Kind.SAFEGUARD, 5),
        (Kind.SAFEGUARD, 60),
        (Kind.SAFEGUARD_NEAR, 68),
        (Kind.NEAR, 251),
    ]


def test_many_calm_tickets_fire_once_until_fewer_are_near():
    wave = [a_past(n, Lane.STANDARD, n, due=120, answered=None) for n in range(1, 60)]
    later = [a_past(n, Lane.STANDARD, n + 300, due=120, answered=None) for n in range(60, 80)]
    assert [kind for kind, _ in at(fired(*wave, *later))] == [Kind.MANY_NEAR] * 2


def test_a_surge_fires_once_while_it_rages_and_again_when_it_comes_back():
    usual = [NOON - week * WEEK + 20 * n * MINUTE for week in range(1, 9) for n in range(72)]
    first = [NOON + 200 * MINUTE + n * MINUTE for n in range(60)]
    second = [NOON + 600 * MINUTE + n * MINUTE for n in range(40)]
    found = at(fired(charged=[*usual, *first, *second]))
    assert [kind for kind, _ in found] == [Kind.SURGE] * 2
    assert 200 < found[0][1] < 215
    assert 600 < found[1][1] < 615


def test_without_a_past_week_nothing_is_a_surge():
    came = [NOON + n * MINUTE for n in range(60)]
    history = History(pasts=[], charged=came, since=NOON - DAY)
    assert play(history, POLICY, NOON, NOON + DAY) == []


def test_a_lower_threshold_fires_more_often():
    usual = [NOON - week * WEEK + 60 * n * MINUTE for week in range(1, 9) for n in range(24)]
    came = [NOON + 100 * MINUTE + 5 * n * MINUTE for n in range(6)]
    charged = [*usual, *came]
    sensitive = replace(POLICY, alerts=AlertPolicy(surge_false_alarms=5))
    assert at(fired(charged=charged)) == []
    assert len(at(fired(charged=charged, policy=sensitive))) == 1


PASTS = st.lists(
    st.builds(
        lambda lane, came, due, answered: (lane, came, due, answered),
        st.sampled_from(list(Lane)),
        st.floats(-200, 1400),
        st.sampled_from([15, 30, 60, 120, 480]),
        st.none() | st.floats(0, 600),
    ),
    max_size=40,
)
NIGHT = replace(POLICY, alerts=AlertPolicy(quiet=Hours(time(22), time(7)), most_an_hour=2, many=3))


@given(PASTS, st.lists(st.floats(0, 1440), max_size=60))
def test_whatever_happened_no_incident_fires_twice_and_the_rate_is_kept(rows, came):
    pasts = [
        a_past(n, lane, start, due=due, answered=answered)
        for n, (lane, start, due, answered) in enumerate(rows, 1)
    ]
    found = fired(*pasts, charged=[NOON + it * MINUTE for it in came], policy=NIGHT)
    mine = [
        (it.raised.alert.kind, it.raised.alert.ticket) for it in found if it.raised.alert.ticket
    ]
    assert len(set(mine)) == len(mine)
    assert not any(it.raised.quiet for it in found if it.raised.alert.critical)
    told = [it.at for it in found if not it.raised.quiet and not it.raised.alert.critical]
    for moment in told:
        assert sum(moment - timedelta(hours=1) < it <= moment for it in told) <= 2
