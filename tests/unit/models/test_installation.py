"""An installation's calibration is bound to its model, checked, and named in its version."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import installation
from models.calibration import Platt
from models.classifier import WEIGHTS, Classifier
from models.installation import (
    CALIBRATION,
    BadCalibration,
    Installation,
    OfAnotherModel,
    applied,
    fingerprint,
)
from models.manifest import Manifest
from tests.fakes import NOON
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

SHIPPED = Classifier.load()
MANIFEST = SHIPPED.manifest
FURIOUS = "You lied to me again. I am absolutely furious and I will cancel everything!"


def fitted(**values: Any) -> Installation:
    ordinary = {
        "model": MANIFEST.version,
        "fingerprint": fingerprint(MANIFEST),
        "made_at": NOON,
        "corrected": 60,
        "unchanged": 900,
    }
    return Installation(**ordinary | values)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / CALIBRATION


def test_without_a_file_the_model_is_what_ships(path: Path):
    assert applied(path, MANIFEST) == MANIFEST
    assert applied(None, MANIFEST) == MANIFEST


def test_its_numbers_are_read_and_the_version_names_them(path: Path):
    line = installation.line(Platt(slope=0.1, offset=-6.0))
    installation.write(
        path,
        fitted(emotions={Emotion.ANGER: line}, levels=(line,) * 4, flags={Flag.CHURN: 0.9999}),
    )
    model = Classifier.load(WEIGHTS, calibration=path)
    name, _, suffix = model.version.partition("+")
    assert (name, len(suffix), suffix[0]) == (SHIPPED.version, 8, "c")
    before, after = SHIPPED.score(FURIOUS), model.score(FURIOUS)
    assert after.model_version == model.version
    assert before.emotions[Emotion.ANGER] > 0.5 > after.emotions[Emotion.ANGER]
    assert before.emotions[Emotion.WORRY] == after.emotions[Emotion.WORRY]
    assert before.charge > 0.5 > after.charge
    assert Flag.CHURN in {it.flag for it in before.flags}
    assert Flag.CHURN not in {it.flag for it in after.flags}


def test_the_same_numbers_have_the_same_name_whenever_they_were_fitted():
    same = fitted(flags={Flag.CHURN: 0.5}, made_at=NOON.replace(year=2027), corrected=99)
    assert same.name == fitted(flags={Flag.CHURN: 0.5}).name
    assert same.name != fitted(flags={Flag.CHURN: 0.51}).name


@pytest.mark.parametrize(
    "change", [{"version": "minilm-tickets-9"}, {"files": {"model.onnx": "0"}}]
)
def test_another_models_is_refused_with_what_to_do(path: Path, change: dict[str, Any]):
    installation.write(path, fitted(flags={Flag.CHURN: 0.5}))
    other: Manifest = replace(MANIFEST, **change)
    with pytest.raises(OfAnotherModel) as refused:
        applied(path, other)
    assert str(path) in str(refused.value)
    assert "run `triage calibrate` again, or remove the file" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"flags": {"churn": 1.5}}, "flags.churn"),
        ({"flags": {"boredom": 0.5}}, "flags.boredom"),
        ({"emotions": {"anger": {"slope": -1, "offset": 0}}}, "emotions.anger.slope"),
        ({"emotions": {"anger": {"slope": 1}}}, "emotions.anger.offset"),
        ({"levels": [{"slope": 1, "offset": 0}]}, "levels"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_damaged_file_is_refused_by_the_place_that_is_wrong(path: Path, change: Any, says: str):
    path.write_text(json.dumps(json.loads(fitted().model_dump_json()) | change))
    with pytest.raises(BadCalibration, match=rf"is no calibration: {says}"):
        applied(path, MANIFEST)


def test_what_is_no_json_is_refused(path: Path):
    path.write_bytes(b"\xff{")
    with pytest.raises(BadCalibration, match="is no calibration"):
        applied(path, MANIFEST)


def test_numbers_for_what_the_model_does_not_read_are_refused(path: Path):
    bare = replace(MANIFEST, flags={}, scale=None, charge_labels=())
    mine = fingerprint(bare)
    installation.write(path, fitted(fingerprint=mine, flags={Flag.CHURN: 0.5}))
    with pytest.raises(BadCalibration, match="calibrates churn, which"):
        applied(path, bare)
    line = installation.line(Platt(1.0, 0.0))
    installation.write(path, fitted(fingerprint=mine, levels=(line,) * 4))
    with pytest.raises(BadCalibration, match="calibrates levels, which"):
        applied(path, bare)


def test_outputs_are_what_a_scoring_is_calibrated_from():
    outputs, scoring = SHIPPED.outputs(FURIOUS), SHIPPED.score(FURIOUS)
    for at, emotion in enumerate(MANIFEST.members):
        found = MANIFEST.calibration[emotion](np.array(outputs.emotions[at]))
        assert float(found) == pytest.approx(scoring.emotions[emotion])
    assert MANIFEST.scale(outputs.levels[None])[0] == pytest.approx(scoring.charge, abs=1e-4)
    probabilities = 1 / (1 + np.exp(-outputs.flags))
    raised = {
        flag
        for (flag, output), p in zip(MANIFEST.flags.items(), probabilities, strict=True)
        if p >= output.threshold
    }
    assert raised == {it.flag for it in scoring.flags}


@pytest.mark.parametrize("text", ["", "Automatic reply: I am away.", "Ich bin stinksauer auf Sie!"])
def test_what_cannot_be_scored_has_no_outputs(text: str):
    assert SHIPPED.outputs(text) is None
