"""Lanes, and the one number that orders the desk: `respond_by`.

`respond_by` is the customer's waiting since plus the target of the lane and level, counted in
business hours where the policy has a calendar. Because a target is bounded, a charged ticket
overtakes calm ones by a bounded time, and no ticket can starve. What the helpdesk promised the
customer (a tier, a date) only ever shortens it, and never below the shortest target there is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import Lane, Policy

SAFEGUARD_FLAGS = frozenset({Flag.SELF_HARM, Flag.DANGER})
GENTLE_FLAGS = frozenset({Flag.BEREAVEMENT, Flag.VULNERABILITY})
QUIET_EMOTIONS = frozenset({Emotion.DISTRESS, Emotion.WORRY, Emotion.CONFUSION})
CHARGED_LEVEL = 3  # from here a plain fix-only reply would make it worse


def lane_of(level: int, flags: Collection[Flag], leading: Emotion | None) -> tuple[Lane, str]:
    """Return the lane and, in words, why. Risk comes first, then grief, then charge."""
    raised = frozenset(flags)
    if raised & SAFEGUARD_FLAGS:
        return Lane.SAFEGUARD, f"signs of {_names(raised & SAFEGUARD_FLAGS)}"
    if raised & GENTLE_FLAGS and Flag.STAFF_ABUSE not in raised:
        return Lane.GENTLE, f"signs of {_names(raised & GENTLE_FLAGS)}"
    if level >= CHARGED_LEVEL and leading in QUIET_EMOTIONS:
        return Lane.GENTLE, f"strong {leading}, which needs time rather than speed"
    if level >= CHARGED_LEVEL:
        return Lane.CHARGED, f"charge level {level}"
    return Lane.STANDARD, f"charge level {level}"


def respond_by(
    waiting_since: datetime,
    lane: Lane,
    level: int,
    policy: Policy,
    *,
    tier: str | None = None,
    promised: datetime | None = None,
) -> datetime:
    """Return when somebody must have answered; `promised` is the helpdesk's own date for it."""
    due = when_due(waiting_since, target(lane, level, policy, tier), lane, policy)
    if promised is None or promised >= due:
        return due
    least = timedelta(minutes=least_target(policy))
    soonest = when_due(waiting_since, least, lane, policy)
    return min(due, max(promised, soonest))


def target(lane: Lane, level: int, policy: Policy, tier: str | None = None) -> timedelta:
    """Return how long a customer of this lane, level (0–4) and tier may wait, in whole minutes."""
    minutes = policy.targets[lane][level]
    if tier is None or tier not in policy.tiers:
        return timedelta(minutes=minutes)
    shortened = int(minutes * min(1.0, policy.tiers[tier]))
    return timedelta(minutes=max(shortened, least_target(policy)))


def least_target(policy: Policy) -> int:
    """Return the shortest target of all lanes and levels, minutes."""
    return min(min(row) for row in policy.targets.values())


def overtaking_bound(policy: Policy) -> timedelta:
    """Return by how much, at most, a ticket that came later can be placed before an earlier one.

    Of opening hours, where the policy has a calendar.
    """
    minutes = [minutes for row in policy.targets.values() for minutes in row]
    return timedelta(minutes=max(minutes) - min(minutes))


def when_due(since: datetime, span: timedelta, lane: Lane, policy: Policy) -> datetime:
    """Return when so much of the time that counts in a lane has passed."""
    if policy.calendar is None or lane in policy.round_the_clock:
        return since + span
    return policy.calendar.after(since, span)


def _names(flags: Collection[Flag]) -> str:
    return " and ".join(sorted(flag.replace("_", " ") for flag in flags))
