"""What other shapes of the network would give: `.venv-training/bin/python -m benchmarks.trials`.

The same made-up tickets for each, one thread, interleaved rounds; medians of tickets a second and
of the ratio to what ships, within each round. Speed only, so the weights are random. What accuracy
each costs, where it was tried, stands in docs/training.md.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.classifier import tickets
from models.classifier import WEIGHTS
from models.manifest import TOKENIZER
from models.session import Session
from models.text import kept, own_words, sentences
from models.tokens import pooling_of, tokens_of
from models.training.base import base_folder
from models.training.network import EmotionNetwork
from models.training.served import FUSED, MOST, Served, rounded
from models.training.slim import KEPT, LAYER

LABELS = 57
MAX_TOKENS = 256
HALF = 15_000  # tokens; all shapes are given ids below, since only speed is asked
RANGE = 6.0  # of what flows between products, where it is not measured at run time
SHIPS = f"dynamic ranges, {KEPT} inner units (ships)"


class StaticRanges(Served):
    """Products whose inputs have a range known beforehand, not one measured for each text."""

    def _linear(self, inputs: str, names: Sequence[str]) -> str:
        weight, bias = self._matrix(names)
        scales = np.abs(weight).max(axis=0) / MOST
        scale = self._constant(np.array(RANGE / MOST, dtype=np.float32))
        middle = self._constant(np.array(128, dtype=np.uint8))
        found = self._add("QuantizeLinear", [inputs, scale, middle])
        zeros = self._constant(np.zeros(len(scales), np.int8))
        constants = (self._constant(rounded(weight / scales)), scale, self._constant(scales))
        inner = [found, *constants, middle, zeros, self._constant(bias)]
        return self._add("MatMulIntegerToFloat", inner, domain=FUSED)


def of_width(inner: int) -> Mapping[str, Any]:
    """Return a network of so many inner units a layer."""
    return EmotionNetwork(base_folder(), LABELS, pretrained=False, inner=inner).state_dict()


def of_layers(weights: Mapping[str, Any], count: int) -> Mapping[str, Any]:
    """Return the network's first layers only."""
    return {
        name: it
        for name, it in weights.items()
        if not name.startswith(LAYER) or int(name.removeprefix(LAYER).split(".")[0]) < count
    }


def of_words(weights: Mapping[str, Any], count: int) -> Mapping[str, Any]:
    """Return the network with a vocabulary of so many tokens."""
    name = "encoder.embeddings.word_embeddings.weight"
    return {**weights, name: weights[name][:count]}


def main(
    count: Annotated[int, typer.Option(help="tickets a round")] = 100,
    rounds: Annotated[int, typer.Option(help="of each shape")] = 7,
) -> None:
    """Measure each shape."""
    slim, whole = of_width(KEPT), of_width(1536)
    shapes = {
        SHIPS: Served(slim, int8=True),
        "static ranges": StaticRanges(slim, int8=True),
        "1,536 inner units": Served(whole, int8=True),
        "768 inner units": Served(of_width(768), int8=True),
        "five layers of six": Served(of_layers(slim, 5), int8=True),
        "half the vocabulary": Served(of_words(slim, HALF), int8=True),
        "fp32": Served(slim, int8=False),
    }
    inputs = _inputs(tickets(count))
    rates: dict[str, list[float]] = {name: [] for name in shapes}
    with tempfile.TemporaryDirectory() as folder:
        sessions = {}
        for number, (name, shape) in enumerate(shapes.items()):
            shape.write(path := Path(folder) / f"{number}.onnx")
            sessions[name] = Session(path, LABELS)
        for _ in range(rounds):
            for name, session in sessions.items():
                began = time.perf_counter()
                for ids, pooling in inputs:
                    session.logits(ids % HALF, pooling)
                rates[name].append(count / (time.perf_counter() - began))
    table = Table("shape", "tickets/s", "of what ships", box=None)
    for name, found in rates.items():
        ratio = statistics.median(a / b for a, b in zip(found, rates[SHIPS], strict=True))
        table.add_row(name, f"{statistics.median(found):.0f}", f"{ratio:.2f}")
    Console().print(table)


def _inputs(texts: Sequence[str]) -> list[Any]:
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(WEIGHTS / TOKENIZER))
    found = []
    for text in texts:
        own = own_words(text)
        tokens = tokens_of(tokenizer, text, kept(text, own), MAX_TOKENS)
        pooling, _ = pooling_of(tokens, sentences(text, own))
        found.append((tokens.input_ids, pooling))
    return found


if __name__ == "__main__":
    typer.run(main)
