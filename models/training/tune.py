"""Second stage: teach the network our guideline, without it forgetting what GoEmotions taught.

    python -m models.training.tune --from runs/base-1 --goemotions FOLDER --out runs/tuned-1

Learns from the corpus, from GoEmotions comments labelled by the guideline, and again from a part of
GoEmotions itself. A run that was stopped continues from its last finished epoch. Choices are made
on the calibration part: its figures are printed each epoch. `export` takes the average of weights.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

import copy
import csv
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.manifest import LEVELS
from models.text import own_words
from models.training import readers, targets
from models.training.base import base_folder, base_tokenizer
from models.training.corpus import Labels
from models.training.data import read_labels
from models.training.fit import CLIP_NORM, WEIGHT_DECAY, rate_at
from models.training.measures import agreement
from models.training.network import EmotionNetwork, whole_text
from models.training.readers import Part

MAX_TOKENS = 256
BATCH_SIZE = 48
POOL_OF_BATCHES = 20
AVERAGED_EVERY = 4  # steps
EMA = 0.98  # what of the average is kept each time
CHARGE_WEIGHT = 2.0  # of the charge's outputs beside the others'
FLAG_WEIGHT = 3.0  # of the flags': they are rare
COMMENT_WEIGHT = 0.7  # of a comment labelled by one reader


@dataclass(frozen=True, slots=True)
class Example:
    """One text: token ids, a target for each output, and the weight of each, 0 where unknown."""

    tokens: list[int]
    target: Tensor
    weight: Tensor


class Teacher:
    """Makes examples of the three kinds of data."""

    def __init__(self, tokenizer: Tokenizer, goemotions: Path) -> None:
        self.names = read_labels(goemotions)
        self.outputs = targets.outputs(self.names)
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        with (goemotions / "train.tsv").open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            self._comments = {row[2]: (row[0], row[1]) for row in rows}

    def messages(self, read: Sequence[readers.Read]) -> list[Example]:
        """Return the corpus' messages, known to all outputs but GoEmotions'."""
        return [
            self._example(_own(it.message.text), guideline=targets.of_readers(it.readers))
            for it in read
        ]

    def comments(self, labelled: dict[str, Labels]) -> list[Example]:
        """Return the comments labelled by the guideline, known to every output."""
        return [
            self._example(
                self._comments[name][0],
                reddit=self._comments[name][1],
                guideline=targets.of_labels(labels),
                trust=COMMENT_WEIGHT,
            )
            for name, labels in labelled.items()
        ]

    def replay(self, count: int, chance: random.Random) -> list[Example]:
        """Return some of GoEmotions, known to its own labels only."""
        some = chance.sample(sorted(self._comments), count)
        return [
            self._example(self._comments[name][0], reddit=self._comments[name][1]) for name in some
        ]

    def _example(
        self,
        text: str,
        *,
        reddit: str | None = None,
        guideline: np.ndarray | None = None,
        trust: float = 1.0,
    ) -> Example:
        labels = len(self.names)
        target, weight = torch.zeros(len(self.outputs)), torch.zeros(len(self.outputs))
        if reddit is not None:
            target[[int(it) for it in reddit.split(",")]] = 1.0
            weight[:labels] = 1.0
        if guideline is not None:
            target[labels:] = torch.tensor(guideline, dtype=torch.float)
            weight[labels:] = trust
            first = labels + len(targets.EMOTION_OUTPUTS)
            weight[first : first + LEVELS] *= CHARGE_WEIGHT
            weight[-len(targets.FLAG_OUTPUTS) :] *= FLAG_WEIGHT
        return Example(self._tokenizer.encode(text).ids, target, weight)


def _own(text: str) -> str:
    return own_words(text).of(text)  # as in service


def batches(
    examples: Sequence[Example], chance: random.Random
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Yield ids, mask, targets and weights of texts of like length, in random order."""
    order = list(examples)
    chance.shuffle(order)
    pool = BATCH_SIZE * POOL_OF_BATCHES
    groups = []
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lambda it: len(it.tokens))
        groups += [near[at : at + BATCH_SIZE] for at in range(0, len(near), BATCH_SIZE)]
    chance.shuffle(groups)
    for group in groups:
        ids, mask = padded([it.tokens for it in group])
        yield (
            ids,
            mask,
            torch.stack([it.target for it in group]),
            torch.stack([it.weight for it in group]),
        )


