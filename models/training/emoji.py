"""A vocabulary that knows emoji, to the base model unknown like every word that they touch.

They take vocabulary places that BERT left unused, so nothing grows, and each begins as the mean of
the words of its Unicode name, "pouting face" or "broken heart".
"""
# mypy: disable-error-code="import-not-found"
# torch is an extra: the default install and its type check go without

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

import torch
from tokenizers import Tokenizer
from torch import Tensor

UNUSED = "[unused{}]"
#: Faces and hands, hearts and signs, from what people type most; Unicode code points.
BLOCKS = (
    (0x1F600, 0x1F650),  # faces
    (0x1F900, 0x1F940),  # more faces, hands, shrugs
    (0x1F970, 0x1F980),
    (0x1FAE0, 0x1FAF8),
    (0x1F3FB, 0x1F400),  # tones of skin
    (0x1F440, 0x1F4B0),  # hands, people, hearts
    (0x2600, 0x27C0),  # signs, among them the old heart and faces
    (0x1F380, 0x1F394),  # what is celebrated with
    (0x1F4B0, 0x1F500),  # money, post, telephones
    (0x1F525, 0x1F52A),
    (0x1F680, 0x1F6B0),  # travel, alarms
)
#: An emoji stands by itself, whatever it touches; otherwise the word before it would be unknown.
ALONE = {
    "type": "Split",
    "pattern": {"Regex": r"[\p{So}\p{Sk}]"},
    "behavior": "Isolated",
    "invert": False,
}


def with_emoji(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer with emoji in the places that its vocabulary left unused."""
    content = json.loads(tokenizer.to_str())
    vocabulary: dict[str, int] = content["model"]["vocab"]
    places = (number for number in range(len(vocabulary)) if UNUSED.format(number) in vocabulary)
    for emoji, number in zip(_unknown(vocabulary), places, strict=False):
        vocabulary[emoji] = vocabulary.pop(UNUSED.format(number))
    content["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [ALONE, content["pre_tokenizer"]],
    }
    return Tokenizer.from_str(json.dumps(content))


@torch.no_grad()  # type: ignore[untyped-decorator]
def named(embeddings: Tensor, before: Tokenizer, after: Tokenizer) -> None:
    """Set each new emoji's row, of (n_tokens, width), to the mean of its name's words."""
    for emoji in _unknown(before.get_vocab()):
        words = before.encode(unicodedata.name(emoji).lower(), add_special_tokens=False).ids
        if (row := after.token_to_id(emoji)) is not None:
            embeddings[row] = embeddings[words].mean(dim=0)


def _unknown(vocabulary: dict[str, int]) -> Iterator[str]:
    for first, end in BLOCKS:
        for emoji in map(chr, range(first, end)):
            if unicodedata.name(emoji, "") and emoji not in vocabulary:
                yield emoji
