"""What a network is shown: texts of four kinds as token ids, targets, and how far to trust them.

Messages are cut into sentences as in service, so that a network can also be taught how much each
sentence carries. Everything else about learning is `tune`'s business.
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from models.manifest import LEVELS
from models.text import kept, own_words, sentences
from models.tokens import pooling_of, tokens_of
from models.training import readers, targets
from models.training.corpus import FLAGS, Labels
from models.training.data import read_labels
from models.training.noise import framed, retyped
from triage.domain.emotion import Span

MAX_TOKENS = 256
CHARGE_WEIGHT = 2.0  # of the charge's outputs beside the others'
FLAG_WEIGHT = 3.0  # of the flags': they are rare
COMMENT_WEIGHT = 0.7  # of a comment labelled by one reader
WITH_GAPS = 0.5  # likewise, words of it hidden, so that no single word is learned by heart
GAPS = 0.12  # of the tokens
RETYPED = 0.4  # of the messages and comments, each time they are shown
FRAMED = 0.25  # likewise, with a greeting before or a number after
POOL_OF_BATCHES = 80  # with 20, a quarter of the tokens were padding
DISTRESS_MOST = 7.0  # ratings go from 1 to 7


@dataclass(frozen=True, slots=True)
class Example:
    """One text with a target for each output and the weight of each, 0 where unknown.

    `pooling` is (1 + n_sentences, n_tokens), the whole text first; `falls` is (n_sentences,), by
    how much the charge falls without each sentence, None where that was not asked; `raised` is
    (n_sentences, n_flags), 1 where the words that show a flag stand, None where nobody marked them.
    """

    text: str
    tokens: NDArray[np.int64]
    pooling: NDArray[np.float32]
    sentences: tuple[Span, ...]
    target: Tensor
    weight: Tensor
    falls: Tensor | None = None
    raised: Tensor | None = None
    rewritten: tuple[str, ...] = ()  # the same said by other people


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of like length: `tokens` and `mask` (n_texts, n_tokens), `pooling` (n_texts,
    n_segments, n_tokens), `target` and `weight` (n_texts, n_outputs); `falls` and `asked`
    (n_texts, n_segments), 1 where a sentence's fall is known; `raised` (n_texts, n_segments,
    n_flags) and `marked` (n_texts, n_segments), 1 where it is known which flags a sentence shows.
    """

    tokens: Tensor
    mask: Tensor
    pooling: Tensor
    target: Tensor
    weight: Tensor
    falls: Tensor
    asked: Tensor
    raised: Tensor
    marked: Tensor


Charges = Callable[[Sequence[Example]], Sequence[float]]


class Teacher:
    """Makes examples of the four kinds of data."""

    def __init__(
        self, tokenizer: Tokenizer, goemotions: Path, corpus: Path = readers.CORPUS
    ) -> None:
        self.names = read_labels(goemotions)
        self.outputs = targets.outputs(self.names)
        self._tokenizer = tokenizer
        self._gap = tokenizer.encode("[MASK]", add_special_tokens=False).ids[0]
        with (goemotions / "train.tsv").open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            self._comments = {row[2]: (row[0], row[1]) for row in rows}
        self._rewritten = readers.read_rewritten(corpus / "rewritten.tsv")

    def messages(self, read: Sequence[readers.Read]) -> list[Example]:
        """Return the corpus' messages, known to all outputs but GoEmotions'."""
        return [self._message(it) for it in read]

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

    @property
    def texts(self) -> dict[str, str]:
        """GoEmotions' comments by id."""
        return {name: text for name, (text, _) in self._comments.items()}

    def replay(self, count: int, chance: random.Random) -> list[Example]:
        """Return some of GoEmotions, known to its own labels only."""
        some = chance.sample(sorted(self._comments), count)
        return [
            self._example(self._comments[name][0], reddit=self._comments[name][1]) for name in some
        ]

    def distressed(self, path: Path) -> list[Example]:
        """Return the essays of `empathic_reactions`, known to the one output for distress."""
        with path.open(encoding="utf-8", newline="") as lines:
            return [self._essay(it) for it in csv.DictReader(lines)]

    def varied(self, example: Example, chance: random.Random) -> Example:
        """Return the example as another person would put it or type it, now and then."""
        text = chance.choice((example.text, *example.rewritten))
        if chance.random() < RETYPED:
            text = retyped(text, chance)
        if chance.random() < FRAMED:
            text = framed(text, chance)
        varied = example if text == example.text else self._again(text, example)
        return self._with_gaps(varied, chance) if chance.random() < WITH_GAPS else varied

    def without(self, example: Example, sentence: Span) -> Example:
        """Return the example without one of its sentences."""
        rest = example.text[: sentence.start] + example.text[sentence.end :]
        return self._again(rest, example)

    def _message(self, read: readers.Read) -> Example:
        text = read.message.text
        example = self._example(text, guideline=targets.of_readers(read.readers))
        return replace(
            example,
            rewritten=self._rewritten.get(read.message.id, ()),
            raised=_raised(text, example.sentences, read.settled.flags),
        )

    def _with_gaps(self, example: Example, chance: random.Random) -> Example:
        tokens = example.tokens.copy()
        for at in range(1, len(tokens) - 1):
            if chance.random() < GAPS:
                tokens[at] = self._gap
        return replace(example, tokens=tokens)

    def _again(self, text: str, example: Example) -> Example:
        return self._cut(text, example.target, example.weight)

    def _essay(self, row: dict[str, str]) -> Example:
        target, weight = torch.zeros(len(self.outputs)), torch.zeros(len(self.outputs))
        at = self.outputs.index(targets.DISTRESS)
        target[at] = (float(row["distress"]) - 1) / (DISTRESS_MOST - 1)
        weight[at] = 1.0
        return self._cut(row["essay"], target, weight)

    def _example(
        self,
        text: str,
        *,
        reddit: str | None = None,
        guideline: NDArray[np.float64] | None = None,
        trust: float = 1.0,
    ) -> Example:
        labels = len(self.names)
        target, weight = torch.zeros(len(self.outputs)), torch.zeros(len(self.outputs))
        if reddit is not None:
            target[[int(it) for it in reddit.split(",")]] = 1.0
            weight[:labels] = 1.0
        if guideline is not None:
            known = slice(labels, labels + len(targets.GUIDELINE_OUTPUTS))
            target[known] = torch.tensor(guideline, dtype=torch.float)
            weight[known] = trust * torch.from_numpy(GUIDELINE_WEIGHTS)
        return self._cut(text, target, weight)

    def _cut(self, text: str, target: Tensor, weight: Tensor) -> Example:
        own = own_words(text)
        tokens = tokens_of(self._tokenizer, text, kept(text, own), MAX_TOKENS)
        pooling, seen = pooling_of(tokens, sentences(text, own))
        return Example(text, tokens.input_ids, pooling, tuple(seen), target, weight)


