"""Second stage: teach the network our guideline, without it forgetting what GoEmotions taught.

    python -m models.training.tune --from runs/base-1 --goemotions FOLDER --out runs/tuned-1

Learns from the corpus, from GoEmotions comments labelled by the guideline, and again from a part of
GoEmotions itself, where the first stage's own answers count beside the labels; with `--distress
FOLDER` from the essays of empathic_reactions too. Where a flag's words are marked, their sentence
learns it. In its second half it also learns how far its own charge falls without each sentence: the
evidence it gives later. A run that was stopped continues from its last finished epoch, and asks for
falls anew. Choices are made on the calibration part: its figures are printed each epoch. `export`
takes the average of weights over the last steps.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

import copy
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.progress import track
from torch import Tensor, nn

from models.calibration import sigmoid
from models.training import advice, readers, targets
from models.training.advice import answers
from models.training.base import base_folder, our_tokenizer
from models.training.checkpoint import Checkpoint, network_in
from models.training.corpus import FLAGS
from models.training.fit import CLIP_NORM, WEIGHT_DECAY, rate_at
from models.training.measures import Array, agreement, average_precision, rank_correlation
from models.training.network import EmotionNetwork
from models.training.readers import Part
from models.training.teacher import Batch, Example, Teacher, shuffled, with_falls

BATCH_SIZE = 32
AVERAGED_EVERY = 4  # steps
EMA = 0.98  # what of the average is kept each time
RARE = -2.0  # the first bias of a new output: most of what they say is rare
ESSAYS = 250  # of empathic_reactions an epoch
SHOWN_WEIGHT = 0.5  # of the sentences that show a flag
FALL_WEIGHT = 0.2  # of the squared error of the falls beside the mean error of the outputs
FALLS_FROM = 0.5  # of the epochs; before, charge is not yet worth explaining
FALLS_EVERY = 3  # epochs, in which the network moves little


def widened(base: Path, n_outputs: int) -> EmotionNetwork:
    """Return the first stage's network with outputs for the guideline beside its own."""
    weights = network_in(base)
    inner = len(weights["encoder.encoder.layer.0.intermediate.dense.bias"])
    network = EmotionNetwork(base_folder(), n_outputs, pretrained=False, inner=inner)
    old_weight, old_bias = weights.pop("head.4.weight"), weights.pop("head.4.bias")
    network.load_state_dict(weights, strict=False)
    with torch.no_grad():
        network.head[4].weight[: len(old_weight)] = old_weight
        network.head[4].bias[: len(old_bias)] = old_bias
        network.head[4].bias[len(old_bias) :] = RARE
    return network


@dataclass(frozen=True, slots=True)
class Held:
    """Texts that are not learned, with the levels that readers gave them, to look at."""

    messages: Sequence[Example]
    levels: Sequence[int]
    comments: Sequence[Example]
    comment_levels: Sequence[int]
    flags: Array


