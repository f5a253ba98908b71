"""When a call is made again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain import retry
from triage.domain.retry import LONGEST, LONGEST_ASKED, SPREAD, asked_for, is_retryable, pause

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 529, 599])
def test_what_may_pass_is_tried_again(status):
    assert is_retryable(status)


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 409, 410, 422, 501, 505])
def test_what_stays_as_it_is_is_not(status):
    assert not is_retryable(status)


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_drawn_from_all_of_a_span_that_doubles_up_to_a_minute(attempt, jitter):
    span = min(LONGEST, timedelta(seconds=2 ** min(attempt, 16)))
    assert pause(attempt, jitter) == span * jitter


@given(st.integers(0, 99), st.floats(0, 1, exclude_max=True), st.integers(0, 100_000))
def test_what_the_helpdesk_asks_for_counts_and_nobody_comes_earlier(attempt, jitter, seconds):
    asked = timedelta(seconds=seconds)
    found = pause(attempt, jitter, asked)
    assert min(asked, LONGEST_ASKED) <= found <= min(asked, LONGEST_ASKED) + SPREAD


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "37"}, 37),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Fri, 20 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Friday, 20-Nov-26 12:00:10 GMT"}, 10),
        ({"retry-after": "2026-11-20T12:00:30Z"}, 30),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 10)}, 10),  # Intercom
        ({"x-ratelimit-reset": str((int(NOW.timestamp()) + 10) * 1000)}, 10),
        ({"x-ratelimit-reset": "2026-11-20T12:02Z"}, 120),  # Jira
        ({"ratelimit-reset": "53"}, 53),  # Zendesk
        ({"retry-after": "5", "x-ratelimit-reset": "99"}, 5),
        ({"retry-after": "soon", "ratelimit-reset": "7"}, 7),
    ],
)
def test_each_way_of_saying_when_is_understood(headers, seconds):
    assert asked_for(headers, NOW) == timedelta(seconds=seconds)


@given(st.text())
def test_nonsense_is_no_request_and_no_error(value):
    found = asked_for({"retry-after": value}, NOW)
    assert found is None or found >= timedelta(0)


@pytest.mark.parametrize("value", ["-5", "soon", "", "1e9", "9" * 30, "Fri, 99 Nov 2026 12:01:00"])
def test_what_is_no_span_is_none(value):
    assert asked_for({"retry-after": value}, NOW) is None
    assert retry.http_date(value) is None
