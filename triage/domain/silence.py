"""Whether a source has been silent for longer than is usual for it at these hours of the week.

What came in the same stretch of past weeks says how much would have come now, as `surge` says it
of too many; nights and Sundays are silent there, too. Each delivery begins a stretch of its own, so
that silence is unusual where one as unlikely would follow fewer deliveries of a week than accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain.surge import WEEK, Usual

WEEKS = 4  # that are looked at
LEAST = timedelta(minutes=15)  # of silence: below, nobody would ask
FALSE_ALARMS = 0.02  # a week: one a year of each source
SPREAD = 0.3  # by how much weeks differ, of their mean


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when nothing came, and what came before.

    `weeks`: in the same stretch of each past week that is known; `a_week`: in the week before.
    """

    span: timedelta
    weeks: Sequence[int] = ()
    a_week: int = 0


def stretches(first: datetime, last: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the same stretch of each past week of which all is known; of a week at the longest."""
    span = min(now - last, WEEK)
    begins = [last - number * WEEK for number in range(1, WEEKS + 1)]
    return [(it, it + span) for it in begins if it >= first]


def is_unusual(silence: Silence) -> bool:
    """Return whether nothing came for so long that somebody should look why."""
    if silence.span < LEAST or not silence.weeks:
        return False
    usual = Usual(silence.weeks, windows=1.0)
    shape = usual.shape(SPREAD)
    chance: float = (shape / (shape + usual.mean)) ** shape
    return chance * max(1, silence.a_week) <= FALSE_ALARMS
