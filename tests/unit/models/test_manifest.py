"""A weights folder that is not what it says is refused in one clear sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from models.classifier import WEIGHTS, Classifier
from models.manifest import MANIFEST, MODEL, TOKENIZER, Manifest, ModelUnavailable
from triage.domain.emotion import Emotion


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(WEIGHTS, tmp_path / "weights")


def edit(folder: Path, **changes: Any) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def refusal(folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as refused:
        Classifier.load(folder)
    return str(refused.value)


def test_what_ships_is_whole_and_knows_every_ticket_emotion():
    manifest = Manifest.load(WEIGHTS)
    assert set(manifest.members) == set(Emotion)
    assert len(manifest.labels) == 28
    assert set(manifest.thresholds) == set(manifest.labels)
    assert set(manifest.shown) <= set(Emotion)
    assert manifest.max_tokens == 256


def test_curiosity_means_confusion_only_in_a_question():
    manifest = Manifest.load(WEIGHTS)
    curiosity = manifest.labels.index("curiosity")
    confusion = list(manifest.members).index(Emotion.CONFUSION)
    assert manifest.membership(is_question=True)[curiosity, confusion] == 1
    assert manifest.membership(is_question=False)[curiosity, confusion] == 0


@pytest.mark.parametrize("name", [MANIFEST, MODEL, TOKENIZER])
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    assert f"{folder / name} is missing" in refusal(folder)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_changed_file_is_named_with_both_checksums(folder: Path, name: str):
    expected = Manifest.load(folder).files[name]
    with (folder / name).open("ab") as file:
        file.write(b" ")
    assert refusal(folder).startswith(f"{folder / name} is damaged")
    assert f"expected {expected}" in refusal(folder)


def test_an_unknown_label_is_named(folder: Path):
    edit(folder, members={"anger": ["rage"]})
    assert "unknown label 'rage'" in refusal(folder)


def test_an_unknown_emotion_is_named(folder: Path):
    edit(folder, shown={"boredom": 0.9})
    assert "'boredom'" in refusal(folder)


def test_an_emotion_without_calibration_is_named(folder: Path):
    edit(folder, calibration={})
    assert "'anger'" in refusal(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 1}', "\xff"])
def test_a_manifest_that_is_none_is_refused(folder: Path, content: str):
    (folder / MANIFEST).write_text(content, encoding="latin-1")
    assert f"{folder / MANIFEST} is not a model's manifest" in refusal(folder)


def test_a_network_with_other_outputs_is_refused(folder: Path):
    manifest = json.loads((folder / MANIFEST).read_text())
    edit(folder, labels=[*manifest["labels"], "boredom"])
    assert "29 labels" in refusal(folder)
