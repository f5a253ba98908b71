"""Fine-tune MiniLM-L6 on GoEmotions: one command, seeded, resumable, progress shown.

    python -m models.training.fit --goemotions FOLDER --out runs/seed-1

A run that was stopped continues from its last finished epoch. Calibration, export and
evaluation are separate commands that read the checkpoint this one leaves.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

import math
import random
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.progress import track
from torch import nn

from models.training.base import base_folder, our_tokenizer
from models.training.checkpoint import Checkpoint
from models.training.data import Split, batches, read_labels, read_split
from models.training.download import goemotions as fetch_goemotions
from models.training.network import EmotionNetwork, whole_text

EPOCHS = 4
BATCH_SIZE = 64
LEARNING_RATE = 1e-4
WARM_UP = 0.06  # share of the steps; then linear to 0
WEIGHT_DECAY = 0.01
CLIP_NORM = 1.0


def rate_at(step: int, steps: int) -> float:
    """Return the factor on the learning rate: linear warm-up, then linear to 0."""
    warm = max(1, int(steps * WARM_UP))
    return step / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def fit(
    network: EmotionNetwork, train: Split, out: Path, *, seed: int, epochs: int, bf16: bool
) -> None:
    """Train `network` in place, leaving a checkpoint in `out` after each epoch."""
    steps = epochs * math.ceil(len(train) / BATCH_SIZE)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
    checkpoint = Checkpoint(out, network=network, optimizer=optimizer, schedule=schedule)
    for epoch in range(checkpoint.resume(), epochs):
        loss = _one_epoch(network, train, optimizer, schedule, seed=seed + epoch, bf16=bf16)
        checkpoint.save(epoch + 1)
        print(f"epoch {epoch + 1}/{epochs}: loss {loss:.4f}", flush=True)


def _one_epoch(
    network: EmotionNetwork,
    train: Split,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    *,
    seed: int,
    bf16: bool,
) -> float:
    torch.manual_seed(seed)
    network.train()
    shuffle = random.Random(seed)  # noqa: S311  # repeatable, not secret
    todo = list(batches(train, BATCH_SIZE, shuffle))
    loss_of = nn.BCEWithLogitsLoss()
    total = 0.0
    for batch in track(todo, description="training"):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits = network(
                batch.input_ids, batch.attention_mask, whole_text(batch.attention_mask)
            )
        loss = loss_of(logits.squeeze(1).float(), batch.labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
        optimizer.step()
        schedule.step()
        total += loss.item()
    return total / len(todo)


def main(
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv, dev.tsv, labels.txt")],
    out: Annotated[Path, typer.Option(help="folder for the checkpoint")],
    seed: int = 1,
    epochs: int = EPOCHS,
    download: Annotated[bool, typer.Option(help="fetch GoEmotions into the folder")] = False,  # noqa: FBT002  # an option by name
    bf16: Annotated[bool, typer.Option(help="faster where the CPU computes in bfloat16")] = True,  # noqa: FBT002  # an option by name
) -> None:
    """Fine-tune the base model; continue where an earlier run stopped."""
    if download:
        fetch_goemotions(goemotions)
    torch.manual_seed(seed)
    labels = read_labels(goemotions)
    train = read_split(goemotions, "train", len(labels), our_tokenizer())
    fit(EmotionNetwork(base_folder(), len(labels)), train, out, seed=seed, epochs=epochs, bf16=bf16)


if __name__ == "__main__":
    typer.run(main)
