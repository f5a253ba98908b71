"""From a checkpoint to what is served: an int8 ONNX file and a tokenizer without padding.

    python -m models.training.export --checkpoint runs/seed-1/checkpoint.pt --out models/weights

With `--fp32 FILE` the network before quantisation is kept too, for comparisons. `calibrate` is
the next step: without its manifest the folder is not a model yet.
"""
# mypy: disable-error-code="import-not-found"
# torch and onnx are an extra: the default install and its type check go without

import tempfile
from pathlib import Path
from typing import Annotated

import onnx
import torch
import typer
from onnxruntime.quantization import (  # type: ignore[import-untyped]  # has no type information
    QuantType,
    quantize_dynamic,
)

from models.manifest import MODEL, TOKENIZER
from models.session import INPUTS
from models.training.base import base_folder, base_tokenizer
from models.training.network import EmotionNetwork, whole_text

QUANTISED = ["MatMul", "Gather"]  # Gather: the word embeddings are half of the weights
#: The head stays fp32, or a text's scores would depend on how many sentences are read with it.
HEAD_LAYERS = 2


def network_of(checkpoint: Path) -> EmotionNetwork:
    """Return the trained network, ready to infer."""
    weights = torch.load(checkpoint, weights_only=True)["network"]
    n_labels = next(reversed(weights.values())).shape[0]
    network = EmotionNetwork(base_folder(), n_labels, pretrained=False)
    network.load_state_dict(weights)
    network.eval()
    return network


def export(network: EmotionNetwork, path: Path) -> None:
    """Write the network as fp32 ONNX, the number of texts, segments and tokens left open."""
    network.encoder.set_attn_implementation("eager")  # the fused one decomposes into more steps
    ids = torch.arange(1000, 1012).reshape(2, 6)  # any words: two texts of six tokens
    mask = torch.ones_like(ids)
    pooling = whole_text(mask).repeat(1, 3, 1)
    texts, segments, tokens = (torch.export.Dim(it) for it in ("texts", "segments", "tokens"))
    program = torch.onnx.export(
        network,
        (ids, mask, pooling),
        input_names=list(INPUTS),
        output_names=["logits"],
        dynamic_shapes=(
            {0: texts, 1: tokens},
            {0: texts, 1: tokens},
            {0: texts, 1: segments, 2: tokens},
        ),
        dynamo=True,
    )
    program.save(str(path), external_data=False)


def quantise(source: Path, target: Path) -> None:
    """Write `source` with int8 weights, a scale a column; activations are scaled at run time."""
    plain = onnx.load(source)
    del plain.graph.value_info[:]  # shapes of the fp32 graph, wrong after the rewrite
    onnx.save(plain, target)
    head = [node.name for node in plain.graph.node if node.op_type == "MatMul"][-HEAD_LAYERS:]
    quantize_dynamic(
        target,
        target,
        op_types_to_quantize=QUANTISED,
        nodes_to_exclude=head,
        per_channel=True,
        weight_type=QuantType.QInt8,
    )


def main(
    checkpoint: Annotated[Path, typer.Option(help="what fit left")],
    out: Annotated[Path, typer.Option(help="the weights folder")],
    fp32: Annotated[Path | None, typer.Option(help="keep the fp32 network here")] = None,
) -> None:
    """Export, quantise, and put the tokenizer beside."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = fp32 or Path(folder) / "fp32.onnx"
        export(network_of(checkpoint), plain)
        quantise(plain, out / MODEL)
    tokenizer = base_tokenizer()
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(out / TOKENIZER))
    print(f"{out / MODEL}: {(out / MODEL).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
