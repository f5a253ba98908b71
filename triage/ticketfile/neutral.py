"""Cells that a spreadsheet would run as formulas, made harmless."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for one
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


def neutral(text: str) -> str:
    """Return the text, with an apostrophe before it where it begins as a formula does."""
    harmless = not text.startswith(FORMULA) or _NUMBER.fullmatch(text)
    return text if harmless else f"'{text}"
