"""Take from each layer the inner units that matter least, and have the others say what is lost.

Two thirds of the work of a layer are its inner units. Those that are least active, weighed by what
they write, go; what the rest writes is fitted by least squares to what all of them wrote, on texts
of the training part, layer after layer, each on what the slimmer ones before it say.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from rich.progress import track
from torch import Tensor

from models.text import kept, own_words
from models.tokens import tokens_of
from models.training import readers
from models.training.base import base_folder, our_tokenizer
from models.training.network import EmotionNetwork
from models.training.readers import Part
from models.training.teacher import MAX_TOKENS

KEPT = 1024  # of 1,536: on the calibration part as good as all of them (docs/training.md)
TEXTS = 1_200
TOKENS = 30_000  # of these, to fit on
RIDGE = 1e-3  # of the mean square of a unit
LAYER = "encoder.encoder.layer."


@torch.no_grad()  # type: ignore[untyped-decorator]
def slimmed(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights with KEPT inner units a layer."""
    torch.manual_seed(0)
    network = EmotionNetwork(base_folder(), len(weights["head.4.bias"]), pretrained=False)
    network.load_state_dict(weights)
    network.eval()
    found = dict(weights)
    hidden = [network.encoder.embeddings(input_ids=it) for it in _texts()]
    layers = network.encoder.encoder.layer
    for at, layer in enumerate(track(layers, description="slimming")):
        seen = [layer.attention(it)[0] for it in hidden]
        units, written = _fitted(layer, torch.cat([it[0] for it in seen]))
        inner, outer = f"{LAYER}{at}.intermediate.dense.", f"{LAYER}{at}.output.dense."
        found[f"{inner}weight"] = weights[f"{inner}weight"][units]
        found[f"{inner}bias"] = weights[f"{inner}bias"][units]
        found[f"{outer}weight"] = written
        bias = weights[f"{outer}bias"]
        hidden = [
            layer.output.LayerNorm(layer.intermediate(it)[..., units] @ written.T + bias + it)
            for it in seen
        ]
    return found


def _fitted(layer: torch.nn.Module, seen: Tensor) -> tuple[Tensor, Tensor]:
    """Return the units that stay, and what they write; `seen` is (n_tokens, width)."""
    active = layer.intermediate(seen[torch.randperm(len(seen))[:TOKENS]])
    writes = layer.output.dense.weight
    matters = (active**2).mean(dim=0) * (writes**2).sum(dim=0)
    units = torch.topk(matters, KEPT).indices.sort().values
    left, wanted = active[:, units].double(), (active @ writes.T).double()
    square = left.T @ left
    square += torch.eye(KEPT).double() * square.diagonal().mean() * RIDGE
    return units, torch.linalg.solve(square, left.T @ wanted).T.float().contiguous()


def _texts() -> Sequence[Tensor]:
    tokenizer = our_tokenizer()
    found = []
    train = [it.message.text for it in readers.read_corpus() if it.part is Part.TRAIN]
    for text in train[:: max(1, len(train) // TEXTS)]:  # of every brief
        own = own_words(text)
        tokens = tokens_of(tokenizer, text, kept(text, own), MAX_TOKENS)
        found.append(torch.from_numpy(tokens.input_ids)[None])
    return found
