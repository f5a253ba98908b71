"""One thing about a source that was tried, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain import retry
from triage.errors import TriageError
from triage.helpdesks.call import Response
from triage.helpdesks.event import Malformed

CLOCK_OFF = timedelta(seconds=60)  # a quarter of the window of a signed webhook


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried, what was found, and whether that is good."""

    what: str
    said: str
    good: bool = True


def tried(what: str, act: Callable[[], str]) -> Check:
    """Return what an act found, or why it could not."""
    try:
        return Check(what, act())
    except (TriageError, Malformed) as error:
        return Check(what, str(error), good=False)


def clock(answer: Response, whose: str, now: datetime) -> Check:
    """Return how far this machine's clock is from the one that answered."""
    theirs = retry.http_date(answer.headers.get("date", ""))
    if theirs is None:
        return Check("clock", f"{whose} does not say what time it is")
    seconds = round((now - theirs).total_seconds())
    good = abs(seconds) <= CLOCK_OFF.total_seconds()
    side = "ahead of" if seconds > 0 else "behind"
    return Check("clock", f"this machine is {abs(seconds)} s {side} {whose}'s", good=good)
