"""Pull a source's backlog once, for somebody who watches."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from triage.errors import BadInput, ChangedMeanwhile
from triage.helpdesks.backlog.backlog import Backlog
from triage.helpdesks.backlog.registry import BACKLOGS
from triage.outbound.caller import PATIENT
from triage.ports import utcnow
from triage.pull import Pull
from triage.pull_pages import Progress
from triage.reach import reached, waiter
from triage.read_desk import Reader
from triage.rules import Rules
from triage.settings import Settings
from triage.store.database import Database
from triage.store.pulls import Purpose

TRIES, BETWEEN = 8, 2.0  # s: longer than the lease of somebody who was killed

#: Is told the share of the time span that was read, where that is known, and what was counted.
Watch = Callable[[float | None, str], None]


def backlog_of(vendor: str) -> Backlog:
    """Return how a vendor's tickets are read. Raises BadInput."""
    if vendor not in BACKLOGS:
        raise BadInput(f"tickets of {vendor} cannot be pulled; {', '.join(sorted(BACKLOGS))} can")
    return BACKLOGS[vendor]


def pull_backlog(
    database: Database,
    settings: Settings,
    name: str,
    span: timedelta,
    stopping: threading.Event,
    watch: Watch,
    *,
    closed: bool,
) -> Counter[str]:
    """Read what changed within the span; return what was counted. Raises what `Pull.run` raises."""
    policy, now = Rules.of(settings).current().policy, utcnow()
    wait = waiter(stopping)
    with reached(settings, database, name, PATIENT, wait) as desk:
        made = Pull(
            database=database,
            reader=Reader(desk, backlog_of(desk.source.vendor)),
            purpose=Purpose.BACKLOG,
            closed=closed,
            policy=lambda: policy,
            clock=utcnow,
            watch=lambda it: watch(share(it, now), counted(it.counts)),
        )
        for _ in range(TRIES):
            if (found := made.run(now - span)) is not None:
                return found
            watch(None, "another pull has it; waiting for its end")
            wait(utcnow() + timedelta(seconds=BETWEEN))
    raise ChangedMeanwhile(f"{name}: another pull is under way; see: triage sources list")


def share(progress: Progress, now: datetime) -> float | None:
    """Return the share of the time span that was read; None where that is not known."""
    if progress.seen is None or now <= progress.since:
        return None
    return max(0.0, min(1.0, (progress.seen - progress.since) / (now - progress.since)))


def counted(counts: Counter[str]) -> str:
    """Return what was counted, in short."""
    return (
        f"{counts['tickets']:,} tickets, {counts['messages']:,} messages, "
        f"{counts['rejects']:,} rejects"
    )


def summary(counts: Counter[str]) -> str:
    """Return what a pull came to, in words."""
    left = [
        f"{counts[name]:,} {words}"
        for name, words in (
            ("known", "unchanged since they were read last"),
            ("closed", "closed, and left out"),
            ("private", "without a public message"),
        )
        if counts[name]
    ]
    said = f"{counted(counts)} were read."
    if left:
        said += f" Besides: {', '.join(left)}."
    if counts["rejects"]:
        said += " What could not be read is kept with its reason, as dead letters."
    return said
