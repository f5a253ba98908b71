"""Logits become probabilities without losing their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.calibration import Platt, Scale, emotion_logits, logit, sigmoid

LOGITS = arrays(np.float64, 4, elements=st.floats(-1e6, 1e6))


@given(LOGITS)
def test_a_sigmoid_is_a_probability_for_every_logit(logits):
    assert np.all((sigmoid(logits) >= 0) & (sigmoid(logits) <= 1))


@given(st.floats(-10, 10))
def test_logit_undoes_sigmoid(value: float):
    assert logit(sigmoid(np.array(value))) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("probabilities", "expected"), [([0.1, 0.1], 0.19), ([0.5, 0.5], 0.75), ([0.9, 0.2], 0.92)]
)
def test_an_emotion_is_as_likely_as_any_of_its_labels(probabilities, expected: float):
    emotion = emotion_logits(logit(np.array([probabilities])), np.ones((2, 1)))
    assert sigmoid(emotion).item() == pytest.approx(expected)


@given(LOGITS)
def test_an_emotion_of_more_labels_is_never_less_likely(logits):
    members = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    fewer, more = emotion_logits(logits[None, :], members)[0]
    assert more >= fewer - 1e-9


def test_an_emotion_of_one_label_keeps_its_logit():
    found = emotion_logits(np.array([[0.7, -3.0]]), np.array([[0.0], [1.0]]))
    assert found.item() == pytest.approx(-3.0)


def test_platt_is_a_sigmoid_of_a_line():
    assert Platt(slope=2.0, offset=1.0)(np.array(-0.5)) == pytest.approx(0.5)


STRAIGHT = Scale((Platt(1.0, 0.0),) * 4, expected=(0.0, 4.0), charge=(0.0, 1.0))


def test_charge_is_read_from_how_likely_each_level_is():
    certain = np.array([[-40.0] * 4, [40.0, 40.0, -40.0, -40.0], [40.0] * 4])
    assert STRAIGHT(certain) == pytest.approx([0.0, 0.5, 1.0])


@given(arrays(np.float64, (1, 4), elements=st.floats(-50, 50)), st.integers(0, 3))
def test_charge_never_falls_where_a_level_becomes_more_likely(logits, at: int):
    more = logits.copy()
    more[0, at] += 1.0
    assert STRAIGHT(more)[0] >= STRAIGHT(logits)[0] - 1e-12
