"""From spans of a text to the network's inputs: token ids, and which tokens each segment has.

Long texts lose their middle, because complaints end with the demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from triage.domain.emotion import Span

START, END = "[CLS]", "[SEP]"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`input_ids` is (n_tokens,), `starts` where each token begins in the text (-1: nowhere)."""

    input_ids: NDArray[np.int64]
    starts: NDArray[np.int64]


def tokens_of(tokenizer: Tokenizer, text: str, parts: Sequence[Span], most: int) -> Tokens:
    """Return the tokens of the parts of `text`, at most `most`, the ends of a text included.

    `text` must be free of lone surrogates.
    """
    ids: list[int] = []
    starts: list[int] = []
    for part in parts:
        encoding = tokenizer.encode(part.of(text), add_special_tokens=False)
        ids += encoding.ids
        starts += [part.start + start for start, _ in encoding.offsets]
    first, last = tokenizer.token_to_id(START), tokenizer.token_to_id(END)
    return Tokens(
        np.array([first, *_without_middle(ids, most - 2), last], dtype=np.int64),
        np.array([-1, *_without_middle(starts, most - 2), -1], dtype=np.int64),
    )


def pooling_of(tokens: Tokens, segments: Sequence[Span]) -> tuple[NDArray[np.float32], list[Span]]:
    """Return pooling rows, the whole text first, and the segments that have a row.

    Rows are (1 + n_segments, n_tokens); segments that lost all their tokens have none.
    """
    rows = [np.ones(len(tokens.starts), dtype=bool)]
    seen = []
    for segment in segments:
        inside = (tokens.starts >= segment.start) & (tokens.starts < segment.end)
        if inside.any():
            rows.append(inside)
            seen.append(segment)
    weights = np.stack(rows).astype(np.float32)
    return weights / weights.sum(axis=1, keepdims=True), seen


def _without_middle(items: list[int], most: int) -> list[int]:
    if len(items) <= most:
        return items
    head = most // 2
    return items[:head] + items[head - most :]
