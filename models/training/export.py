"""From a checkpoint to what ships: int8 ONNX to serve, fp16 for torch, a tokenizer.

    python -m models.training.export --run runs/tuned-1 --out models/weights

Several `--run` are averaged weight by weight: runs of `tune` from one first stage lie close enough.
With `--fp32 FILE` the network before quantisation is kept too, for comparisons. `calibrate` is
the next step: without its manifest the folder is not a model yet.
"""
# mypy: disable-error-code="import-not-found"
# torch and onnx are an extra: the default install and its type check go without

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor

from models.manifest import MODEL, TOKENIZER
from models.training.base import our_tokenizer
from models.training.checkpoint import network_in, save_half
from models.training.served import Served


def averaged(runs: Sequence[Path]) -> dict[str, Tensor]:
    """Return the mean of what the runs learned, by name."""
    weights = [network_in(it) for it in runs]
    return {name: torch.stack([it[name] for it in weights]).mean(dim=0) for name in weights[0]}


def main(
    run: Annotated[
        list[Path], typer.Option(help="a folder that fit or tune left; several average")
    ],
    out: Annotated[Path, typer.Option(help="the weights folder")],
    fp32: Annotated[Path | None, typer.Option(help="keep the fp32 network here")] = None,
) -> None:
    """Export, quantise, and put the tokenizer beside."""
    out.mkdir(parents=True, exist_ok=True)
    weights = averaged(run)
    Served(weights, int8=True).write(out / MODEL)
    save_half(weights, out)
    if fp32:
        Served(weights, int8=False).write(fp32)
    our_tokenizer().save(str(out / TOKENIZER))
    print(f"{out / MODEL}: {(out / MODEL).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
