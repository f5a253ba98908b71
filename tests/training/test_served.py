"""What is served says what was trained: operator by operator, and in int8 nearly so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models.calibration import sigmoid
from models.classifier import WEIGHTS
from models.manifest import MODEL, Manifest
from models.session import Session
from models.training.base import base_folder, our_tokenizer
from models.training.checkpoint import network_in, save_half
from models.training.network import EmotionNetwork
from models.training.served import Served
from tests.training.conftest import LABELS

IDS = np.random.default_rng(1).integers(1000, 20_000, 30)
POOLING = np.zeros((3, 30), dtype=np.float32)
POOLING[0] = 1 / 30
POOLING[1, :10] = 1 / 10
POOLING[2, 10:] = 1 / 20


@pytest.fixture(scope="module")
def trained(first_stage: Path) -> np.ndarray:
    network = EmotionNetwork(base_folder(), len(LABELS), pretrained=False).eval()
    network.load_state_dict(network_in(first_stage))
    ids = torch.from_numpy(IDS)[None]
    with torch.inference_mode():
        return network(ids, torch.ones_like(ids), torch.from_numpy(POOLING)[None])[0].numpy()


def served(first_stage: Path, path: Path, *, int8: bool) -> Session:
    Served(network_in(first_stage), int8=int8).write(path)
    return Session(path, len(LABELS))


def test_before_quantisation_it_is_the_trained_network(first_stage, trained, tmp_path):
    exact = served(first_stage, tmp_path / "fp32.onnx", int8=False)
    assert exact.logits(IDS, POOLING) == pytest.approx(trained, abs=1e-4)


def test_int8_is_a_quarter_of_the_size_and_close(first_stage, trained, tmp_path):
    quantised = served(first_stage, tmp_path / "int8.onnx", int8=True)
    assert (tmp_path / "int8.onnx").stat().st_size < 30e6
    found = quantised.logits(IDS, POOLING)
    assert np.abs(found - trained).mean() < 0.1 * np.abs(trained).max()
    assert not np.array_equal(found, trained)


def test_a_texts_answer_does_not_depend_on_how_many_sentences_are_read_with_it(
    first_stage, tmp_path
):
    quantised = served(first_stage, tmp_path / "int8.onnx", int8=True)
    alone, together = quantised.logits(IDS, POOLING[:1]), quantised.logits(IDS, POOLING)
    assert together[:1] == pytest.approx(alone, abs=1e-5)


def test_the_weights_for_torch_are_the_same_in_half_precision(first_stage, tmp_path):
    weights = network_in(first_stage)
    save_half(weights, tmp_path)
    assert sum(it.stat().st_size for it in tmp_path.iterdir()) < 48e6
    for name, values in network_in(tmp_path).items():
        assert torch.allclose(values, weights[name], rtol=1e-3, atol=1e-4), name


def test_what_ships_for_torch_says_what_is_served():
    manifest, tokenizer = Manifest.load(WEIGHTS), our_tokenizer()
    weights = network_in(WEIGHTS)
    inner = len(weights["encoder.encoder.layer.0.intermediate.dense.bias"])
    network = EmotionNetwork(
        base_folder(), len(manifest.labels), pretrained=False, inner=inner
    ).eval()
    network.load_state_dict(weights)
    session = Session(WEIGHTS / MODEL, len(manifest.labels))
    levels = [manifest.labels.index(it) for it in manifest.charge_labels]
    for text in ("I am furious, three weeks and no answer 😡", "Where is my order 55?"):
        ids = np.array(tokenizer.encode(text).ids)
        pooling = np.full((1, len(ids)), 1 / len(ids), dtype=np.float32)
        with torch.inference_mode():
            tokens = torch.from_numpy(ids)[None]
            half = network(tokens, torch.ones_like(tokens), torch.from_numpy(pooling)[None])
        said = [
            sigmoid(it[0][levels].astype(float))
            for it in (half[0].numpy(), session.logits(ids, pooling))
        ]
        assert said[0] == pytest.approx(said[1], abs=0.1)
