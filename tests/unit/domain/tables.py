"""Tables of examples, by what they are examples of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Kind = TypeVar("Kind")


def examples(table: Mapping[Kind, list[str]]) -> list[tuple[Kind, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]
