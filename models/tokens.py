"""From spans of a text to the network's inputs: token ids, and which tokens each segment has.

Long texts lose their middle, because complaints end with the demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from triage.domain.emotion import Span


@dataclass(frozen=True, slots=True)
class Tokens:
    """`input_ids` is (n_tokens,), `places` each token's last character in the text (-1: none).

    Its last, because some tokenizers count the space before a word to it.
    """

    input_ids: NDArray[np.int64]
    places: NDArray[np.int64]


def tokens_of(tokenizer: Tokenizer, text: str, parts: Sequence[Span], most: int) -> Tokens:
    """Return the tokens of the parts of `text`, at most `most`, the ends of a text included.

    `text` must be free of lone surrogates.
    """
    ids: list[int] = []
    places: list[int] = []
    for part in parts:
        encoding = tokenizer.encode(part.of(text), add_special_tokens=False)
        ids += encoding.ids
        places += [part.start + max(start, end - 1) for start, end in encoding.offsets]
    first, last = tokenizer.encode("").ids  # [CLS] and [SEP] of BERT, <s> and </s> of others
    return Tokens(
        np.array([first, *_without_middle(ids, most - 2), last], dtype=np.int64),
        np.array([-1, *_without_middle(places, most - 2), -1], dtype=np.int64),
    )


def pooling_of(tokens: Tokens, segments: Sequence[Span]) -> tuple[NDArray[np.float32], list[Span]]:
    """Return pooling rows, the whole text first, and the segments that have a row.

    Rows are (1 + n_segments, n_tokens); segments that lost all their tokens have none.
    """
    rows = [np.ones(len(tokens.places), dtype=bool)]
    seen = []
    for segment in segments:
        inside = (tokens.places >= segment.start) & (tokens.places < segment.end)
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