def padded(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask, (n_texts, n_tokens)."""
    longest = max(map(len, tokens))
    ids = torch.zeros(len(tokens), longest, dtype=torch.long)
    mask = torch.zeros(len(tokens), longest, dtype=torch.long)
    for at, row in enumerate(tokens):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return ids, mask


def widened(base: Path, n_outputs: int) -> EmotionNetwork:
    """Return the first stage's network with outputs for the guideline beside its own."""
    weights = torch.load(base / "checkpoint.pt", weights_only=True)["network"]
    network = EmotionNetwork(base_folder(), n_outputs, pretrained=False)
    old_weight, old_bias = weights.pop("head.4.weight"), weights.pop("head.4.bias")
    network.load_state_dict(weights, strict=False)
    with torch.no_grad():
        network.head[4].weight[: len(old_weight)] = old_weight
        network.head[4].bias[: len(old_bias)] = old_bias
        network.head[4].bias[len(old_bias) :] = -2.0  # most of what is new is rare
    return network


@torch.no_grad()  # type: ignore[untyped-decorator]
def _average(average: EmotionNetwork, network: EmotionNetwork) -> None:
    for kept, now in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(now, 1 - EMA)


@torch.inference_mode()  # type: ignore[untyped-decorator]
def predictions(network: EmotionNetwork, examples: Sequence[Example]) -> np.ndarray:
    """Return the logits of each example, (n_texts, n_outputs)."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda at: len(examples[at].tokens))
    found = [np.zeros(0)] * len(examples)
    for start in range(0, len(order), BATCH_SIZE):
        group = order[start : start + BATCH_SIZE]
        ids, mask = padded([examples[at].tokens for at in group])
        logits = network(ids, mask, whole_text(mask)).squeeze(1)
        for at, row in zip(group, logits.float().numpy(), strict=True):
            found[at] = row
    return np.stack(found)


def charge_of(logits: np.ndarray, first: int) -> np.ndarray:
    """Return the expected level 0–4 of each text."""
    at_least = 1 / (1 + np.exp(-logits[:, first : first + LEVELS]))
    return np.asarray(at_least.sum(axis=1))


def main(
    base: Annotated[Path, typer.Option("--from", help="what fit left")],
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv and labels.txt")],
    out: Annotated[Path, typer.Option(help="folder for the checkpoint")],
    seed: int = 1,
    epochs: int = 6,
    rate: float = 1.5e-4,
    replayed: Annotated[int, typer.Option(help="GoEmotions comments an epoch")] = 4_000,
    comments: Annotated[bool, typer.Option(help="learn from labelled comments")] = True,  # noqa: FBT002
) -> None:
    """Teach the guideline."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(base_tokenizer(), goemotions)
    corpus = readers.read_corpus()
    taught = teacher.messages([it for it in corpus if it.part is Part.TRAIN])
    if comments:
        taught += teacher.comments(readers.read_labels(readers.CORPUS / "goemotions.tsv"))
    judged = [it for it in corpus if it.part is Part.CALIBRATION]
    held = teacher.messages(judged)
    truth = np.array([it.settled.charge for it in judged])
    first = len(teacher.names) + len(targets.EMOTION_OUTPUTS)

    network = widened(base, len(teacher.outputs))
    network.encoder.embeddings.requires_grad_(requires_grad=False)  # half of the weights
    average = copy.deepcopy(network)
    steps = epochs * math.ceil((len(taught) + replayed) / BATCH_SIZE)
    learning = [it for it in network.parameters() if it.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=rate, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
    checkpoint, done = out / "checkpoint.pt", 0
    parts = {
        "trained": network,
        "network": average,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        done = saved.pop("epoch")
        for name, state in saved.items():
            parts[name].load_state_dict(state)
    for epoch in range(done, epochs):
        chance = random.Random(seed + epoch)  # noqa: S311  # repeatable, not secret
        torch.manual_seed(seed + epoch)
        network.train()
        total = count = 0
        for ids, mask, target, weight in batches(taught + teacher.replay(replayed, chance), chance):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = network(ids, mask, whole_text(mask)).squeeze(1)
            loss = nn.functional.binary_cross_entropy_with_logits(
                logits.float(), target, weight, reduction="sum"
            ) / weight.sum().clamp(min=1)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learning, CLIP_NORM)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
            if count % AVERAGED_EVERY == 0:
                _average(average, network)
        charge = charge_of(predictions(average, held), first)
        levels = np.clip(np.round(charge), 0, 4).astype(int)
        print(
            f"epoch {epoch + 1}/{epochs}: loss {total / count:.4f}, calibration part: "
            f"kappa {agreement(truth, levels):.3f}, exact {(levels == truth).mean():.3f}",
            flush=True,
        )
        state = {name: part.state_dict() for name, part in parts.items()} | {"epoch": epoch + 1}
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)


if __name__ == "__main__":
    typer.run(main)
