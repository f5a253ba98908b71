"""Which alerts are told to people, and which are only noted: an alarm has to be rare to be
believed.

Critical ones are always told. Others are not told in quiet hours, and no more than so many within
an hour; what was held back is counted in the next one that is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.domain.alerts import Alert
from triage.domain.policy import Policy

HOUR = timedelta(hours=1)
IN_QUIET_HOURS = "Told to nobody: quiet hours."


@dataclass(frozen=True, slots=True)
class Lately:
    """What went before: alerts told within the last hour without critical ones, and alerts held
    back since the last one that was told."""

    told: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it is kept: `quiet` ones are told to nobody."""

    alert: Alert
    text: str
    quiet: bool


def tell(found: Iterable[Alert], lately: Lately, policy: Policy, now: datetime) -> list[Raised]:
    """Return the alerts as they are to be kept, those that are told first."""
    quiet_now = in_quiet_hours(policy, now)
    room = 0 if quiet_now else max(0, policy.alerts.most_an_hour - lately.told)
    why = IN_QUIET_HOURS if quiet_now else _too_many(policy.alerts.most_an_hour)
    told: list[Raised] = []
    held: list[Raised] = []
    for alert in sorted(found, key=lambda it: not it.critical):
        if alert.critical or room > 0:
            before = lately.held if not told else 0
            told.append(Raised(alert, alert.text + _held_back(before), quiet=False))
            room -= not alert.critical
        else:
            held.append(Raised(alert, f"{alert.text} {why}", quiet=True))
    return told + held


def in_quiet_hours(policy: Policy, now: datetime) -> bool:
    """Return whether only critical alerts are told at this moment."""
    quiet = policy.alerts.quiet
    if quiet is None:
        return False
    clock = now.astimezone(policy.calendar.zone if policy.calendar else UTC).time()
    if quiet.end <= quiet.start:  # over midnight
        return clock >= quiet.start or clock < quiet.end
    return quiet.start <= clock < quiet.end


def _too_many(most: int) -> str:
    return f"Told to nobody: {most} were told within the hour."


def _held_back(count: int) -> str:
    if not count:
        return ""
    return f" {count} other{'s were' if count > 1 else ' was'} held back before it."
