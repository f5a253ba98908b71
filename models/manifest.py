"""What the weights folder holds and how its numbers are read: `manifest.json`, checked.

A folder that was damaged, mixed from two versions or made for other labels is refused here with
one sentence, so that nothing later has to doubt it. Training facts are the model card's.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from models.calibration import Floats, Platt, Scale
from models.rudeness import Rudeness
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

MANIFEST = "manifest.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
NGRAMS = "ngrams.npz"

LEVELS = 4  # of charge above 0


class ModelUnavailable(Exception):
    """The weights cannot be used; the message says what is wrong, where, and what is expected."""


@dataclass(frozen=True, slots=True)
class FlagOutput:
    """The output that means a risk, and the probability from which it is raised."""

    label: str
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One version of the model.

    `members` names the labels that mean each emotion, `in_questions` those that do so only in a
    text with a question. `thresholds` and `emotion_thresholds` give the best F1 where
    `training` says that it was calibrated, for reports only; `shown` is the least probability at
    which an emotion is named to an agent (90 % precision there); emotions without one never are.
    `charge_labels` name the outputs for at least level 1, 2, 3 and 4, which `scale` reads; both are
    empty for a model that reads emotions only. `fall_label` names the output that says by how many
    levels the charge falls without a sentence, if there is one. Below a charge of `reach` lie at
    most 5 % of the messages of level 3 and 4 (conformal, on the corpus' calibration part), for
    reports. `flags` name the outputs for risks and the probability from which each is raised.
    `rude` tells how rude a reply of ours reads, where that was fitted. `shares` name the outputs to
    which runs of tokens add what they say, in the order of `ngrams.npz`, and with which weight.
    """

    version: str
    licence: str
    max_tokens: int
    files: Mapping[str, str]
    labels: tuple[str, ...]
    members: Mapping[Emotion, tuple[str, ...]]
    in_questions: Mapping[Emotion, tuple[str, ...]]
    calibration: Mapping[Emotion, Platt]
    thresholds: Mapping[str, float]
    emotion_thresholds: Mapping[Emotion, float]
    shown: Mapping[Emotion, float]
    charge_labels: tuple[str, ...]
    scale: Scale | None
    fall_label: str | None
    reach: float
    flags: Mapping[Flag, FlagOutput]
    rude: Rudeness | None
    shares: Mapping[str, float]
    training: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the folder's manifest, every file verified. Raises ModelUnavailable."""
        path = folder / MANIFEST
        manifest = cls._read(path)
        manifest._check_labels(path)
        for name, sha256 in manifest.files.items():
            _verify(folder / name, sha256)
        return manifest

    @classmethod
    def _read(cls, path: Path) -> Self:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                version=str(content["version"]),
                licence=str(content["licence"]),
                max_tokens=int(content["max_tokens"]),
                files={name: content["files"][name] for name in _files(content)},
                labels=tuple(content["labels"]),
                members=_by_emotion(content["members"], tuple),
                in_questions=_by_emotion(content["in_questions"], tuple),
                calibration=_by_emotion(content["calibration"], lambda it: Platt(**it)),
                thresholds={label: float(it) for label, it in content["thresholds"].items()},
                emotion_thresholds=_by_emotion(content["emotion_thresholds"], float),
                shown=_by_emotion(content["shown"], float),
                charge_labels=tuple(content.get("charge", {}).get("labels", ())),
                scale=_scale(content["charge"]) if "charge" in content else None,
                fall_label=content.get("charge", {}).get("fall"),
                reach=float(content.get("charge", {}).get("reach", 0.0)),
                flags={
                    Flag(name): FlagOutput(str(it["label"]), float(it["threshold"]))
                    for name, it in content.get("flags", {}).items()
                },
                rude=_rudeness(content["rude"]) if "rude" in content else None,
                shares={name: float(it) for name, it in content.get("ngrams", {}).items()},
                training=content["training"],
            )
        except FileNotFoundError:
            raise ModelUnavailable(f"{path} is missing; a weights folder has one") from None
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise ModelUnavailable(f"{path} is not a model's manifest: {error!r}") from error

    def membership(self, *, is_question: bool) -> Floats:
        """Return 1 where an output of the network means an emotion, (n_labels, n_emotions)."""
        extra = self.in_questions if is_question else {}
        return membership_of(self.labels, self.members, extra)

    def _check_labels(self, path: Path) -> None:
        used = {
            label
            for mapping in (self.members, self.in_questions)
            for it in mapping.values()
            for label in it
        }
        used |= {*self.thresholds, *self.charge_labels, *(it.label for it in self.flags.values())}
        used |= {*self.shares}
        if self.fall_label is not None:
            used.add(self.fall_label)
        unknown = sorted(used - set(self.labels))
        if unknown:
            raise ModelUnavailable(
                f"{path} maps the unknown label {unknown[0]!r}; known: {', '.join(self.labels)}"
            )
        uncalibrated = sorted(set(self.members) ^ set(self.calibration))
        if uncalibrated:
            raise ModelUnavailable(
                f"{path} has members without calibration, or the reverse, for {uncalibrated[0]!r}"
            )
        self._check_rudeness(path)

    def _check_rudeness(self, path: Path) -> None:
        weights = {"whole": self.rude.whole, "most": self.rude.most} if self.rude else {}
        for name, each in weights.items():
            if len(each) != len(self.labels):
                raise ModelUnavailable(
                    f"{path} has {len(each)} weights in rude.{name}; expected {len(self.labels)}, "
                    "one for each label"
                )


def membership_of(
    labels: Sequence[str],
    members: Mapping[Emotion, Sequence[str]],
    extra: Mapping[Emotion, Sequence[str]],
) -> Floats:
    """Return 1 where a label means an emotion, emotions in the order of `members`."""
    means = np.zeros((len(labels), len(members)))
    for column, emotion in enumerate(members):
        for label in (*members[emotion], *extra.get(emotion, ())):
            means[labels.index(label), column] = 1.0
    return means


def _scale(content: Mapping[str, Any]) -> Scale:
    scale = Scale(
        platts=tuple(Platt(**it) for it in content["calibration"]),
        expected=tuple(map(float, content["expected"])),
        charge=tuple(map(float, content["charge"])),
    )
    if not len(content["labels"]) == len(scale.platts) == LEVELS:
        raise ValueError(f"charge needs {LEVELS} labels with a calibration each")
    if len(scale.expected) != len(scale.charge) or sorted(scale.expected) != [*scale.expected]:
        raise ValueError("charge needs as many knots of charge as of expected levels, ascending")
    return scale


def _files(content: Mapping[str, Any]) -> tuple[str, ...]:
    return (MODEL, TOKENIZER, NGRAMS) if content.get("ngrams") else (MODEL, TOKENIZER)


def _rudeness(content: Mapping[str, Any]) -> Rudeness:
    return Rudeness(
        whole=tuple(map(float, content["whole"])),
        most=tuple(map(float, content["most"])),
        offset=float(content["offset"]),
        threshold=float(content["threshold"]),
    )


def sha256_of(path: Path) -> str:
    """Return the file's checksum in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelUnavailable(f"{path} is missing; the manifest expects it with sha256 {expected}")
    found = sha256_of(path)
    if found != expected:
        raise ModelUnavailable(
            f"{path} is damaged or of another version: sha256 is {found}, expected {expected}"
        )


def _by_emotion(content: Mapping[str, Any], read: Any) -> dict[Emotion, Any]:
    return {Emotion(name): read(value) for name, value in content.items()}
