"""A refit helps a model that is wrong, and leaves alone one that is right: truth is known here."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from models.calibration import Outputs, Platt, Scale, logit, sigmoid
from models.classifier import WEIGHTS
from models.manifest import FlagOutput, Manifest
from models.refit import ENOUGH, MISS, Example, Refit, fitted, is_held_out, log_loss, refit
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.lessons import NOTHING, Labels
from triage.domain.policy import DEFAULT_POLICY

MANIFEST = Manifest.load(WEIGHTS)
CUTS = DEFAULT_POLICY.level_cuts
ANGER = list(MANIFEST.members).index(Emotion.ANGER)
CHURN = list(MANIFEST.flags).index(Flag.CHURN)
ALL_FLAGS_OFF = dict.fromkeys(Flag, False)
AS_IT_IS = Platt(slope=1.0, offset=0.0)
#: The numbers that ship, made to say in this test's world exactly what they mean.
MADE = replace(
    MANIFEST,
    calibration={**MANIFEST.calibration, Emotion.ANGER: AS_IT_IS},
    scale=Scale((AS_IT_IS,) * 4, (0.0, 0.5, 1.5, 2.5, 3.5, 4.0), (0.0, *CUTS, 1.0)),
    flags={**MANIFEST.flags, Flag.CHURN: FlagOutput("flag churn", 1 / (1 + MISS))},
)


@dataclass
class Desk:
    """Messages whose truth is known, read by a model that is `off` by so much on every logit.

    Whoever notices a wrong label corrects it; of wrong ones a share of `noticed` is.
    """

    off: float = 0.0
    noticed: float = 0.7
    messages: int = 1_200
    seed: int = 1

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        self.felt = random.normal(-1.2, 2.2, (self.messages, 1)) - np.array([0, 1.5, 3, 4.5])
        self.level = (random.random((self.messages, 1)) < sigmoid(self.felt)).sum(axis=1)
        self.anger = random.normal(-1.5, 2.0, self.messages)
        self.is_angry = random.random(self.messages) < sigmoid(self.anger)
        self.churn = random.normal(-3, 2.5, self.messages)
        self.leaves = random.random(self.messages) < sigmoid(self.churn)
        self.seen = random.random((self.messages, 3)) < self.noticed

    @property
    def examples(self) -> list[Example]:
        return [self._example(at) for at in range(self.messages)]

    def _example(self, at: int) -> Example:
        levels = self.felt[at] + self.off
        level = int(np.searchsorted(CUTS, MADE.scale(levels[None])[0], side="right"))
        angry = bool(self.anger[at] + self.off >= 0)
        leaves = bool(sigmoid(self.churn[at] + self.off) >= MADE.flags[Flag.CHURN].threshold)
        seen, said = self.seen[at], {}
        if seen[0] and level != self.level[at]:
            said["level"] = int(self.level[at])
        if seen[1] and angry != self.is_angry[at]:
            said["emotions"] = {Emotion.ANGER: bool(self.is_angry[at])}
        if seen[2] and leaves != self.leaves[at]:
            said["flags"] = ALL_FLAGS_OFF | {Flag.CHURN: bool(self.leaves[at])}
        emotions, flags = np.full(10, -6.0), np.full(11, -9.0)
        emotions[ANGER], flags[CHURN] = self.anger[at] + self.off, self.churn[at] + self.off
        return Example(
            ticket=at,
            outputs=Outputs(emotions, levels, flags),
            said=Labels(**said),
            left=Labels(
                level=level,
                emotions={Emotion.ANGER: angry},
                flags=ALL_FLAGS_OFF | {Flag.CHURN: leaves},
            ),
        )

    def true_loss(self, platt: Platt) -> float:
        return float(log_loss(platt(self.anger + self.off), self.is_angry).mean())

    def levels_off(self, platts: tuple[Platt, ...]) -> float:
        """How far levels are from the truth, as the mean of squares."""
        charges = replace(MADE.scale, platts=platts)(self.felt + self.off)
        levels = np.searchsorted(CUTS, charges, side="right")
        return float(((levels - self.level) ** 2).mean())

    def true_cost(self, threshold: float) -> float:
        raised = sigmoid(self.churn + self.off) >= threshold
        return float((MISS * (self.leaves & ~raised) + (raised & ~self.leaves)).mean())


def verdict(found: Refit, label: str) -> str:
    (mine,) = [it for it in found.verdicts if it.label == label]
    return mine.why


@pytest.mark.parametrize("off", [2.0, -2.0])
@pytest.mark.parametrize("noticed", [0.7, 1.0])
def test_a_model_that_is_wrong_gets_better_where_truth_is_known(off: float, noticed: float):
    desk = Desk(off=off, noticed=noticed)
    found = refit(desk.examples, MADE, MADE, CUTS)
    new = Desk(off=off, seed=2)
    anger = found.emotions[Emotion.ANGER]
    assert new.true_loss(anger) < new.true_loss(AS_IT_IS) - 0.05
    assert new.levels_off(found.levels) < new.levels_off((AS_IT_IS,) * 4) - 0.1
    assert "agreement of levels" in verdict(found, "level")


@pytest.mark.parametrize("off", [2.0, -2.0])
def test_a_flag_is_raised_where_people_say_it_holds(off: float):
    found = refit(Desk(off=off, noticed=1.0).examples, MADE, MADE, CUTS)
    new, shipped = Desk(off=off, seed=2), MADE.flags[Flag.CHURN].threshold
    assert new.true_cost(found.flags[Flag.CHURN]) < new.true_cost(shipped)


@pytest.mark.parametrize("noticed", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_is_right_is_made_no_worse(noticed: float, seed: int):
    """Chance may change it once in a while, as CERTAIN says, then hardly."""
    desk = Desk(noticed=noticed, seed=seed)
    found = refit(desk.examples, MADE, MADE, CUTS)
    new = Desk(seed=seed + 100)
    if found.emotions:
        assert new.true_loss(found.emotions[Emotion.ANGER]) < new.true_loss(AS_IT_IS) + 0.005
    if found.levels:
        assert new.levels_off(found.levels) < new.levels_off((AS_IT_IS,) * 4) + 0.05


def test_a_model_that_is_right_mostly_stays_as_it_is():
    found = [refit(Desk(noticed=0.7, seed=it).examples, MADE, MADE, CUTS) for it in range(4)]
    changed = [sum(it.changed for it in one.verdicts) for one in found]
    assert sum(changed) <= 2  # of 4 times 3 labels with corrections


def test_what_is_in_force_must_be_beaten_and_the_same_again_is_no_gain():
    desk = Desk(off=2.0)
    first = refit(desk.examples, MADE, MADE, CUTS)
    assert first
    better = replace(MADE, calibration={**MADE.calibration, **first.emotions})
    again = refit(desk.examples, MADE, better, CUTS)
    assert Emotion.ANGER not in again.emotions
    assert verdict(again, "anger").startswith("no better by more than chance")


def test_few_corrections_change_nothing_and_say_how_many_were_expected():
    few = [it for it in Desk(off=2.0).examples if it.said][: ENOUGH - 1]
    found = refit(few, MADE, MADE, CUTS)
    assert not found
    (only,) = found.verdicts
    assert only.why == "49 messages are corrected; expected at least 50"


def test_a_label_that_few_corrections_concern_is_left_with_its_reason():
    found = refit(Desk(off=2.0).examples, MADE, MADE, CUTS)
    assert verdict(found, "hope") == (
        "0 corrections concern it, 0 of them held out; expected at least 10 and 5"
    )
    assert Emotion.HOPE not in found.emotions


def test_corrections_that_contradict_each_other_change_nothing():
    outputs = Outputs(np.full(10, -6.0), np.array([1.0, -1, -2, -3]), np.full(11, -9.0))
    levels = np.random.default_rng(3).integers(0, 5, 200)
    every = [
        Example(ticket=at, outputs=outputs, said=Labels(level=int(level)), left=NOTHING)
        for at, level in enumerate(levels)
    ]
    # as likely as chance says: 0.8, 0.6, 0.4, 0.2
    flat = (Platt(0.1, 1.29), Platt(0.1, 0.51), Platt(0.1, -0.21), Platt(0.1, -1.09))
    in_force = replace(MADE, scale=replace(MADE.scale, platts=flat))
    assert not refit(every, MADE, in_force, CUTS)


def test_no_correction_makes_the_model_less_watchful_for_a_life_at_risk():
    shipped = 0.3
    at = list(MANIFEST.flags).index(Flag.SELF_HARM)
    seen = FlagOutput(MANIFEST.flags[Flag.SELF_HARM].label, shipped)
    manifest = replace(MANIFEST, flags={**MANIFEST.flags, Flag.SELF_HARM: seen})
    random = np.random.default_rng(4)

    def example(ticket: int, value: float, *, holds: bool) -> Example:
        flags = np.full(11, -9.0)
        flags[at] = logit(np.array(value))
        said = Labels(flags=ALL_FLAGS_OFF | {Flag.SELF_HARM: holds})
        outputs = Outputs(np.full(10, -6.0), np.full(4, -6.0), flags)
        return Example(ticket=ticket, outputs=outputs, said=said, left=NOTHING)

    above = shipped + (1 - shipped) * random.random(200)
    taken_off = [example(it, float(p), holds=False) for it, p in enumerate(above)]
    found = refit(taken_off, manifest, manifest, CUTS)
    assert found.flags.get(Flag.SELF_HARM, shipped) <= shipped
    below = shipped * random.random(200)
    missed = [example(it, float(p), holds=True) for it, p in enumerate(below)]
    assert refit(missed, manifest, manifest, CUTS).flags[Flag.SELF_HARM] < shipped


def test_a_flag_that_is_raised_for_nothing_is_raised_later():
    def example(ticket: int, value: float, *, holds: bool) -> Example:
        flags = np.full(11, -9.0)
        flags[CHURN] = logit(np.array(value))
        said = Labels(flags=ALL_FLAGS_OFF | {Flag.CHURN: holds})
        outputs = Outputs(np.full(10, -6.0), np.full(4, -6.0), flags)
        return Example(ticket=ticket, outputs=outputs, said=said, left=NOTHING)

    every = [example(it, 0.3, holds=False) for it in range(60)]
    every += [example(it, 0.8, holds=True) for it in range(60, 120)]
    threshold = refit(every, MADE, MADE, CUTS).flags[Flag.CHURN]
    assert 0.3 < threshold <= 0.8


def test_silence_alone_sharpens_nothing():
    logits = np.random.default_rng(5).normal(0, 2, 5_000)
    silent = np.zeros(5_000, dtype=bool)
    sure = fitted(AS_IT_IS, logits, logits > 0, ~silent)
    assert sure.slope > 2  # as a word it would be taken for certainty
    words = np.random.default_rng(6).random(5_000) < sigmoid(logits)
    noticed = (words != (logits > 0)) & (np.random.default_rng(7).random(5_000) < 0.7)
    truth = np.where(noticed, words, logits > 0)
    assert fitted(AS_IT_IS, logits, truth, noticed).slope == pytest.approx(1.0, abs=0.15)


def test_a_shift_is_found_though_not_everything_wrong_is_noticed():
    random = np.random.default_rng(8)
    felt = random.normal(0, 2, 5_000)
    seen, words = felt + 2, random.random(5_000) < sigmoid(felt)
    noticed = (words != (seen > 0)) & (random.random(5_000) < 0.7)
    found = fitted(AS_IT_IS, seen, np.where(noticed, words, seen > 0), noticed)
    assert (found.slope, found.offset) == pytest.approx((1.0, -2.0), abs=0.2)


def test_levels_that_would_agree_less_with_what_was_left_stay():
    found = refit(Desk(off=2.0, noticed=0.5).examples, MADE, MADE, CUTS)
    assert verdict(found, "level").startswith("levels would agree less: agreement of levels 0.")
    assert found.levels is None


def test_a_fit_from_nothing_is_what_shipped():
    nothing = np.array([])
    shipped = Platt(1.3, 0.5)
    assert fitted(shipped, nothing, nothing > 0, nothing > 0) == shipped


def test_the_same_tickets_are_always_held_out_and_neighbours_fall_apart():
    held = [is_held_out(it) for it in range(10_000)]
    assert sum(held) == pytest.approx(4_000, abs=50)
    assert held == [is_held_out(it) for it in range(10_000)]
    assert sum(a != b for a, b in pairwise(held)) > 4_500


def test_a_model_without_levels_says_so():
    bare = replace(MADE, scale=None)
    assert verdict(refit(Desk(off=2.0).examples, bare, bare, CUTS), "level") == (
        "this model does not read levels"
    )
