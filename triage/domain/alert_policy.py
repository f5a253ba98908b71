"""When Triage raises an alert, and how often it may: the part of the policy that is about alerts.

Values without a named source are design defaults; `python -m benchmarks.alerts` measures what
they come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from triage.domain.agent import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """What an installation is told, how soon and how often. Critical alerts know no limit."""

    # a surge of charged tickets, in domain/surge
    surge_window: timedelta = timedelta(minutes=30)
    surge_least: int = 5  # tickets in a window; fewer are never a surge
    surge_false_alarms: float = 0.1  # a week: surges by chance alone that are accepted
    surge_weeks: int = 8  # that have passed and say what is usual at this hour
    surge_spread: float = 0.3  # of its mean: how much an hour differs from week to week, s.d.

    # a target about to break, in domain/alerts
    near: timedelta = timedelta(minutes=10)  # before `respond_by`
    near_share: float = 0.5  # of the whole target at most, so that short ones are not always near
    many: int = 10  # calm tickets that are about to be late at once

    # how many, in domain/telling. EEMUA 191: one alarm in ten minutes is what an operator can take
    most_an_hour: int = 6
    quiet: Hours | None = None  # by the clock of the calendar's zone; None: told at all times
