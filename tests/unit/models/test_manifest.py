"""A weights folder that is not what it says is refused in one clear sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from models.classifier import WEIGHTS, Classifier
from models.manifest import (
    MANIFEST,
    MODEL,
    TOKENIZER,
    Manifest,
    ModelUnavailable,
    membership_of,
)
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag


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
    assert len(manifest.thresholds) == 28
    assert set(manifest.thresholds) <= set(manifest.labels)
    assert set(manifest.shown) <= set(Emotion)
    assert manifest.max_tokens == 256


def test_curiosity_means_confusion_only_in_a_question():
    labels, members = ("confusion", "curiosity"), {Emotion.CONFUSION: ("confusion",)}
    asking = {Emotion.CONFUSION: ("curiosity",)}
    assert membership_of(labels, members, asking).tolist() == [[1], [1]]
    assert membership_of(labels, members, {}).tolist() == [[1], [0]]


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


#: Outputs that stand for at least level 1, 2, 3 and 4, in whatever weights there are.
CHARGE: dict[str, Any] = {
    "labels": ["charge 1", "charge 2", "charge 3", "charge 4"],
    "calibration": [{"slope": 1.0, "offset": 0.0}] * 4,
    "expected": [0.0, 0.5, 1.5, 2.5, 3.5, 4.0],
    "charge": [0.0, 0.22, 0.42, 0.62, 0.84, 1.0],
}


def test_a_model_that_reads_charge_says_it_of_text_and_sentences(folder: Path):
    edit(folder, charge=CHARGE)
    scoring = Classifier.load(folder).score("I am so angry about this. The parcel is blue.")
    angry, calm = scoring.sentences
    assert scoring.charge is not None
    assert 0 <= calm.charge < angry.charge <= 1


def test_a_model_that_sees_risks_names_the_sentence(folder: Path):
    edit(folder, flags={"danger": {"label": "fear", "threshold": 0.3}})
    text = "The parcel is blue. I am terrified and scared of it!"
    (seen,) = Classifier.load(folder).score(text).flags
    assert seen.flag is Flag.DANGER
    assert seen.span.of(text).strip() == "I am terrified and scared of it!"


def test_a_charge_label_that_is_unknown_is_named(folder: Path):
    edit(folder, charge=CHARGE | {"labels": ["anger", "grief", "fear", "rage"]})
    assert "unknown label 'rage'" in refusal(folder)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"labels": ["anger"]}, "charge needs 4 labels"),
        ({"expected": [0.0, 1.0]}, "as many knots"),
        ({"expected": [0.0, 3.0, 2.0, 1.0, 3.5, 4.0]}, "ascending"),
    ],
)
def test_a_charge_that_cannot_be_read_is_refused(folder: Path, changes: dict[str, Any], says: str):
    edit(folder, charge=CHARGE | changes)
    assert says in refusal(folder)


def test_a_model_that_reads_emotions_only_leaves_charge_to_the_rules(folder: Path):
    content = json.loads((folder / MANIFEST).read_text())
    content.pop("charge", None)
    (folder / MANIFEST).write_text(json.dumps(content))
    scoring = Classifier.load(folder).score("I am so angry. Where is it?")
    assert scoring.charge is None
    assert {one.charge for one in scoring.sentences} == {None}


@pytest.mark.parametrize("name", ["whole", "most"])
def test_a_rudeness_that_weighs_other_outputs_is_refused(folder: Path, name: str):
    rude = json.loads((folder / MANIFEST).read_text())["rude"]
    edit(folder, rude=rude | {name: rude[name][:-1]})
    assert refusal(folder) == (
        f"{folder / MANIFEST} has {len(rude[name]) - 1} weights in rude.{name}; expected "
        f"{len(rude[name])}, one for each label"
    )


def test_an_emotion_without_calibration_is_named(folder: Path):
    edit(folder, calibration={})
    assert "'anger'" in refusal(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 1}', "\xff"])
def test_a_manifest_that_is_none_is_refused(folder: Path, content: str):
    (folder / MANIFEST).write_text(content, encoding="latin-1")
    assert f"{folder / MANIFEST} is not a model's manifest" in refusal(folder)


def test_a_mapping_file_nested_without_end_is_refused(tmp_path: Path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("a: [" * 5_000)
    with pytest.raises(ModelUnavailable, match=r"mine\.yaml is not a mapping file: it is nested"):
        Classifier.load(mine)


def test_a_network_with_other_outputs_is_refused(folder: Path):
    content = json.loads((folder / MANIFEST).read_text())
    labels, rude = content["labels"], content["rude"]
    more = {name: [*rude[name], 0.0] for name in ("whole", "most")}
    edit(folder, labels=[*labels, "boredom"], rude=rude | more)
    assert f"expected input_ids, pooling and {len(labels) + 1} labels" in refusal(folder)
