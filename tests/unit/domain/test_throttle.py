"""Log-ins that failed make the next one wait, and never for ever."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from triage.domain.throttle import MOST, WINDOW, Of, Tally, network, tallies, wait

SECOND = timedelta(seconds=1)
moments = st.lists(st.integers(0, 3600).map(lambda ago: NOON - timedelta(seconds=ago)))


def test_the_attempt_after_the_last_allowed_waits_until_the_first_is_forgotten():
    failures = [NOON - n * SECOND for n in range(MOST[Of.NAME])]
    assert wait(failures[1:], Of.NAME, NOON) is None
    assert wait(failures, Of.NAME, NOON) == WINDOW - 4 * SECOND
    assert wait(failures, Of.ADDRESS, NOON) is None
    assert wait(failures, Of.NAME, NOON + WINDOW) is None


@given(moments, st.sampled_from(Of))
def test_nobody_waits_longer_than_the_window_and_then_not_at_all(failures, of):
    waits = wait(failures, of, NOON)
    assert waits is None or timedelta() < waits <= WINDOW
    if waits:
        assert wait(failures, of, NOON + waits) is None


def test_a_known_browser_is_counted_apart_from_strangers_under_the_same_name():
    stranger, known = tallies("Sue", "192.0.2.1", None), tallies("Sue", "192.0.2.1", "b1")
    assert stranger == (Tally(Of.NAME, "Sue"), Tally(Of.ADDRESS, "192.0.2.1"))
    assert known == (Tally(Of.BROWSER, "b1"),)  # nor locked out by their address, a proxy's perhaps


def test_a_network_of_version_6_counts_as_one_address():
    assert network("2001:db8::1") == network("2001:db8::ffff:2")
    assert network("2001:db8:0:1::1") != network("2001:db8::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("testclient") == "testclient"
