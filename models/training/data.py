"""GoEmotions as token ids and label matrices, in batches of like length."""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

MAX_TOKENS = 128  # one comment of GoEmotions' 43,410 has more; tickets are read at 256
POOL_OF_BATCHES = 50  # batches are cut from length-sorted pools of this many batches


@dataclass(frozen=True, slots=True)
class Split:
    """Token ids of each text and labels as 0/1, (n_texts, n_labels)."""

    tokens: list[list[int]]
    labels: Tensor

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Batch:
    """`input_ids` and `attention_mask` are (n_texts, n_tokens), `labels` (n_texts, n_labels)."""

    input_ids: Tensor
    attention_mask: Tensor
    labels: Tensor


def read_labels(folder: Path) -> list[str]:
    """Return the label names in the order of their ids."""
    return (folder / "labels.txt").read_text(encoding="utf-8").split()


def read_split(folder: Path, name: str, n_labels: int, tokenizer: Tokenizer) -> Split:
    """Return one split (`train`, `dev` or `test`): text, comma-separated label ids, comment id."""
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    encoded = tokenizer.encode_batch([row[0] for row in rows])
    labels = torch.zeros(len(rows), n_labels)
    for index, row in enumerate(rows):
        labels[index, [int(label) for label in row[1].split(",")]] = 1.0
    return Split([encoding.ids for encoding in encoded], labels)


def batches(split: Split, size: int, shuffle: random.Random | None = None) -> Iterator[Batch]:
    """Yield batches of texts of like length, so that little of the work is padding."""
    order = list(range(len(split)))
    if shuffle:
        shuffle.shuffle(order)
    pool = size * POOL_OF_BATCHES if shuffle else len(order)
    groups = []
    for start in range(0, len(order), pool):
        by_length = sorted(order[start : start + pool], key=lambda index: len(split.tokens[index]))
        groups += [by_length[at : at + size] for at in range(0, len(by_length), size)]
    if shuffle:
        shuffle.shuffle(groups)
    for group in groups:
        yield _batch(split, group)


def _batch(split: Split, rows: list[int]) -> Batch:
    longest = max(len(split.tokens[row]) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for at, row in enumerate(rows):
        tokens = torch.tensor(split.tokens[row])
        ids[at, : len(tokens)] = tokens
        mask[at, : len(tokens)] = 1
    return Batch(ids, mask, split.labels[rows])
