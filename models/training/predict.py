"""What the served file says about a GoEmotions split: one text a call, exactly as in service."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track
from tokenizers import Tokenizer

from models.calibration import Floats
from models.ngrams import Network
from models.text import kept, own_words, sentences
from models.tokens import pooling_of, tokens_of
from models.training.measures import Array
from triage.domain.emotion import Span


@dataclass(frozen=True, slots=True)
class Answers:
    """`logits` and `truth` are (n_texts, n_labels), `asks` says which texts have a question."""

    logits: Floats
    truth: Array
    asks: Array


def answers(
    session: Network, tokenizer: Tokenizer, max_tokens: int, split: Path, n_labels: int
) -> Answers:
    """Score every text of a split (`text, label ids, comment id`, tab-separated)."""
    with split.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    truth = np.zeros((len(rows), n_labels))
    for at, row in enumerate(rows):
        truth[at, [int(label) for label in row[1].split(",")]] = 1
    logits = [
        _logits(session, tokenizer, max_tokens, row[0])
        for row in track(rows, description=split.stem)
    ]
    known = np.stack(logits)[:, :n_labels]  # GoEmotions' labels are the first outputs
    return Answers(known, truth, np.array(["?" in row[0] for row in rows]))


def message_logits(
    session: Network, tokenizer: Tokenizer, max_tokens: int, texts: Sequence[str]
) -> list[Floats]:
    """Return each message's logits as in service, whole first, (1 + n_sentences, n_outputs)."""

    def logits(text: str) -> Floats:
        own = own_words(text)
        tokens = tokens_of(tokenizer, text, kept(text, own), max_tokens)
        return session.logits(tokens.input_ids, pooling_of(tokens, sentences(text, own))[0])

    return [logits(text) for text in track(texts, description="messages")]


def _logits(session: Network, tokenizer: Tokenizer, max_tokens: int, text: str) -> Floats:
    tokens = tokens_of(tokenizer, text, [Span(0, len(text))], max_tokens)
    pooling, _ = pooling_of(tokens, [])
    logits: Floats = session.logits(tokens.input_ids, pooling)[0]
    return logits
