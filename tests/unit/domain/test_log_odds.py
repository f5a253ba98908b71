"""Weighted log-odds against numbers worked out by hand, and what the prior is for."""

from math import exp, log, sqrt

import pytest

from triage.domain.interval import WITHIN
from triage.domain.log_odds import log_odds

HERE, THERE = {"refund": 6, "hello": 2}, {"refund": 2, "hello": 6}


def test_a_word_counts_as_monroe_and_others_have_it():
    """Both words make half of all 16, so of a prior of 4 each gets 2."""
    refund = log_odds(HERE, THERE, prior=4)[0]
    value = log(8 / (8 + 4 - 8)) - log(4 / (8 + 4 - 4))  # log 2 - log 1/2
    error = sqrt(1 / 8 + 1 / 4)
    assert (refund.word, refund.here, refund.there) == ("refund", 6, 2)
    assert refund.z == pytest.approx(value / error)
    assert refund.times == pytest.approx(4)
    assert refund.between.low == pytest.approx(exp(value - WITHIN * error))
    assert refund.between.high == pytest.approx(exp(value + WITHIN * error))


def test_what_both_have_alike_is_no_finding():
    same = log_odds({"a": 10, "b": 30}, {"a": 10, "b": 30})
    assert [it.times for it in same] == pytest.approx([1, 1])
    assert [it.z for it in same] == pytest.approx([0, 0])


def test_the_kinds_changed_round_change_the_sign_only():
    there = {it.word: it.z for it in log_odds(THERE, HERE)}
    assert {it.word: -it.z for it in log_odds(HERE, THERE)} == pytest.approx(there)


def test_a_word_seen_three_times_is_surer_than_one_seen_once_and_neither_is_sure():
    common = {"the": 2000}
    found = {it.word: it for it in log_odds(common | {"odd": 1, "rare": 3}, common)}
    assert found["rare"].z > found["odd"].z
    assert all(found[it].between.low < 1 for it in ("odd", "rare"))


def test_many_hits_are_sure():
    found = log_odds({"the": 2000, "refund": 300}, {"the": 2000, "refund": 100})
    assert found[0].word == "refund"
    assert found[0].between.low > 1


def test_of_no_words_and_of_one_alone_nothing_is_said():
    assert log_odds({}, {}) == []
    assert log_odds({"a": 3}, {"a": 1}) == []


def test_a_word_that_only_one_kind_holds_has_finite_odds():
    found = log_odds({"a": 3, "b": 1}, {"b": 3})
    assert [it.word for it in found] == ["a", "b"]
    assert found[0].times > 1 > found[1].times