class Run:
    """One run of the second stage: the network, the average of its weights, what it is shown."""

    def __init__(  # each is one choice of a run
        self,
        teacher: Teacher,
        base: Path,
        out: Path,
        *,
        taught: Sequence[Example],
        essays: Sequence[Example],
        epochs: int,
        rate: float,
        replayed: int,
        seed: int,
    ) -> None:
        self._first = advice.first_stage(base, len(teacher.names))
        self._teacher, self._essays = teacher, list(essays)
        self._taught = self._first.heard(taught)
        self._epochs, self._replayed, self._seed = epochs, replayed, seed
        self._charge = slice(
            at := teacher.outputs.index(targets.CHARGE_OUTPUTS[0]),
            at + len(targets.CHARGE_OUTPUTS),
        )
        flags = teacher.outputs.index(targets.FLAG_OUTPUTS[0])
        self._flags = slice(flags, flags + len(targets.FLAG_OUTPUTS))
        self._fall = teacher.outputs.index(targets.FALL)
        torch.manual_seed(seed)
        self.network = widened(base, len(teacher.outputs))
        nn.init.zeros_(self.network.head[4].bias[self._fall : self._fall + 1])
        self.average = copy.deepcopy(self.network)
        shown = len(self._taught) + replayed + min(ESSAYS, len(self._essays))
        steps = epochs * math.ceil(shown / BATCH_SIZE)
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=rate, weight_decay=WEIGHT_DECAY, fused=True
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: rate_at(step, steps)
        )
        self._checkpoint = Checkpoint(
            out,
            network=self.average,
            trained=self.network,
            optimizer=self._optimizer,
            schedule=self._schedule,
        )
        self._falls_known = False

    def epochs(self, held: Held, until: int | None = None) -> None:
        """Learn what is left, up to `until`; print how held texts are read after each epoch."""
        for epoch in range(self._checkpoint.resume(), until or self._epochs):
            loss = self._one(epoch)
            self._checkpoint.save(epoch + 1)
            print(f"epoch {epoch + 1}/{self._epochs}: loss {loss:.4f}, {self._report(held)}")
            sys.stdout.flush()

    def _one(self, epoch: int) -> float:
        chance = random.Random(self._seed * 1000 + epoch)  # noqa: S311  # repeatable, not secret
        torch.manual_seed(self._seed * 1000 + epoch)
        from_there = math.ceil(FALLS_FROM * self._epochs)
        due = epoch >= from_there and (epoch - from_there) % FALLS_EVERY == 0
        if due or (epoch >= from_there and not self._falls_known):
            self._taught = with_falls(self._taught, self._teacher, self.charges)
            self._falls_known = True
        shown = [self._teacher.varied(it, chance) for it in self._taught]
        shown += self._first.heard(self._teacher.replay(self._replayed, chance))
        shown += chance.sample(self._essays, min(ESSAYS, len(self._essays)))
        self.network.train()
        losses = []
        todo = list(shuffled(shown, BATCH_SIZE, chance))
        for step, batch in enumerate(track(todo, description=f"epoch {epoch + 1}")):
            losses.append(self._step(batch))
            if step % AVERAGED_EVERY == 0:
                self._follow()
        return float(np.mean(losses))

    def _step(self, batch: Batch) -> float:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.network(batch.tokens, batch.mask, batch.pooling)
        loss = self._loss(logits.float(), batch)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIP_NORM)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.item())

    def _loss(self, logits: Tensor, batch: Batch) -> Tensor:
        said = nn.functional.binary_cross_entropy_with_logits(
            logits[:, 0], batch.target, batch.weight, reduction="sum"
        ) / batch.weight.sum().clamp(min=1)
        shown = nn.functional.binary_cross_entropy_with_logits(
            logits[:, :, self._flags], batch.raised, reduction="none"
        ).mean(dim=2)
        shown = (shown * batch.marked).sum() / batch.marked.sum().clamp(min=1)
        missed = (logits[:, :, self._fall] - batch.falls) ** 2 * batch.asked
        missed = missed.sum() / batch.asked.sum().clamp(min=1)
        return said + SHOWN_WEIGHT * shown + FALL_WEIGHT * missed

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _follow(self) -> None:
        for kept, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
            kept.lerp_(now, 1 - EMA)

    def charges(self, examples: Sequence[Example]) -> list[float]:
        """Return the expected level 0–4 of each example."""
        found = answers(self.average, examples)
        return [float(sigmoid(it[0, self._charge]).sum()) for it in found]

    def _report(self, held: Held) -> str:
        truth, read = np.array(held.levels), np.array(self.charges(held.messages))
        comments = rank_correlation(
            np.array(held.comment_levels), np.array(self.charges(held.comments))
        )
        kappa = agreement(truth, np.clip(np.round(read), 0, 4).astype(int))
        text = (
            f"calibration part: kappa {kappa:.3f}, rank correlation "
            f"{rank_correlation(truth, read):.3f}, of held comments {comments:.3f}, "
            f"average precision of flags {self._flag_precision(held):.3f}"
        )
        if not self._falls_known:
            return text
        charged = [
            it
            for it, level in zip(held.messages, held.levels, strict=True)
            if level >= targets.CHARGED
        ]
        return f"{text}, first sentence falls furthest {self._first_is_first(charged):.0%}"

    def _flag_precision(self, held: Held) -> float:
        """Return the mean average precision of the flags, the most of a text and its sentences."""
        found = answers(self.average, held.messages)
        most = np.stack([it[:, self._flags].max(axis=0) for it in found])
        return float(
            np.mean([average_precision(*it) for it in zip(held.flags.T, most.T, strict=True)])
        )

    def _first_is_first(self, held: Sequence[Example]) -> float:
        known = [it for it in with_falls(held, self._teacher, self.charges) if it.falls is not None]
        right = []
        for it, said in zip(known, answers(self.average, known), strict=True):
            fell = it.falls.numpy() if it.falls is not None else np.zeros(0)
            first = int(np.argmax(said[1:, self._fall]))
            right.append(float((fell[first] > np.delete(fell, first)).mean()))
        return float(np.mean(right)) if right else 0.0


def main(  # each is one choice of a run
    base: Annotated[Path, typer.Option("--from", help="what fit left")],
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv and labels.txt")],
    out: Annotated[Path, typer.Option(help="folder for the checkpoint")],
    distress: Annotated[Path | None, typer.Option(help="folder with messages.csv")] = None,
    seed: int = 1,
    epochs: int = 4,
    rate: float = 2.5e-4,
    replayed: Annotated[int, typer.Option(help="GoEmotions comments an epoch")] = 4_000,
) -> None:
    """Teach the guideline."""
    teacher = Teacher(our_tokenizer(), goemotions)
    corpus = readers.read_corpus()
    taught = teacher.messages([it for it in corpus if it.part is Part.TRAIN])
    comments, held_comments = readers.read_comments()
    taught += teacher.comments(comments)
    judged = [it for it in corpus if it.part is Part.CALIBRATION]
    run = Run(
        teacher,
        base,
        out,
        taught=taught,
        essays=teacher.distressed(distress / "messages.csv") if distress else [],
        epochs=epochs,
        rate=rate,
        replayed=replayed,
        seed=seed,
    )
    run.epochs(
        Held(
            teacher.messages(judged),
            [it.settled.charge for it in judged],
            teacher.comments(held_comments),
            [it.charge for it in held_comments.values()],
            np.array([[float(flag in it.settled.flags) for flag in FLAGS] for it in judged]),
        )
    )


if __name__ == "__main__":
    typer.run(main)
