"""Calibration finds the numbers that the data were made with; measures are the textbook's."""

import numpy as np
import pytest

from models.calibration import Platt, sigmoid
from models.training.fitting import (
    best_threshold,
    charge_scale,
    fit_platt,
    flag_thresholds,
    label_thresholds,
    least_reaching,
    shown_threshold,
)
from models.training.measures import (
    agreement,
    average_precision,
    brier,
    calibration_error,
    f1,
    macro_f1,
    micro_f1,
    rank_correlation,
    risk_at,
)
from triage.domain.policy import DEFAULT_POLICY

RANDOM = np.random.default_rng(1)


def test_platt_recovers_the_line_that_made_the_data():
    logits = RANDOM.normal(-1, 2, 20_000)
    made = Platt(slope=1.5, offset=-0.5)
    truth = (RANDOM.random(20_000) < made(logits)).astype(float)
    found = fit_platt(logits, truth)
    assert (found.slope, found.offset) == pytest.approx((1.5, -0.5), abs=0.1)


def test_a_fitted_probability_is_calibrated():
    logits = RANDOM.normal(0, 2, 20_000)
    truth = (RANDOM.random(20_000) < sigmoid(logits)).astype(float)
    assert calibration_error(truth, sigmoid(3 * logits)) > 0.03
    assert calibration_error(truth, fit_platt(3 * logits, truth)(3 * logits)) < 0.02


def test_a_label_with_many_positives_gets_its_own_best_threshold():
    probabilities = np.linspace(0, 1, 1_000)
    truth = (probabilities > 0.7).astype(float)
    assert best_threshold(truth, probabilities) == pytest.approx(0.7, abs=0.02)
    both = label_thresholds(np.stack([truth] * 2, axis=1), np.stack([probabilities] * 2, axis=1))
    assert both == pytest.approx(0.7, abs=0.02)


def test_a_rare_label_is_predicted_about_as_often_as_it_is_true():
    often, rare = np.linspace(0, 1, 1_000), np.linspace(0, 0.1, 1_000)
    probabilities = np.stack([often, rare], axis=1)
    truth = np.stack([often > 0.7, rare > 0.099], axis=1).astype(float)
    predicted = probabilities >= label_thresholds(truth, probabilities)
    assert 5 <= predicted[:, 1].sum() <= 20  # one threshold for all would predict it never


def test_a_flag_is_raised_from_where_four_of_five_are_right():
    probabilities = np.linspace(1, 0, 1_000)
    truth = (np.arange(1_000) % 5 != 0).astype(float) * (probabilities > 0.5)
    (alone,) = flag_thresholds(truth[:, None], probabilities[:, None])
    assert (truth[probabilities >= alone]).mean() == pytest.approx(0.8, abs=0.01)
    assert (truth * (probabilities >= alone)).sum() == truth.sum()


def test_a_flag_that_is_never_right_often_enough_is_raised_all_the_same():
    probabilities = np.linspace(0.4, 0, 1_000)  # a half would raise nothing
    truth = ((probabilities > 0.32) & (np.arange(1_000) % 2 == 0)).astype(float)  # half are right
    (threshold,) = flag_thresholds(truth[:, None], probabilities[:, None])
    assert (truth * (probabilities >= threshold)).sum() >= 0.9 * truth.sum()


def test_a_rare_flag_leans_on_what_holds_for_all():
    probabilities = np.stack([np.linspace(1, 0, 1_000)] * 2, axis=1)
    often = (probabilities[:, 0] > 0.6).astype(float)
    rare = (np.arange(1_000) < 2).astype(float)
    first, second = flag_thresholds(np.stack([often, rare], axis=1), probabilities)
    assert first == pytest.approx(0.5, abs=0.05)  # 400 of 500 are right
    assert abs(second - first) < 0.3


def test_the_brier_score_and_the_risk_of_the_surest_part():
    truth, probabilities = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.1, 0.4, 0.45])
    assert brier(truth, probabilities) == pytest.approx((0.01 + 0.01 + 0.36 + 0.2025) / 4)
    assert risk_at(truth, probabilities, 0.5) == 0.0
    assert risk_at(truth, probabilities, 1.0) == 0.25


def test_an_emotion_is_shown_from_where_nine_of_ten_are_right():
    probabilities = np.linspace(1, 0, 100)
    truth = np.array([1] * 45 + [0] * 5 + [0] * 50)
    assert shown_threshold(truth, probabilities) == pytest.approx(probabilities[49])


@pytest.mark.parametrize("right", [0, 10])
def test_an_emotion_without_enough_right_predictions_is_never_shown(right: int):
    truth = np.array([1] * right + [0] * (100 - right))
    assert shown_threshold(truth, np.linspace(1, 0, 100)) is None


def test_measures():
    truth = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    predicted = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
    assert f1(truth[:, 0], predicted[:, 0]) == pytest.approx(0.5)
    assert macro_f1(truth, predicted) == pytest.approx(0.75)
    assert micro_f1(truth, predicted) == pytest.approx(0.75)
    ranked = average_precision(np.array([1, 0, 1]), np.array([0.9, 0.8, 0.7]))
    assert ranked == pytest.approx((1 + 2 / 3) / 2)
    assert rank_correlation(np.array([1, 2, 2, 4]), np.array([-3, 0, 9, 100])) == pytest.approx(
        0.9487, abs=1e-4
    )


def test_a_scale_finds_the_cuts_that_made_the_levels():
    felt = RANDOM.uniform(0, 4, 3_000)
    levels = np.searchsorted([0.3, 1.2, 2.6, 3.3], felt)  # not half-way
    logits = 4 * (felt[:, None] - np.array([0.5, 1.5, 2.5, 3.5]))
    platts = [Platt(1.0, 0.0)] * 4
    scale = charge_scale(platts, logits, levels)
    told = np.searchsorted(DEFAULT_POLICY.level_cuts, scale(logits), side="right")
    assert agreement(levels, told) > 0.97
    half_way = np.round(sigmoid(logits).sum(axis=1)).astype(int)
    assert agreement(levels, told) > agreement(levels, half_way)


def test_below_what_is_reached_lie_few_of_the_charged():
    levels = np.repeat([0, 3], 500)
    charges = np.concatenate([RANDOM.uniform(0, 0.6, 500), RANDOM.uniform(0.3, 1, 500)])
    least = least_reaching(charges, levels)
    missed = np.mean(charges[levels == 3] < least)
    assert 0.03 < missed <= 0.05


def test_agreement_is_one_for_the_same_and_nought_for_chance():
    levels = np.tile(np.arange(5), 200)
    assert agreement(levels, levels) == 1.0
    assert abs(agreement(levels, RANDOM.permutation(levels))) < 0.1
    assert agreement(levels, np.minimum(4, levels + 1)) > agreement(levels, 4 - levels)
