"""A Hugging Face text-classification checkpoint behind the same door, by a mapping file.

The file is YAML and says what the checkpoint's labels mean here:

    version: my-emotions-1
    checkpoint: /models/my-emotions        # a folder, or a name on the hub
    max_tokens: 256                        # optional, as are the ones after emotions
    emotions:                              # the labels that mean each ticket emotion
      anger: [anger, annoyance]
      gratitude: [gratitude]
    calibration:                           # Platt's sigmoid, where you fitted one
      anger: {slope: 1.2, offset: -0.3}
    shown:                                 # the probability from which an agent sees the word
      anger: 0.8
    one_of_many: false                     # whether labels exclude each other; else its config says

Such a model reads emotions only, in English: charge comes from them and from the wording. Encoders
like BERT and RoBERTa, with one token at each end of a text. Needs the extra `torch`, and a GPU is
used where there is one: it is fastest with 64 calls at once, which `Gathered` makes one. Weights
are loaded from safetensors only.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tokenizers import Tokenizer

from models.calibration import Floats, Platt, logit
from models.gathered import AT_ONCE, Gathered
from models.manifest import Manifest, ModelUnavailable
from triage.domain.emotion import Emotion

SEVERAL_AT_ONCE = "multi_label_classification"  # transformers' word for sigmoids, else a softmax
#: Padding included, in one pass: what fills the device. Of a GPU a guess, as none was measured.
MOST_TOKENS = {"cuda": 65_536, "cpu": 2_048}
AS_IT_IS = Platt(slope=1.0, offset=0.0)
Share = Annotated[float, Field(ge=0, le=1)]


class Mapping(BaseModel):
    """What the file says."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    version: str
    checkpoint: str
    max_tokens: Annotated[int, Field(ge=8)] = 256
    emotions: Annotated[dict[Emotion, list[str]], Field(min_length=1)]
    calibration: dict[Emotion, Platt] = {}
    shown: dict[Emotion, Share] = {}
    one_of_many: bool | None = None


def read(path: Path) -> tuple[Manifest, TorchSession, Tokenizer]:
    """Return what a mapping file describes, ready to answer. Raises ModelUnavailable."""
    mapping = _mapping(path)
    session, tokenizer = _opened(path, mapping)
    _check(path, mapping, session.labels)
    manifest = Manifest(
        version=mapping.version,
        licence="that of the checkpoint",
        max_tokens=mapping.max_tokens,
        files={},
        labels=tuple(session.labels),
        members={it: tuple(labels) for it, labels in mapping.emotions.items()},
        in_questions={},
        calibration={it: mapping.calibration.get(it, AS_IT_IS) for it in mapping.emotions},
        thresholds={},
        emotion_thresholds={},
        shown=mapping.shown,
        charge_labels=(),
        scale=None,
        fall_label=None,
        reach=0.0,
        flags={},
        rude=None,
        shares={},
        training={"data": mapping.checkpoint},
    )
    return manifest, session, tokenizer


