"""How far a figure of few cases can be trusted: 95 % intervals of a share and of a mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, stdev

WITHIN = NormalDist().inv_cdf(0.975)  # standard errors on each side of a 95 % interval


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


def of_share(hits: int, cases: int) -> Interval:
    """Return Wilson's interval of `hits` in `cases`, at least one: honest also near 0 and 1."""
    share, less = hits / cases, WITHIN**2 / cases
    middle = (share + less / 2) / (1 + less)
    reach = WITHIN / (1 + less) * sqrt(share * (1 - share) / cases + less / (4 * cases))
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def of_mean(values: Sequence[float]) -> Interval:
    """Return the normal interval of the mean of values, at least two."""
    reach = WITHIN * stdev(values) / sqrt(len(values))
    return Interval(fmean(values) - reach, fmean(values) + reach)
