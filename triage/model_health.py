"""How well the model reads here: what people correct, whether its numbers hold, what its cards do.

The figures about closed and answered tickets look at the newest of the period, so that a page
costs as much in a large desk as in a small one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from statistics import fmean

from triage import accuracy, outcomes
from triage.domain.figure import Cell, Figure, Share, shares
from triage.domain.outcome import LEAST, Outcome
from triage.domain.ticket import MessageId
from triage.store import claims, lessons, trends
from triage.store.claims import Claim
from triage.store.corrections import What
from triage.trends import Seen

MOST = 1_000  # closed tickets
ANSWERED = 500  # tickets; their threads are read
DECISIONS = 5_000
ENOUGH = 10  # corrected feelings below which nothing is said of calibration, as in `calibrate`
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.001)  # of probabilities that are taken together


def corrections(seen: Seen) -> Figure:
    """Of the tickets closed in the period the share whose label, lane or agent somebody changed."""
    rows: list[tuple[Cell, ...]] = []
    with seen.database.reading() as connection:
        since = claims.closed_since(connection, seen.window.since, MOST)
    for it in accuracy.accuracy(seen.database, since, MOST):
        changed = it.tickets - it.unchanged
        rows.append((str(it.label), it.tickets, changed, *shares(changed, it.tickets)))
    columns = ("label", "closed tickets", "changed", "share", "low", "high")
    return Figure("corrections", columns, tuple(rows))


def reliability(seen: Seen) -> Figure:
    """Of the feelings named with about this probability, the share that nobody put right.

    No rows where too few were put right to say anything: silence alone proves nothing.
    """
    with seen.database.reading() as connection:
        tickets = claims.newest_closed(connection, seen.window.since, MOST)
        found = claims.claims(connection, tickets)
        said = lessons.changed(connection, tickets)
    wrong = {
        message
        for labels in said.values()
        for (message, what), (was, now) in labels.items()
        if what is What.EMOTION and was != now
    }
    columns = ("from", "to", "named", "claimed", "stood", "share", "low", "high")
    if sum(it.message_id in wrong for it in found) < ENOUGH:
        return Figure("reliability", columns, ())
    rows = [_bin(low, high, found, wrong) for low, high in pairwise(EDGES)]
    return Figure("reliability", columns, tuple(it for it in rows if it is not None))


def models(seen: Seen) -> Figure:
    """Which model made the decisions in force; one with + has this installation's calibration."""
    with seen.database.reading() as connection:
        found = trends.versions(connection, seen.window.since, seen.window.until, DECISIONS)
    whole = sum(count for _, count in found)
    rows = [(name, count, Share(count / whole)) for name, count in found]
    return Figure("models", ("model", "tickets", "share"), tuple(rows))


def strategies(seen: Seen) -> Figure:
    """What customers wrote after a reply, by the card's rule that lay there."""
    since = seen.window.since
    with seen.database.reading() as connection:
        below = claims.newest_answered(connection, since, ANSWERED)
    found = outcomes.outcomes(seen.database, seen.policy, since, after=below)
    return Figure("strategies", STRATEGY, tuple(map(_strategy, found.strategies)))


STRATEGY = (
    *("strategy", "exchanges", "change", "change low", "change high"),
    *("charged", "share", "low", "high", "silent"),
)


def _strategy(one: Outcome) -> tuple[Cell, ...]:
    change, calmed = one.change_between, one.calmed_between
    return (
        one.strategy,
        one.exchanges,
        one.change,
        change.low if change else None,
        change.high if change else None,
        one.charged,
        Share(one.calmed) if one.calmed is not None else None,
        Share(calmed.low) if calmed else None,
        Share(calmed.high) if calmed else None,
        one.silent,
    )


def _bin(
    low: float, high: float, found: Sequence[Claim], wrong: Collection[MessageId | None]
) -> tuple[Cell, ...] | None:
    mine = [it for it in found if low <= it.probability < high]
    if len(mine) < LEAST:
        return None
    stood = sum(it.message_id not in wrong for it in mine)
    claimed = Share(fmean(it.probability for it in mine))
    to = Share(min(high, 1.0))
    return (Share(low), to, len(mine), claimed, stood, *shares(stood, len(mine)))
