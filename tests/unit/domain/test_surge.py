"""When charged tickets surge: by a stated chance, for every usual rate; and their common words."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from triage.domain.alert_policy import AlertPolicy
from triage.domain.surge import (
    Usual,
    by_chance,
    common_words,
    has_ebbed,
    is_surge,
    same_hours,
    threshold,
)

RULES = AlertPolicy()
WEEKS = st.lists(st.integers(0, 200), min_size=1, max_size=12)


def test_with_a_well_known_rate_and_no_spread_the_chance_is_poissons():
    rules = AlertPolicy(surge_spread=0.001)
    usual = Usual([4000] * 500, windows=1000)  # four in a window, seen half a million times
    poisson = math.exp(-4) * 4**12 / math.factorial(12)
    assert by_chance(12, usual, rules) == pytest.approx(336 * 12 * poisson, rel=0.01)


@given(WEEKS)
def test_more_tickets_are_never_less_of_a_surge(weeks):
    usual = Usual(weeks)
    least = threshold(usual, RULES)
    assert least >= max(RULES.surge_least, usual.mean)
    assert is_surge(least + 1, usual, RULES)
    assert not is_surge(least - 1, usual, RULES)
    assert by_chance(least, usual, RULES) <= RULES.surge_false_alarms


@given(WEEKS, st.floats(0.01, 1), st.floats(1, 50))
def test_whoever_accepts_more_false_alarms_is_told_sooner(weeks, few, times):
    strict = AlertPolicy(surge_false_alarms=few)
    loose = AlertPolicy(surge_false_alarms=few * times)
    assert threshold(Usual(weeks), loose) <= threshold(Usual(weeks), strict)


@pytest.mark.parametrize(
    ("weeks", "count", "surge"),
    [
        ([], 100, False),  # nothing is known of what is usual
        ([0] * 8, 4, False),  # fewer than the least
        ([0] * 8, 5, True),
        ([0], 5, False),  # one week says little
        ([0], 30, True),
        ([2] * 8, 6, False),  # one in a window is usual
        ([2] * 8, 9, True),
        ([40] * 8, 40, False),  # twenty are
        ([40] * 8, 70, True),
        ([2] * 7 + [90], 9, True),  # last week's surge hides none this week
    ],
)
def test_what_is_a_surge_depends_on_what_is_usual(weeks, count, surge):
    assert is_surge(count, Usual(weeks), RULES) is surge


@given(WEEKS)
def test_a_surge_is_not_over_at_once(weeks):
    usual = Usual(weeks)
    least = threshold(usual, RULES)
    assert not has_ebbed(least, usual, RULES)
    assert has_ebbed(0, usual, RULES)


def test_the_same_hours_are_those_of_the_clock_also_when_clocks_change():
    london = ZoneInfo("Europe/London")
    now = datetime(2026, 4, 1, 9, 0, tzinfo=london)  # clocks went forward on 29 March
    hours = same_hours(now, RULES, london)
    assert len(hours) == RULES.surge_weeks
    assert {it.astimezone(london).strftime("%a %H:%M") for _, it in hours} == {"Wed 09:15"}
    assert {end - start for start, end in hours} == {timedelta(hours=1)}
    assert all(end < NOON for _, end in hours)


ORDINARY = ["Where is my order", "Question about my invoice", "The app and the login"] * 30


@pytest.mark.parametrize(
    ("subjects", "words"),
    [
        (["App crashes", "crashes when I pay", "Crashes again", "it CRASHES"], ["crashes"]),
        (["Where is my order"] * 8, []),  # as always
        (["refund", "refund"], []),  # too few to be no one customer's
        (["zahlung klappt nicht", "Zahlung?", "keine ZAHLUNG", "zahlung 123456"], ["zahlung"]),
        (["4929 1234 5678"] * 5, []),  # numbers are no words
        (["\u202e<script>alert(1)</script>"] * 4, ["alert", "script"]),
        (["x" * 10_000] * 5, []),
        ([""], []),
        ([], []),
    ],
)
def test_the_words_of_a_surge_are_those_more_frequent_than_before(subjects, words):
    assert common_words(subjects, ORDINARY) == words


def test_there_are_five_words_at_most_the_most_telling_first():
    subjects = [f"outage outage {' '.join(f'word{c}' * 1 for c in 'abcdefgh')}"] * 4 + ["outage"]
    found = common_words(subjects, ORDINARY)
    assert (found[0], len(found)) == ("outage", 5)


@given(st.lists(st.text(max_size=60), max_size=8), st.lists(st.text(max_size=60), max_size=8))
def test_whatever_the_subjects_words_are_letters_of_at_least_three_tickets(subjects, before):
    for word in common_words(subjects, before):
        assert word.isalpha()
