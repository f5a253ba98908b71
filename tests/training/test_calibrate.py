"""From weights to a folder that serves: export and calibrate leave a whole model behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from models.classifier import Classifier
from models.manifest import LEVELS, MANIFEST, Manifest
from models.training import calibrate, export, targets
from models.training.base import base_folder
from models.training.checkpoint import Checkpoint
from models.training.network import EmotionNetwork
from tests.training.conftest import LABELS
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

TEXT = "This is the third time. I am tired of asking! When will it come?"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory, goemotions: Path) -> Path:
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(1)
    network = EmotionNetwork(base_folder(), len(targets.outputs(LABELS)))
    Checkpoint(folder / "run", network=network).save(1)
    export.main(run=[folder / "run"], out=folder / "weights", fp32=None)
    calibrate.main(weights=folder / "weights", goemotions=goemotions, trained="a test")
    return folder / "weights"


def test_the_manifest_names_everything_that_the_service_reads(weights):
    manifest = Manifest.load(weights)
    assert set(manifest.members) == set(Emotion)
    assert set(manifest.flags) == set(Flag)
    assert manifest.scale is not None
    assert len(manifest.scale.platts) == LEVELS
    assert manifest.fall_label == targets.FALL
    assert set(manifest.thresholds) == set(LABELS)
    assert json.loads((weights / MANIFEST).read_text())["training"]["run"] == "a test"


def test_what_was_left_behind_serves(weights):
    scoring = Classifier.load(weights).score(TEXT)
    assert scoring.charge is not None
    assert 0 <= scoring.charge <= 1
    assert len(scoring.sentences) == 3
    assert all(it.fall is not None and it.charge is not None for it in scoring.sentences)
