"""When a shift ends that covers a moment. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from triage.domain.agent import Shift

HOURS_LOOKED_AT = 8  # one after the other: more than a week without a gap never ends


def shift_ends(shift: Shift | None, now: datetime) -> datetime | None:
    """Return when the hours end that cover `now`; None where none do, or the shift is always on.

    Hours that follow without a gap count as one.
    """
    if shift is None or not shift.covers(now):
        return None
    moment = now
    for _ in range(HOURS_LOOKED_AT):
        later = _end_of_hours(shift, moment)
        if later is None or not shift.covers(later):
            return later
        moment = later
    return None  # round the clock


def _end_of_hours(shift: Shift, moment: datetime) -> datetime | None:
    local = moment.astimezone(shift.zone)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    ends = [_end(shift, yesterday), _end(shift, today)]
    later = [it for it in ends if it is not None and it > moment]
    return min(later, default=None)


def _end(shift: Shift, day: date) -> datetime | None:
    hours = shift.hours.get(day.weekday())
    if hours is None:
        return None
    last = day + timedelta(days=1) if hours.end <= hours.start else day
    return datetime.combine(last, hours.end, shift.zone).astimezone(UTC)
