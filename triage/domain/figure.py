"""A figure: numbers with names, as the page, its picture and its CSV show them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.domain.interval import of_share


class Share(float):
    """A part of a whole, 0–1."""


class Times(float):
    """How many times as much."""


#: A moment is the start of an hour or a day; None is a figure that too few make up.
Cell = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A table under its name in addresses: the columns' names, and rows with a cell for each."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def shares(hits: int, cases: int) -> tuple[Share | None, Share | None, Share | None]:
    """Return the share of `hits` with its 95 % interval; nothing where there are no cases."""
    if not cases:
        return None, None, None
    between = of_share(hits, cases)
    return Share(hits / cases), Share(between.low), Share(between.high)