GUIDELINE_WEIGHTS = np.array(
    [1.0] * len(targets.EMOTION_OUTPUTS)
    + [CHARGE_WEIGHT] * LEVELS
    + [1.0] * len(targets.CONDUCT_OUTPUTS)
    + [FLAG_WEIGHT] * len(targets.FLAG_OUTPUTS),
    dtype=np.float32,
)


def _raised(text: str, sentences: Sequence[Span], flags: Mapping[str, str]) -> Tensor | None:
    """Return which flags each sentence shows, None where the marked words are not in one place."""
    found = torch.zeros(len(sentences), len(FLAGS))
    for flag, words in flags.items():
        start = text.find(words)
        shown = [it.start < start + len(words) and start < it.end for it in sentences]
        if start < 0 or not any(shown):
            return None
        found[shown, FLAGS.index(flag)] = 1.0
    return found


def with_falls(examples: Sequence[Example], teacher: Teacher, charges: Charges) -> list[Example]:
    """Return the examples knowing by how much `charges` falls without each of their sentences.

    `charges` returns the expected level of each example. One sentence alone has no fall.
    """
    several = [it for it in examples if len(it.sentences) > 1]
    shortened = [teacher.without(it, sentence) for it in several for sentence in it.sentences]
    whole, rest = charges(several), iter(charges(shortened))
    known = {
        id(it): torch.tensor([full - next(rest) for _ in it.sentences])
        for it, full in zip(several, whole, strict=True)
    }
    return [replace(it, falls=known.get(id(it))) for it in examples]


def shuffled(examples: Sequence[Example], size: int, chance: random.Random) -> Iterator[Batch]:
    """Yield batches of texts of like length, in random order."""
    order = list(examples)
    chance.shuffle(order)
    pool = size * POOL_OF_BATCHES
    groups: list[list[Example]] = []
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lambda it: len(it.tokens))
        groups += [near[at : at + size] for at in range(0, len(near), size)]
    chance.shuffle(groups)
    return map(batch_of, groups)


def batch_of(examples: Sequence[Example]) -> Batch:
    """Return the examples padded to the longest."""
    longest = max(len(it.tokens) for it in examples)
    segments = max(len(it.pooling) for it in examples)
    tokens = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros(len(examples), longest, dtype=torch.long)
    pooling = torch.zeros(len(examples), segments, longest)
    falls, asked = torch.zeros(len(examples), segments), torch.zeros(len(examples), segments)
    raised, marked = torch.zeros(len(examples), segments, len(FLAGS)), torch.zeros_like(asked)
    for row, it in enumerate(examples):
        tokens[row, : len(it.tokens)] = torch.from_numpy(it.tokens)
        mask[row, : len(it.tokens)] = 1
        pooling[row, : len(it.pooling), : len(it.tokens)] = torch.from_numpy(it.pooling)
        if it.falls is not None:
            falls[row, 1 : 1 + len(it.falls)] = it.falls
            asked[row, 1 : 1 + len(it.falls)] = 1
        if it.raised is not None:
            raised[row, 1 : 1 + len(it.raised)] = it.raised
            marked[row, 1 : 1 + len(it.raised)] = 1
    return Batch(
        tokens,
        mask,
        pooling,
        torch.stack([it.target for it in examples]),
        torch.stack([it.weight for it in examples]),
        falls,
        asked,
        raised,
        marked,
    )