class TorchSession:
    """One checkpoint on torch; answers like `Session`, each segment read as a text of its own.

    On a GPU in bfloat16, where it has it: its exponents are those of float32.
    """

    def __init__(self, network: Any, labels: list[str], *, one_of_many: bool) -> None:
        """`network` is a transformers model for sequence classification, ready to infer."""
        import torch  # noqa: PLC0415  # an extra, and seconds

        self.labels = labels
        self._one_of_many = one_of_many
        self._torch = torch
        on_gpu = torch.cuda.is_available()
        half = on_gpu and torch.cuda.is_bf16_supported()
        self._device = "cuda" if on_gpu else "cpu"
        self._network = network.to(self._device, torch.bfloat16 if half else torch.float32)
        self._gathered = Gathered(self._pass, MOST_TOKENS[self._device])
        self.at_once = AT_ONCE if on_gpu else len(os.sched_getaffinity(0))

    def logits(self, input_ids: NDArray[np.int64], pooling: NDArray[np.float32]) -> Floats:
        """Return log-odds of every label for one text's segments, (n_segments, n_labels).

        `input_ids` is (n_tokens,), `pooling` (n_segments, n_tokens), above 0 where a token belongs
        to a segment; the first segment is the whole text.
        """
        first, last = input_ids[:1], input_ids[-1:]
        parts = [input_ids[row > 0] for row in pooling[1:]]
        logits = self._gathered([input_ids, *(np.concatenate([first, it, last]) for it in parts)])
        return _against_the_rest(logits) if self._one_of_many else logits

    def _pass(self, texts: Sequence[NDArray[np.int64]]) -> Floats:
        """Return the logits of texts, (n_texts, n_labels)."""
        torch = self._torch
        padding = self._network.config.pad_token_id or 0
        ids = np.full((len(texts), max(map(len, texts))), padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        with torch.inference_mode():
            given = {"input_ids": ids, "attention_mask": mask}
            found = self._network(
                **{name: torch.from_numpy(it).to(self._device) for name, it in given.items()}
            )
        return cast("Floats", found.logits.float().cpu().numpy().astype(np.float64))


def _against_the_rest(logits: Floats) -> Floats:
    """Return the log-odds of each label where exactly one holds, from a softmax's logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return logit(shifted / shifted.sum(axis=1, keepdims=True))


def _mapping(path: Path) -> Mapping:
    try:
        return Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelUnavailable(f"{path} is not a mapping file: {error}") from error
    except RecursionError:
        raise ModelUnavailable(f"{path} is not a mapping file: it is nested too deeply") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ModelUnavailable(f"{path} is not a mapping file: {where}: {first['msg']}") from None


def _opened(path: Path, mapping: Mapping) -> tuple[TorchSession, Tokenizer]:
    try:
        from transformers import (  # noqa: PLC0415  # an extra, and seconds
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )
    except ImportError:
        raise ModelUnavailable(
            f"{path} needs torch and transformers: pip install 'triage[torch]'"
        ) from None
    name = mapping.checkpoint
    try:
        network = AutoModelForSequenceClassification.from_pretrained(name, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(name).backend_tokenizer
    except Exception as error:  # the library raises a class for each way to fail
        raise ModelUnavailable(
            f"{path}: the checkpoint {name!r} cannot be loaded: {error}"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    labels = [str(label) for _, label in sorted(network.config.id2label.items())]
    one_of_many = mapping.one_of_many
    if one_of_many is None:
        one_of_many = network.config.problem_type != SEVERAL_AT_ONCE
    session = TorchSession(network.eval(), labels, one_of_many=one_of_many and len(labels) > 1)
    _check_reads(path, mapping, network.config, tokenizer)
    return session, tokenizer


def _check_reads(path: Path, mapping: Mapping, config: Any, tokenizer: Tokenizer) -> None:
    ends, word = tokenizer.encode("").ids, tokenizer.encode("word").ids
    if len(ends) != len(("first", "last")) or ends != [word[0], word[-1]]:
        raise ModelUnavailable(
            f"{path}: {mapping.checkpoint!r} does not begin and end a text with one token each, as "
            "BERT and RoBERTa do"
        )
    most = getattr(config, "max_position_embeddings", mapping.max_tokens)
    if mapping.max_tokens > most:
        raise ModelUnavailable(
            f"{path}: max_tokens is {mapping.max_tokens}; {mapping.checkpoint!r} reads {most}"
        )


def _check(path: Path, mapping: Mapping, labels: list[str]) -> None:
    for emotion, meant in mapping.emotions.items():
        strange = sorted(set(meant) - set(labels))
        if strange:
            raise ModelUnavailable(
                f"{path} maps the unknown label {strange[0]!r} to {emotion}; the checkpoint has: "
                f"{', '.join(labels)}"
            )
