"""Fit what runs of tokens say (`models/ngrams.py`): logistic regressions on the training messages.

    python -m models.training.runs_of_tokens --goemotions FOLDER --out runs/ngrams.npz

Messages of the corpus, their rewritings, and the labelled comments; one regression for each of the
guideline's emotions, levels and flags. It needs no network, so it is fitted once for all seeds.
"""
# mypy: disable-error-code="import-not-found,import-untyped"
# scikit-learn is for training and judging only

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from models.ngrams import Keys, Ngrams, keys_of
from models.text import kept, own_words
from models.tokens import tokens_of
from models.training import readers, targets
from models.training.base import our_tokenizer
from models.training.measures import Array
from models.training.readers import Part
from models.training.teacher import COMMENT_WEIGHT, MAX_TOKENS, Teacher

LEAST_TEXTS = 2  # that hold a run; one that only one text holds says nothing of others
STRENGTH = 20.0  # sklearn's C: of 3, 10, 20 and 50
OUTPUTS = (*targets.EMOTION_OUTPUTS, *targets.CHARGE_OUTPUTS, *targets.FLAG_OUTPUTS)
PRESENT = 0.5  # from which a target counts as there
MOST = 127
NEVER = -7.0  # the offset of an output that no text has
TINY = 1e-9


def _texts(goemotions: Path) -> tuple[list[str], Array, Array]:
    """Return training texts, their targets (n_texts, n_outputs) and how far to trust each."""
    rewritten = readers.read_rewritten(readers.CORPUS / "rewritten.tsv")
    places = [targets.GUIDELINE_OUTPUTS.index(it) for it in OUTPUTS]
    texts, found, trust = [], [], []
    for it in readers.read_corpus():
        if it.part is Part.TRAIN:
            other = rewritten.get(it.message.id, ())
            for text in (it.message.text, *other):
                texts.append(text)
                found.append(targets.of_readers(it.readers)[places])
                trust.append(1.0 / (1 + len(other)))
    comments = Teacher(our_tokenizer(), goemotions).texts
    for name, labels in readers.read_comments()[0].items():
        texts.append(comments[name])
        found.append(targets.of_labels(labels)[places])
        trust.append(COMMENT_WEIGHT)
    return texts, np.array(found), np.array(trust)


def _runs(tokenizer: Tokenizer, texts: list[str]) -> list[Keys]:
    def of(text: str) -> Keys:
        own = own_words(text)
        return keys_of(tokens_of(tokenizer, text, kept(text, own), MAX_TOKENS).input_ids)

    return [of(it) for it in track(texts, description="runs")]


def _matrix(runs: list[Keys], keys: Keys, rarity: Array) -> csr_matrix:
    rows, columns, values = [], [], []
    for row, found in enumerate(runs):
        own, often = np.unique(found, return_counts=True)
        at = np.searchsorted(keys, own)
        at[at == len(keys)] = 0
        known = keys[at] == own
        strength = (1 + np.log(often[known])) * rarity[at[known]]
        rows.append(np.full(len(strength), row))
        columns.append(at[known])
        values.append(strength / (np.sqrt((strength**2).sum()) or 1.0))
    shape = (len(runs), len(keys))
    content = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(content, shape=shape)


def fitted(texts: list[str], found: Array, trust: Array) -> Ngrams:
    """Return what the runs of texts say of OUTPUTS; `found` is (n_texts, n_outputs), `trust`
    (n_texts,).
    """
    runs = _runs(our_tokenizer(), texts)
    each, held = np.unique(np.concatenate([np.unique(it) for it in runs]), return_counts=True)
    keys = each[held >= LEAST_TEXTS]
    rarity = np.log((1 + len(texts)) / (1 + held[held >= LEAST_TEXTS])) + 1
    inputs = _matrix(runs, keys, rarity)
    weights, offsets = np.zeros((len(keys), len(OUTPUTS))), np.full(len(OUTPUTS), NEVER)
    for at in track(range(len(OUTPUTS)), description="outputs"):
        truth = found[:, at] >= PRESENT
        if truth.any():
            line = LogisticRegression(C=STRENGTH, max_iter=300)
            line.fit(inputs, truth, sample_weight=trust)
            weights[:, at], offsets[at] = line.coef_[0], line.intercept_[0]
    scales = np.maximum(np.abs(weights).max(axis=0), TINY) / MOST
    return Ngrams(
        keys.astype(np.int64),
        rarity.astype(np.float32),
        np.round(weights / scales).astype(np.int8),
        scales.astype(np.float32),
        offsets.astype(np.float32),
    )


def main(
    goemotions: Annotated[Path, typer.Option(help="folder with train.tsv and labels.txt")],
    out: Annotated[Path, typer.Option(help="the file to write")],
) -> None:
    """Fit and write."""
    texts, found, trust = _texts(goemotions)
    ngrams = fitted(texts, found, trust)
    out.parent.mkdir(parents=True, exist_ok=True)
    ngrams.save(out)
    count, megabytes = len(ngrams.keys), out.stat().st_size / 1e6
    print(f"{out}: {count:,} runs of {len(texts):,} texts, {megabytes:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
