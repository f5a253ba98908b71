"""Whether charged tickets come far more often than is usual at this hour of the week.

The usual rate of an hour is not known, only what came in the same hour of the past weeks. Given
that, the number in a window is distributed as a negative binomial: Poisson around a rate which is
itself uncertain, by what little was seen and by how much hours differ from week to week. A window
that slides reaches n tickets, by chance alone, as often as one arrives where n - 1 lie already:
n · P(n) times in each window's length. A surge is a number reached less often than accepted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import exp, lgamma, log

from triage.domain.alert_policy import AlertPolicy

WEEK = timedelta(weeks=1)
WINDOWS = 2.0  # so many long is what is looked at of each past week
UNSEEN = 0.5  # tickets: Jeffreys' prior for the rate of a Poisson process
OUTLIER_FROM = 4  # weeks; from here on a past surge counts as the next fullest week did:
OUTLIER_TIMES, OUTLIER_MORE = 2, 5  # more than so many times as many, and so many more
EBB = 0.5  # of what would raise one: below it a surge has ebbed

WORD = re.compile(r"[^\W\d_]+")
LENGTHS = range(3, 25)  # letters
LONGEST_SUBJECT = 500  # characters that are looked at
LEAST_WITH_WORD = 3  # tickets, so that no word is one customer's
LEAST_LIFT = 3.0  # times as frequent as before
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Usual:
    """What came around this hour in each past week, in so many windows' length a week."""

    weeks: Sequence[int] = ()
    windows: float = WINDOWS

    @property
    def total(self) -> float:
        """Tickets of all weeks; of a surge among them as many as in the next fullest."""
        counts = sorted(self.weeks)
        if len(counts) >= OUTLIER_FROM and counts[-1] > OUTLIER_TIMES * counts[-2] + OUTLIER_MORE:
            counts[-1] = counts[-2]
        return sum(counts) + UNSEEN

    @property
    def mean(self) -> float:
        """Tickets in a window; there must be a past week."""
        return self.total / (len(self.weeks) * self.windows)

    def shape(self, spread: float) -> float:
        """Return how well the rate is known: the inverse of its relative variance.

        By how little was seen, and by how much weeks differ: this one, and those of the mean.
        """
        return 1 / (1 / self.total + spread**2 * (1 + 1 / len(self.weeks)))


def same_hours(now: datetime, policy: AlertPolicy, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """Return the window of each past week, by the clock of the zone, with half of it around."""
    until = now.astimezone(zone) + policy.surge_window / 2
    ends = [until - number * WEEK for number in range(1, policy.surge_weeks + 1)]
    return [(it.astimezone(UTC) - WINDOWS * policy.surge_window, it.astimezone(UTC)) for it in ends]


def by_chance(count: int, usual: Usual, policy: AlertPolicy) -> float:
    """Return how often a week a sliding window reaches this count where nothing is unusual."""
    mean, shape = usual.mean, usual.shape(policy.surge_spread)
    chance = exp(
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1)
        + shape * log(shape / (shape + mean))
        + count * log(mean / (shape + mean))
    )
    return WEEK / policy.surge_window * count * chance


def is_surge(count: int, usual: Usual, policy: AlertPolicy) -> bool:
    """Return whether so many in the window are a surge. Without a whole past week nothing is."""
    if count < policy.surge_least or not usual.weeks or count <= usual.mean:
        return False
    return by_chance(count, usual, policy) <= policy.surge_false_alarms


def threshold(usual: Usual, policy: AlertPolicy) -> int:
    """Return the smallest number that is a surge; there must be a past week."""
    count = max(policy.surge_least, int(usual.mean) + 1)
    while not is_surge(count, usual, policy):
        count += 1
    return count


def has_ebbed(count: int, usual: Usual, policy: AlertPolicy) -> bool:
    """Return whether a surge that was raised is over."""
    return not usual.weeks or count < EBB * threshold(usual, policy)


def common_words(subjects: Sequence[str], before: Sequence[str]) -> list[str]:
    """Return the words that these subjects have far more often than those before, first first."""
    now, then = _frequencies(subjects), _frequencies(before)

    def lift(word: str) -> float:
        return (now[word] / len(subjects)) / ((then[word] + UNSEEN) / (len(before) + 1))

    found = [it for it in now if now[it] >= LEAST_WITH_WORD and lift(it) >= LEAST_LIFT]
    return sorted(found, key=lambda it: (-now[it] * log(lift(it)), it))[:MOST_WORDS]


def _frequencies(subjects: Iterable[str]) -> Counter[str]:
    """Count in how many subjects each word stands."""
    return Counter(word for subject in subjects for word in _words(subject))


def _words(subject: str) -> Collection[str]:
    plain = unicodedata.normalize("NFKC", subject[:LONGEST_SUBJECT]).casefold()
    return {word for word in WORD.findall(plain) if len(word) in LENGTHS}
