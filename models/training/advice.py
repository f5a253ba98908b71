"""What the first stage says of texts, as targets beside their labels, or where there are none.

Its own labels are not forgotten so, while the second stage learns others.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.calibration import Floats, sigmoid
from models.training.base import base_folder
from models.training.checkpoint import network_in
from models.training.network import EmotionNetwork
from models.training.teacher import Example, batch_of

BATCH_SIZE = 48
TRUSTED = 0.5  # the labels, the rest is what was said
REMEMBERED = 0.3  # of weight on what the first stage says of texts that have no such labels


@torch.inference_mode()  # type: ignore[untyped-decorator]
def answers(network: EmotionNetwork, examples: Sequence[Example]) -> list[Floats]:
    """Return the logits of each example, (1 + n_sentences, n_outputs)."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda at: len(examples[at].tokens))
    found = [np.zeros((0, 0))] * len(examples)
    for start in range(0, len(order), BATCH_SIZE):
        some = order[start : start + BATCH_SIZE]
        batch = batch_of([examples[at] for at in some])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(batch.tokens, batch.mask, batch.pooling).float().numpy()
        for at, rows in zip(some, logits, strict=True):
            found[at] = rows[: len(examples[at].pooling)]
    return found


@dataclass(frozen=True, slots=True)
class FirstStage:
    """What `fit` left, and how many labels it knows: the first of all outputs."""

    network: EmotionNetwork
    n_labels: int

    def heard(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the first stage says of them."""
        said = answers(self.network, examples)
        return [
            self._heard(it, torch.from_numpy(sigmoid(logits[0])).float())
            for it, logits in zip(examples, said, strict=True)
        ]

    def _heard(self, example: Example, said: Tensor) -> Example:
        own = slice(0, self.n_labels)
        target, weight = example.target.clone(), example.weight.clone()
        if weight[0]:
            target[own] = TRUSTED * target[own] + (1 - TRUSTED) * said
        else:
            target[own], weight[own] = said, REMEMBERED
        return replace(example, target=target, weight=weight)


def first_stage(folder: Path, n_labels: int) -> FirstStage:
    """Return the first stage that `fit` left in `folder`."""
    network = EmotionNetwork(base_folder(), n_labels, pretrained=False)
    network.load_state_dict(network_in(folder))
    return FirstStage(network, n_labels)
