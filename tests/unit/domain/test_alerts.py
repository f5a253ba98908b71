"""What is worth an alert, from plain facts; told once, and critical ones at any hour."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain.agent import Hours
from triage.domain.alert_policy import AlertPolicy
from triage.domain.alerts import CRITICAL, Alert, Facts, Kind, Waits, look, over
from triage.domain.calendar import Calendar
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.surge import Usual
from triage.domain.telling import Lately, in_quiet_hours, tell
from triage.domain.ticket import TicketId

RULES = AlertPolicy()
MINUTE = timedelta(minutes=1)
BUSY = Usual([2] * 8)


def waits(number: int = 1, lane: Lane = Lane.CHARGED, *, left: float = 30, **values) -> Waits:
    ordinary = {
        "ticket": TicketId(number),
        "lane": lane,
        "level": 3,
        "flags": frozenset(),
        "waiting_since": NOON - 30 * MINUTE,
        "respond_by": NOON + left * MINUTE,
    }
    return Waits(**ordinary | values)


def kinds(facts: Facts, rules: AlertPolicy = RULES) -> list[Kind]:
    return [it.kind for it in look(facts, rules, NOON)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (waits(lane=Lane.STANDARD), []),
        (waits(lane=Lane.SAFEGUARD, left=14), [Kind.SAFEGUARD]),
        (waits(lane=Lane.STANDARD, flags=frozenset({Flag.SELF_HARM})), [Kind.SAFEGUARD]),
        (waits(flags=frozenset({Flag.DANGER})), [Kind.SAFEGUARD]),
        (waits(flags=frozenset({Flag.LEGAL})), []),
        (waits(left=10), [Kind.NEAR]),
        (waits(left=10.1), []),
        (waits(lane=Lane.GENTLE, left=1), [Kind.NEAR]),
        (waits(lane=Lane.STANDARD, left=1), []),
        (waits(left=-5), [Kind.NEAR]),
        (waits(left=-61), []),  # broke long ago: no news
        (waits(lane=Lane.SAFEGUARD, left=5), [Kind.SAFEGUARD, Kind.SAFEGUARD_NEAR]),
    ],
)
def test_a_waiting_ticket_is_worth_an_alert_by_its_lane_flags_and_time_left(one, expected):
    assert kinds(Facts(waiting=[one])) == expected


def test_a_short_target_is_near_only_in_its_second_half():
    new = waits(lane=Lane.SAFEGUARD, waiting_since=NOON, left=15)
    assert kinds(Facts(waiting=[new])) == [Kind.SAFEGUARD]
    half = replace(new, waiting_since=NOON - 7.5 * MINUTE, respond_by=NOON + 7.5 * MINUTE)
    assert Kind.SAFEGUARD_NEAR in kinds(Facts(waiting=[half]))


def test_many_calm_tickets_about_to_be_late_make_one_alert():
    assert kinds(Facts(calm_near=RULES.many - 1)) == []
    (alert,) = look(Facts(calm_near=200), RULES, NOON)
    assert (alert.kind, alert.ticket) == (Kind.MANY_NEAR, None)
    assert "200 tickets" in alert.text


def test_a_surge_is_one_incident_until_it_has_ebbed():
    raging = Facts(charged=20, usual=BUSY)
    (alert,) = look(raging, RULES, NOON)
    assert alert.text == "20 charged tickets came within 30 min; 1.0 are usual at this hour."
    begun = replace(raging, open={Kind.SURGE: NOON - 5 * MINUTE})
    assert look(begun, RULES, NOON) == []
    assert over(begun, RULES, NOON) == []
    assert over(replace(begun, charged=2), RULES, NOON) == [Kind.SURGE]
    assert over(replace(begun, open={}), RULES, NOON) == []


def test_an_incident_that_lasts_for_a_day_is_said_again():
    facts = Facts(charged=20, usual=BUSY, open={Kind.SURGE: NOON - timedelta(days=1)})
    assert over(facts, RULES, NOON) == [Kind.SURGE]


def test_the_most_pressing_come_first():
    facts = Facts(
        waiting=[waits(1, left=2), waits(2, Lane.SAFEGUARD, left=14)],
        calm_near=50,
        charged=50,
        usual=BUSY,
    )
    assert kinds(facts) == [Kind.SAFEGUARD, Kind.SURGE, Kind.NEAR, Kind.MANY_NEAR]


def test_an_alert_names_number_lane_level_and_why_and_no_word_of_the_customers():
    one = waits(7, Lane.SAFEGUARD, left=14, level=4, flags=frozenset({Flag.SELF_HARM}))
    (alert,) = look(Facts(waiting=[one]), RULES, NOON)
    assert alert.text == "Ticket 7 waits in lane safeguard, level 4: signs of self harm."
    (alert,) = look(Facts(waiting=[waits(8, left=6)]), RULES, NOON)
    assert alert.text.startswith("Ticket 8 in lane charged, level 3, is due in 6 min (12:06 UTC)")


LANES = st.sampled_from(list(Lane))
FLAGS = st.frozensets(st.sampled_from(list(Flag)), max_size=3)
WAITING = st.lists(
    st.builds(
        lambda n, lane, flags, left: waits(n, lane, left=left, flags=flags),
        st.integers(1, 50),
        LANES,
        FLAGS,
        st.integers(-100, 100),
    ),
    max_size=12,
    unique_by=lambda it: it.ticket,
)
FACTS = st.builds(
    lambda waiting, calm, charged: Facts(
        waiting=waiting, calm_near=calm, charged=charged, usual=BUSY
    ),
    WAITING,
    st.integers(0, 40),
    st.integers(0, 40),
)


@given(FACTS)
def test_an_incident_is_never_raised_twice(facts):
    first = look(facts, RULES, NOON)
    assert len({it.key for it in first}) == len(first)
    before = {(it.ticket, it.kind) for it in first}
    after = replace(
        facts,
        waiting=[
            replace(it, raised=frozenset(kind for ticket, kind in before if ticket == it.ticket))
            for it in facts.waiting
        ],
        open={it.kind: NOON for it in first if it.ticket is None},
    )
    assert look(after, RULES, NOON) == []


# Who is told


def an_alert(number: int, kind: Kind = Kind.NEAR) -> Alert:
    return Alert(kind, f"{kind}:{number}", f"Alert {number}.", TicketId(number))


ALERTS = st.lists(st.builds(an_alert, st.integers(1, 99), st.sampled_from(list(Kind))), max_size=20)
NIGHT = replace(POLICY, alerts=AlertPolicy(quiet=Hours(time(22), time(7))))
MOMENTS = st.integers(0, 500_000).map(lambda minutes: NOON + minutes * MINUTE)
LATELY = st.builds(Lately, st.integers(0, 20), st.integers(0, 20))


@given(ALERTS, LATELY, MOMENTS)
def test_a_critical_alert_is_told_at_any_hour_and_whatever_went_before(found, lately, now):
    raised = tell(found, lately, NIGHT, now)
    assert len(raised) == len(found)
    assert not any(it.quiet for it in raised if it.alert.critical)


@given(ALERTS, LATELY, MOMENTS)
def test_no_more_are_told_within_an_hour_than_the_policy_allows(found, lately, now):
    raised = tell(found, lately, NIGHT, now)
    told = sum(not it.quiet and not it.alert.critical for it in raised)
    assert told <= max(0, NIGHT.alerts.most_an_hour - lately.told)
    if in_quiet_hours(NIGHT, now):
        assert told == 0


def test_what_was_held_back_is_counted_in_the_next_that_is_told():
    first, second = tell([an_alert(1), an_alert(2)], Lately(told=0, held=3), POLICY, NOON)
    assert first.text == "Alert 1. 3 others were held back before it."
    assert second.text == "Alert 2."


def test_one_that_is_held_back_says_why():
    (full,) = tell([an_alert(1)], Lately(told=6), POLICY, NOON)
    assert (full.quiet, full.text) == (
        True,
        "Alert 1. Told to nobody: 6 were told within the hour.",
    )
    (night,) = tell([an_alert(1)], Lately(), NIGHT, NOON.replace(hour=23))
    assert (night.quiet, night.text) == (True, "Alert 1. Told to nobody: quiet hours.")


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        ((22, 7), 21, False),
        ((22, 7), 22, True),
        ((22, 7), 6, True),
        ((22, 7), 7, False),
        ((1, 5), 4, True),
        ((1, 5), 5, False),
        ((0, 0), 12, True),  # all day: critical ones only
    ],
)
def test_quiet_hours_are_those_of_the_clock(hours, hour, quiet):
    start, end = map(time, hours)
    policy = replace(POLICY, alerts=AlertPolicy(quiet=Hours(start, end)))
    assert in_quiet_hours(policy, NOON.replace(hour=hour)) is quiet


def test_quiet_hours_go_by_the_zone_of_the_calendar():
    tokyo = Calendar(ZoneInfo("Asia/Tokyo"), {})
    policy = replace(NIGHT, calendar=tokyo)
    assert in_quiet_hours(policy, NOON.replace(hour=14))  # 23:00 there
    assert not in_quiet_hours(policy, NOON.replace(hour=23))


def test_every_kind_is_critical_or_counts_against_the_hour():
    assert {Kind.SAFEGUARD, Kind.SAFEGUARD_NEAR} == CRITICAL
