"""Charge: how much care the next reply needs, over the thread."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, a_scoring, scores
from triage.domain.charge import (
    Charge,
    History,
    Trend,
    emotional,
    evidence,
    history_weight,
    leading_emotion,
    level_of,
    message_charge,
    thread_charge,
    trajectory_of,
)
from triage.domain.cues import cues
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

probability = st.floats(0, 1)
some_scores = st.dictionaries(st.sampled_from(list(Emotion)), probability)


def of(value: float) -> Charge:
    return Charge(value=value, level=level_of(value, POLICY))


@pytest.mark.parametrize(
    ("found", "charge"),
    [
        ({}, 0.0),
        ({"gratitude": 1.0, "satisfaction": 1.0}, 0.0),
        ({"anger": 0.5}, 0.5),
        ({"frustration": 1.0}, 0.7),
        ({"anger": 0.5, "frustration": 0.5}, 1 - 0.5 * 0.65),
    ],
)
def test_emotions_join_as_a_noisy_or_of_their_weights(found: dict[str, float], charge: float):
    assert emotional(scores(**found), POLICY) == pytest.approx(charge)


def test_wording_alone_never_makes_more_than_a_mild_charge():
    shouting = cues("THIS IS UNACCEPTABLE!!! Great job losing it again and again, you idiots!!!")
    assert len({cue.kind for cue in shouting}) >= 3
    assert message_charge(a_scoring(), shouting, POLICY).level <= 1


def test_the_same_emotion_weighs_more_when_the_wording_is_strong():
    calm = message_charge(a_scoring(anger=0.5), (), POLICY)
    strong = message_charge(a_scoring(anger=0.5), cues("This is unacceptable!!"), POLICY)
    assert strong.value > calm.value


def test_the_charge_that_the_model_read_stands_whatever_the_wording_and_the_emotions():
    read = replace(a_scoring(anger=0.9), charge=0.3)
    charge = message_charge(read, cues("This is unacceptable!!"), POLICY)
    assert (charge.value, charge.level) == (0.3, 1)
    assert [one.what for one in charge.contributions] == ["anger"]


def test_a_sentence_weighs_what_the_model_read_in_it():
    (sentence,) = a_scoring(anger=0.9).sentences
    read = replace(a_scoring(), sentences=(replace(sentence, charge=0.25),))
    assert [one.weight for one in evidence(read, POLICY)] == [0.25]


def test_the_sentence_without_which_the_charge_falls_furthest_carries_the_messages():
    (one,) = a_scoring(anger=0.9).sentences
    falls = [replace(one, fall=0.1), replace(one, fall=0.4), replace(one, fall=-0.2)]
    read = replace(a_scoring(), charge=0.8, sentences=tuple(falls))
    assert [it.weight for it in evidence(read, POLICY)] == pytest.approx([0.8, 0.2, -0.4])


@pytest.mark.parametrize(
    ("falls", "weights"),
    [
        ([0.0, 0.0], [0.0, 0.0]),  # no sentence matters
        ([0.1, -0.5], [0.8, -0.8]),  # none calms more than the message is charged
        ([-0.1, -0.2], [0.6, 0.6]),  # nothing carries it: what each has by itself
        ([-0.1], [0.6]),  # a sentence alone likewise
    ],
)
def test_what_sentences_carry_where_falls_say_little(falls, weights):
    (one,) = a_scoring(anger=0.9).sentences
    sentences = tuple(replace(one, charge=0.6, fall=it) for it in falls)
    read = replace(a_scoring(), charge=0.8, sentences=sentences)
    assert [it.weight for it in evidence(read, POLICY)] == pytest.approx(weights)


def test_contributions_name_the_strongest_first_and_leave_out_what_explains_nothing():
    charge = message_charge(a_scoring(frustration=0.8, anger=0.9, worry=0.01), (), POLICY)
    assert [one.what for one in charge.contributions] == ["anger", "frustration"]


def test_a_later_calm_message_lowers_an_earlier_strong_one_by_the_decay():
    charge = thread_charge([of(0.8), of(0.0)], History(), (), POLICY)
    assert charge.value == pytest.approx(0.8 * POLICY.calm_decay)


def test_a_later_strong_message_does_not_lower_an_earlier_one():
    assert thread_charge([of(0.8), of(0.7)], History(), (), POLICY).value == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("history", "weight"),
    [
        (History(), 0.0),
        (History(reopened=1), 0.1),
        (History(follow_ups=1), 0.1),
        (History(follow_ups=9), 0.2),
        (History(reopened=9, follow_ups=9), 0.35),
    ],
)
def test_history_adds_up_to_its_cap(history: History, weight: float):
    assert history_weight(history, POLICY) == pytest.approx(weight)


@pytest.mark.parametrize(("flag", "floor"), sorted(POLICY.flag_floors.items()))
def test_a_flag_sets_its_floor_however_calm_the_words(flag: Flag, floor: int):
    charge = thread_charge([of(0.0)], History(), [flag], POLICY)
    assert charge.level == floor
    assert charge.contributions[0].what == flag.replace("_", " ")


def test_a_vulnerability_disclosed_calmly_does_not_raise_the_charge():
    assert thread_charge([of(0.0)], History(), [Flag.VULNERABILITY], POLICY).level == 0


def test_a_flag_never_lowers_a_charge():
    assert thread_charge([of(0.95)], History(), [Flag.CHURN], POLICY).value == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([0.1, 0.8], Trend.RISING),
        ([0.8, 0.1], Trend.FALLING),
        ([0.5, 0.9, 0.55], Trend.STEADY),  # it came back to where it began
        ([0.5, 0.5 - POLICY.trend_step / 2], Trend.STEADY),
    ],
)
def test_a_trajectory_goes_from_the_first_message_to_the_newest(values: list[float], trend: Trend):
    found = trajectory_of([of(it) for it in values], POLICY)
    assert found is not None
    assert (found.trend, found.start, found.now) == (trend, values[0], values[-1])


def test_one_message_goes_nowhere():
    assert trajectory_of([of(0.9)], POLICY) is None
    assert trajectory_of([], POLICY) is None


def test_nothing_scored_is_no_charge():
    assert thread_charge([], History(), (), POLICY).level == 0


def test_the_leading_emotion_is_the_one_that_weighs_most_not_the_most_probable():
    assert leading_emotion(scores(confusion=0.9, anger=0.4), POLICY) is Emotion.ANGER
    assert leading_emotion(scores(gratitude=0.9), POLICY) is None


@given(some_scores, st.sampled_from(list(Emotion)), probability)
def test_more_of_an_emotion_never_lowers_the_charge(
    found: dict[Emotion, float], emotion: Emotion, p: float
):
    more = found | {emotion: max(p, found.get(emotion, 0.0))}
    assert emotional(more, POLICY) >= emotional(found, POLICY) - 1e-12


@given(st.lists(probability, max_size=12), st.integers(0, 9), st.integers(0, 9))
def test_a_thread_charge_stays_within_its_bounds(values: list[float], reopened: int, ups: int):
    charge = thread_charge([of(v) for v in values], History(reopened, ups), (), POLICY)
    assert 0 <= charge.value <= 1
    assert charge.level == level_of(charge.value, POLICY)
