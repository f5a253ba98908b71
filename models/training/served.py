"""The served network, operator by operator: what one text needs and nothing else.

Made by hand from the trained weights because the parts that exporters and optimisers put together
are slower: queries, keys and values are one matrix product, attention is one operator, and the
skip connection is added by itself (ONNX Runtime's fused one took five times as long on this
network). Matrix products and word embeddings are int8, a scale a column and a row; what flows
between them is scaled at run time, for each text by itself. There is no mask: one text a call.
"""
# mypy: disable-error-code="import-not-found"
# torch and onnx are an extra: the default install and its type check go without

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from models.session import INPUTS

OPSET, FUSED = 20, "com.microsoft"  # the second: operators of ONNX Runtime
IR_VERSION = 10
MOST = 127  # of int8, the same on both sides
EPSILON = 1e-12  # of BERT's layer normalisation
HEADS = 12
EMBEDDINGS, LAYER = "encoder.embeddings.", "encoder.encoder.layer."

Values = NDArray[np.float32]


class Served:
    """A graph under construction; every method adds operators and returns the result's name."""

    def __init__(self, weights: Mapping[str, Tensor], *, int8: bool) -> None:
        self._weights, self._int8 = weights, int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def write(self, path: Path) -> None:
        """Write the whole network to `path`."""
        logits = self._head(self._pooled(self._encoded()))
        labels = len(self._of("head.4.bias"))
        self._nodes[-1].output[0] = logits = "logits"
        shapes = {
            INPUTS[0]: (TensorProto.INT64, ("texts", "tokens")),
            INPUTS[1]: (TensorProto.FLOAT, ("texts", "segments", "tokens")),
        }
        graph = helper.make_graph(
            self._nodes,
            "triage",
            [helper.make_tensor_value_info(name, *it) for name, it in shapes.items()],
            [
                helper.make_tensor_value_info(
                    logits, TensorProto.FLOAT, ("texts", "segments", labels)
                )
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        onnx.save(model, path)

    def _encoded(self) -> str:
        tokens = self._embedded()
        for at in range(len({it.split(".")[3] for it in self._weights if it.startswith(LAYER)})):
            tokens = self._layer(tokens, f"{LAYER}{at}.")
        return tokens

    def _embedded(self) -> str:
        words = self._of(f"{EMBEDDINGS}word_embeddings.weight")
        if self._int8:
            scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), EPSILON) / MOST
            rows = self._add("Gather", [self._constant(rounded(words / scales)), INPUTS[0]])
            floats = self._add("Cast", [rows], to=TensorProto.FLOAT)
            scale = self._add("Gather", [self._constant(scales), INPUTS[0]])
            found = self._add("Mul", [floats, scale])
        else:
            found = self._add("Gather", [self._constant(words), INPUTS[0]])
        places = self._of(f"{EMBEDDINGS}position_embeddings.weight")
        places = places + self._of(f"{EMBEDDINGS}token_type_embeddings.weight")[0]
        count = self._add("Shape", [INPUTS[0]], start=1, end=2)
        start = self._constant(np.zeros(1, dtype=np.int64))
        placed = self._add("Slice", [self._constant(places), start, count])
        return self._normed(self._add("Add", [found, placed]), f"{EMBEDDINGS}LayerNorm")

    def _layer(self, tokens: str, name: str) -> str:
        own = [f"{name}attention.self.{it}" for it in ("query", "key", "value")]
        three = self._add("Split", [self._linear(tokens, own)], 3, axis=-1, num_outputs=3)
        seen = self._add("MultiHeadAttention", three.split(), domain=FUSED, num_heads=HEADS)
        mixed = self._linear(seen, [f"{name}attention.output.dense"])
        tokens = self._normed(
            self._add("Add", [mixed, tokens]), f"{name}attention.output.LayerNorm"
        )
        wide = self._add("Gelu", [self._linear(tokens, [f"{name}intermediate.dense"])])
        narrow = self._linear(wide, [f"{name}output.dense"])
        return self._normed(self._add("Add", [narrow, tokens]), f"{name}output.LayerNorm")

    def _pooled(self, tokens: str) -> str:
        return self._add("MatMul", [INPUTS[1], tokens])

    def _head(self, pooled: str) -> str:
        # fp32, or a text's scores would depend on how many sentences are read with it
        return self._exact(self._add("Gelu", [self._exact(pooled, ["head.1"])]), ["head.4"])

    def _linear(self, inputs: str, names: Sequence[str]) -> str:
        if not self._int8:
            return self._exact(inputs, names)
        weight, bias = self._matrix(names)
        scales = np.abs(weight).max(axis=0) / MOST
        constants = (rounded(weight / scales), scales, np.zeros(len(scales), np.int8), bias)
        return self._add(
            "DynamicQuantizeMatMul", [inputs, *map(self._constant, constants)], domain=FUSED
        )

    def _exact(self, inputs: str, names: Sequence[str]) -> str:
        weight, bias = map(self._constant, self._matrix(names))
        return self._add("Add", [self._add("MatMul", [inputs, weight]), bias])

    def _matrix(self, names: Sequence[str]) -> tuple[Values, Values]:
        """Return weight and bias of linear layers side by side, (n_inputs, n_outputs)."""
        weight = np.concatenate([self._of(f"{it}.weight") for it in names]).T
        return weight, np.concatenate([self._of(f"{it}.bias") for it in names])

    def _normed(self, values: str, name: str) -> str:
        scale, bias = (self._constant(self._of(f"{name}.{it}")) for it in ("weight", "bias"))
        return self._add("LayerNormalization", [values, scale, bias], axis=-1, epsilon=EPSILON)

    def _of(self, name: str) -> Values:
        return np.asarray(self._weights[name].float().numpy(), dtype=np.float32)

    def _constant(self, values: NDArray[np.generic]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(
        self, kind: str, inputs: Sequence[str], outputs: int = 1, *, domain: str = "", **more: float
    ) -> str:
        """Add an operator; return the names of its outputs, separated by spaces."""
        names = [f"{kind.lower()}_{len(self._nodes)}_{it}" for it in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **more))
        return " ".join(names)


def rounded(values: Values) -> NDArray[np.int8]:
    return np.clip(np.round(values), -MOST, MOST).astype(np.int8)
