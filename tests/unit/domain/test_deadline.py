"""`respond_by` orders the desk: bounded overtaking, no starvation."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain.deadline import lane_of, overtaking_bound, respond_by
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import Lane

arrival = st.tuples(st.integers(0, 7 * 24 * 60), st.sampled_from(list(Lane)), st.integers(0, 4))


@pytest.mark.parametrize(
    ("level", "flags", "leading", "lane"),
    [
        (0, [], None, Lane.STANDARD),
        (2, [], Emotion.ANGER, Lane.STANDARD),
        (3, [], Emotion.ANGER, Lane.CHARGED),
        (4, [], Emotion.FRUSTRATION, Lane.CHARGED),
        (3, [], Emotion.DISTRESS, Lane.GENTLE),
        (3, [], Emotion.WORRY, Lane.GENTLE),
        (3, [Flag.BEREAVEMENT], Emotion.ANGER, Lane.GENTLE),
        (0, [Flag.VULNERABILITY], None, Lane.GENTLE),
        (3, [Flag.BEREAVEMENT, Flag.STAFF_ABUSE], Emotion.ANGER, Lane.CHARGED),
        (2, [Flag.LEGAL], None, Lane.STANDARD),
        (4, [Flag.SELF_HARM], Emotion.DISTRESS, Lane.SAFEGUARD),
        (4, [Flag.SELF_HARM, Flag.BEREAVEMENT], None, Lane.SAFEGUARD),
        (3, [Flag.DANGER], None, Lane.SAFEGUARD),
    ],
)
def test_the_lane_follows_risk_then_grief_then_charge(level, flags, leading, lane):
    assert lane_of(level, flags, leading)[0] is lane


def test_a_higher_level_never_waits_longer_in_its_lane():
    for minutes in POLICY.targets.values():
        assert list(minutes) == sorted(minutes, reverse=True)


def test_every_lane_has_a_target_for_every_level():
    assert set(POLICY.targets) == set(Lane)


@given(arrival, arrival)
def test_no_ticket_is_overtaken_by_one_that_came_later_than_the_bound(first, second):
    due = [
        respond_by(NOON + timedelta(minutes=minutes), lane, level, POLICY)
        for minutes, lane, level in (first, second)
    ]
    came_later_by = timedelta(minutes=second[0] - first[0])
    if came_later_by > overtaking_bound(POLICY):
        assert due[0] < due[1]
