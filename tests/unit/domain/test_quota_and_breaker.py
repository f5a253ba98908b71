"""An account is called as fast as it allows and no faster, and left alone while it fails."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain import breaker, quota
from triage.domain.breaker import CLOSED, LONGEST_OPEN, OPENS_AFTER, Breaker
from triage.domain.quota import MINUTE, Bucket, Limit, Quota

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = st.sampled_from([1, 2, 10, 30, 50, 100, 200, 700])


def turns(bucket: Bucket, count: int, now: datetime) -> list[datetime]:
    """When so many calls go that all want to go at once."""
    found = []
    for _ in range(count):
        bucket, at = quota.reserve(bucket, now)
        found.append(at)
    return found


@given(LIMITS, st.integers(0, 59_999), st.integers(0, 3_600))
def test_no_window_of_a_minute_gets_more_calls_than_are_allowed(calls, begins, rested):
    bucket = Bucket.full(Limit("account", calls), NOW - timedelta(seconds=rested))
    found = turns(bucket, calls * 3 + 5, NOW)
    start = NOW - timedelta(milliseconds=begins)
    assert max(Counter((at - start) // MINUTE for at in found).values()) <= calls


@given(LIMITS)
def test_what_is_allowed_is_used_but_for_two_percent(calls):
    bucket = Bucket.full(Limit("account", calls), NOW)
    took = turns(bucket, calls * 5 + 1, NOW)[-1] - NOW
    assert took <= 5 * MINUTE * 1.021


@given(st.lists(st.floats(0, 120), min_size=2, max_size=30))
def test_turns_are_given_in_order_whenever_they_are_asked_for(gaps):
    bucket, now, found = Bucket.full(Limit("account", 10), NOW), NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        bucket, at = quota.reserve(bucket, now)
        assert at >= now
        found.append(at)
    assert found == sorted(found)


def test_a_limit_that_the_helpdesk_names_counts_from_then_on():
    bucket = quota.observed(Bucket.full(Limit("account", 200), NOW), Quota(700, 650), NOW)
    assert bucket.limit.calls == 700


def test_where_nothing_is_left_nobody_goes_at_once():
    bucket = quota.observed(Bucket.full(Limit("account", 60), NOW), Quota(60, 0), NOW)
    assert quota.reserve(bucket, NOW)[1] > NOW


@pytest.mark.parametrize("calls", [0, -5])
def test_a_limit_of_nothing_is_not_believed(calls):
    bucket = Bucket.full(Limit("account", 60), NOW)
    assert quota.observed(bucket, Quota(calls, 0), NOW) == bucket


def test_a_closed_account_opens_when_it_said_and_not_with_a_burst():
    bucket = quota.closed(Bucket.full(Limit("account", 600), NOW), NOW + MINUTE)
    found = turns(bucket, 20, NOW)
    assert found[0] == NOW + MINUTE
    assert found[19] > NOW + MINUTE


def after(failures: int, now: datetime = NOW) -> Breaker:
    found = CLOSED
    for _ in range(failures):
        found = breaker.failed(found, now)
    return found


def test_a_few_failures_are_nothing_to_a_breaker():
    assert breaker.closes_at(after(OPENS_AFTER - 1)) is None


def test_after_some_failures_in_a_row_the_account_is_left_alone_ever_longer():
    waits = [breaker.closes_at(after(OPENS_AFTER + more)) - NOW for more in range(12)]
    assert waits[0] == breaker.OPEN_FOR
    assert waits[1] == 2 * breaker.OPEN_FOR
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_OPEN


def test_while_one_call_tries_the_others_wait():
    later = NOW + breaker.OPEN_FOR
    tried = breaker.tried(after(OPENS_AFTER), later)
    assert breaker.closes_at(tried) == later + breaker.OPEN_FOR
    assert breaker.tried(CLOSED, NOW) == CLOSED
