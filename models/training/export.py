"""From a checkpoint to what ships: slimmed, int8 ONNX to serve, fp16 for torch, a tokenizer.

    python -m models.training.export --run runs/tuned-1 --ngrams runs/ngrams.npz \
        --out models/weights

With `--fp32 FILE` the network before quantisation is kept too, for comparisons. `calibrate` is
the next step: without its manifest the folder is not a model yet.
"""
# mypy: disable-error-code="import-not-found"
# torch and onnx are an extra: the default install and its type check go without

import shutil
from pathlib import Path
from typing import Annotated

import typer

from models.manifest import MODEL, NGRAMS, TOKENIZER
from models.training.base import our_tokenizer
from models.training.checkpoint import network_in, save_half
from models.training.served import Served
from models.training.slim import slimmed


def main(
    run: Annotated[Path, typer.Option(help="a folder that fit or tune left")],
    out: Annotated[Path, typer.Option(help="the weights folder")],
    ngrams: Annotated[Path, typer.Option(help="what runs_of_tokens wrote")],
    fp32: Annotated[Path | None, typer.Option(help="keep the fp32 network here")] = None,
) -> None:
    """Export, quantise, and put the tokenizer beside."""
    out.mkdir(parents=True, exist_ok=True)
    weights = slimmed(network_in(run))
    Served(weights, int8=True).write(out / MODEL)
    save_half(weights, out)
    if fp32:
        Served(weights, int8=False).write(fp32)
    our_tokenizer().save(str(out / TOKENIZER))
    shutil.copyfile(ngrams, out / NGRAMS)
    print(f"{out / MODEL}: {(out / MODEL).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
