"""A column that is written, and the forms that cells take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Form(Enum):
    """What a column's cells are."""

    TEXT = auto()
    AS_IT_CAME = auto()  # text or number
    NUMBER = auto()
    WHOLE = auto()
    TRUTH = auto()
    WORDS = auto()  # a list of them
    EVIDENCE = auto()  # a list of sentences, each with its place and weight, strongest first
    SHARES = auto()  # 0–1 each, by the names in `parts`


@dataclass(frozen=True, slots=True)
class Column:
    """One column; where cells are flat, each of the `parts` has a column of its own."""

    name: str
    form: Form = Form.TEXT
    parts: tuple[str, ...] = ()
