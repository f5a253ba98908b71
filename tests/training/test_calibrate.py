"""From weights to a folder that serves: export and calibrate leave a whole model behind."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from models.classifier import Classifier
from models.manifest import LEVELS, MANIFEST, NGRAMS, Manifest
from models.ngrams import Ngrams
from models.session import Session
from models.training import calibrate, export, runs_of_tokens, targets
from models.training.base import base_folder, our_tokenizer
from models.training.checkpoint import Checkpoint, network_in
from models.training.network import EmotionNetwork
from models.training.runs_of_tokens import OUTPUTS
from models.training.served import Served
from models.training.slim import KEPT
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
    found = np.tile(np.eye(len(OUTPUTS)), (2, 1))
    texts = [f"about {it} and more of {it}" for it in OUTPUTS * 2]
    runs_of_tokens.fitted(texts, found, np.ones(len(texts))).save(folder / "ngrams.npz")
    export.main(folder / "run", folder / "weights", folder / "ngrams.npz", folder / "fp32.onnx")
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


def test_what_is_slimmed_says_nearly_the_same(weights, tmp_path):
    inner = "encoder.encoder.layer.0.intermediate.dense.bias"
    assert len(network_in(weights)[inner]) == KEPT
    labels = len(targets.outputs(LABELS))
    Served(network_in(weights.parent / "run"), int8=False).write(tmp_path / "whole.onnx")
    ids = np.array([101, 2023, 2003, 1996, 2353, 2051, 1012, 102])
    pooling = np.full((1, 8), 1 / 8, dtype=np.float32)
    whole, slim = (
        Session(it, labels).logits(ids, pooling)[0]
        for it in (tmp_path / "whole.onnx", weights.parent / "fp32.onnx")
    )
    assert np.corrcoef(whole, slim)[0, 1] > 0.95
    assert not np.array_equal(whole, slim)


def test_runs_of_tokens_say_what_they_were_fitted_to(weights):
    ngrams = Ngrams.load(weights / NGRAMS)
    tokenizer = our_tokenizer()
    for at, name in enumerate(OUTPUTS):
        said = ngrams(np.array(tokenizer.encode(f"more of {name}").ids))
        assert int(np.argmax(said)) == at, name


def test_what_was_left_behind_serves(weights):
    scoring = Classifier.load(weights).score(TEXT)
    assert scoring.charge is not None
    assert 0 <= scoring.charge <= 1
    assert len(scoring.sentences) == 3
    assert all(it.fall is not None and it.charge is not None for it in scoring.sentences)
