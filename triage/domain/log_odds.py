"""Which words stand more in one kind of text than in another: log-odds with a prior. Pure.

Monroe, Colaresi, Quinn: "Fightin' Words" (Political Analysis 16, 2008), section 3.3.5: weighted
log-odds ratio with an informative Dirichlet prior. The prior draws rare words towards what both
kinds have in common, so that three chance hits are no finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from triage.domain.interval import WITHIN, Interval

PRIOR = 500.0  # words that the prior counts as; a design default


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """A word, how many texts of each kind hold it, and how many times the odds of it are here what
    they are there, with a 95 % interval. `z` is the logarithm in standard errors.
    """

    word: str
    here: int
    there: int
    z: float
    times: float
    between: Interval


def log_odds(here: Mapping[str, int], there: Mapping[str, int], prior: float = PRIOR) -> list[Odds]:
    """Return every word of either kind, what stands out most here first; words by their counts.

    The prior's shares are those of the words in both kinds together. Of one word alone nothing can
    be said.
    """
    both = Counter(here) + Counter(there)
    if len(both) == 1:
        return []
    total, mine, others = both.total(), sum(here.values()), sum(there.values())
    found = []
    for word, count in both.items():
        expected = prior * count / total
        y, x = here.get(word, 0) + expected, there.get(word, 0) + expected
        value = log(y / (mine + prior - y)) - log(x / (others + prior - x))
        error = sqrt(1 / y + 1 / x)
        found.append(
            Odds(
                word=word,
                here=here.get(word, 0),
                there=there.get(word, 0),
                z=value / error,
                times=exp(value),
                between=Interval(exp(value - WITHIN * error), exp(value + WITHIN * error)),
            )
        )
    return sorted(found, key=lambda it: (-it.z, it.word))
