"""What earlier networks say of texts, as targets beside the labels, or where there are none.

The first stage advises on its own labels, so that they are not forgotten; runs of the second stage
advise their student on the guideline, also on texts that nobody labelled.
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
from models.training import targets
from models.training.base import base_folder
from models.training.checkpoint import network_in
from models.training.network import EmotionNetwork
from models.training.teacher import GUIDELINE_WEIGHTS, Example, batch_of

BATCH_SIZE = 48
TRUSTED = 0.5  # the labels, the rest is what was said
REMEMBERED = 0.3  # of weight on what the first stage says of texts that have no such labels
ADVISED = 0.4  # likewise, of the guideline's weights, on what its runs say


def network_of(folder: Path, n_outputs: int) -> EmotionNetwork:
    """Return the network that a run left in `folder`."""
    network = EmotionNetwork(base_folder(), n_outputs, pretrained=False)
    network.load_state_dict(network_in(folder))
    return network


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
class Advisers:
    """Networks that say something of the outputs `columns`, as one voice.

    `weights` is (n_columns,): how much their word counts where a text has no labels.
    """

    networks: tuple[EmotionNetwork, ...]
    columns: slice
    weights: Tensor

    def heard(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the networks say of them."""
        if not self.networks:
            return list(examples)
        each = [answers(it, examples) for it in self.networks]
        return [
            self._heard(it, [sigmoid(rows[0]) for rows in said])
            for it, *said in zip(examples, *each, strict=True)
        ]

    def _heard(self, example: Example, said: Sequence[Floats]) -> Example:
        mean = torch.from_numpy(np.mean(said, axis=0)).float()[self.columns]
        target, weight = example.target.clone(), example.weight.clone()
        if weight[self.columns].any():
            target[self.columns] = TRUSTED * target[self.columns] + (1 - TRUSTED) * mean
        else:
            target[self.columns], weight[self.columns] = mean, self.weights
        return replace(example, target=target, weight=weight)


def first_stage(folder: Path, n_labels: int) -> Advisers:
    """Return the first stage as adviser on its own `n_labels` labels."""
    columns, weights = slice(0, n_labels), torch.full((n_labels,), REMEMBERED)
    return Advisers((network_of(folder, n_labels),), columns, weights)


def second_stage(folders: Sequence[Path], outputs: Sequence[str]) -> Advisers:
    """Return runs of the second stage as advisers on the guideline; without any it is silent."""
    start = outputs.index(targets.GUIDELINE_OUTPUTS[0])
    return Advisers(
        tuple(network_of(it, len(outputs)) for it in folders),
        slice(start, start + len(targets.GUIDELINE_OUTPUTS)),
        ADVISED * torch.from_numpy(GUIDELINE_WEIGHTS),
    )
