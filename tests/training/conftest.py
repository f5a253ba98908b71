"""A small GoEmotions folder, and a first stage that learned nothing: real shape, random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from models.training.base import base_folder
from models.training.checkpoint import Checkpoint
from models.training.network import EmotionNetwork

LABELS = ("admiration", "anger", "gratitude", "neutral")
COMMENTS = [
    ("I hate this so much", "1", "c1"),
    ("thank you kindly", "2", "c2"),
    ("the sky is blue today", "3", "c3"),
    ("wow, brilliant work and thanks", "0,2", "c4"),
    ("what a day", "3", "c5"),
    ("how dare they", "1", "c6"),
]


@pytest.fixture(scope="session")
def goemotions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("goemotions")
    (folder / "labels.txt").write_text("\n".join(LABELS), encoding="utf-8")
    rows = "".join("\t".join(it) + "\n" for it in COMMENTS)
    for split in ("train", "dev", "test"):
        (folder / f"{split}.tsv").write_text(rows, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def first_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(1)
    network = EmotionNetwork(base_folder(), len(LABELS))
    Checkpoint(folder, network=network).save(1)
    return folder
