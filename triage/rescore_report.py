"""A run in tables and sentences, for the terminal: its progress and what it would change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from triage.domain.rescoring import AT_WORK, CHANGES, ItemState, RunState
from triage.replay_report import Shown
from triage.rescore import Looked
from triage.rescored import Comparison, MoveShown, NotDone, span_words

MOST_MOVED = 20  # of the fifty, in a terminal
SAID = {ItemState.PENDING: "would change", ItemState.FAILED: "could not be read"}
CALLED = {"respond_by": "respond by"}


def summary(looked: Looked) -> str:
    """Return a run in a sentence: which tickets, by what, how far."""
    run, found = looked.run, looked.progress
    by = f"model {run.model_version or '(not begun)'}, policy {run.policy_version}"
    return (
        f"run {run.id} by {run.by}, {run.made_at:%Y-%m-%d %H:%M} UTC: {run.asked}, "
        f"{run.tickets} tickets; {by}; {how_far(looked)}{_parked(found.parked)}"
    )


def how_far(looked: Looked) -> str:
    """Return a run's state with its counts."""
    done, whole = counts(looked)
    paused = "paused while " if looked.run.paused else ""
    if looked.state is RunState.SCORING and done >= whole:
        return f"{paused}comparing {whole}"
    if looked.state in AT_WORK:
        return f"{paused}{looked.state}, {done} of {whole}"
    each = looked.progress.items
    said = [f"{each[it]} {SAID.get(it, it)}" for it in ItemState if it in each and it != "same"]
    return f"{looked.state}: {', '.join(said) or 'nothing would change'}"


def counts(looked: Looked) -> tuple[int, int]:
    """Return of how many tickets the present work is done, and how many there are."""
    found = looked.progress
    done = found.of(ItemState.APPLIED, ItemState.SKIPPED)
    back = found.of(ItemState.UNDONE, ItemState.LEFT)
    match looked.state:
        case RunState.APPLYING:
            return done, done + found.of(ItemState.PENDING)
        case RunState.UNDOING:
            return back, back + found.of(ItemState.APPLIED)
        case _:
            return found.read, looked.run.tickets


def _parked(chunks: int) -> str:
    return f"; {chunks} chunks given up" if chunks else ""


def tables(it: Comparison) -> list[Shown]:
    """Return what a run would change."""
    return [
        Shown("What would change", ("", "tickets", "share"), _changes(it)),
        Shown("Targets", ("customers who wait", "as it is", "as it would be"), _targets(it)),
        Shown("Levels: from (rows) to", ("", *map(str, range(5))), _matrix(it.levels, range(5))),
        Shown("Lanes: from (rows) to", ("", *it.lane_names), _matrix(it.lanes, it.lane_names)),
        Shown("Loads", ("agent", "tickets", "of", "emotional load"), _loads(it)),
        Shown(
            f"Largest moves{_first(len(it.moves))}",
            ("ticket", "lane", "level", "agent", "respond by", "words that weigh most"),
            [_move(one) for one in it.moves[:MOST_MOVED]],
        ),
    ]


def _changes(it: Comparison) -> list[tuple[str, ...]]:
    return [
        (CALLED.get(what, what), str(it.changed[what]), f"{it.changed[what] / it.tickets:.1%}")
        for what in CHANGES
    ]


def _targets(it: Comparison) -> list[tuple[str, ...]]:
    pairs = (("late", it.late), ("due within an hour", it.soon))
    return [(name, *map(str, pair)) for name, pair in pairs]


def _matrix(counts_: list[list[int]], names: Any) -> list[tuple[str, ...]]:
    return [
        (str(name), *(str(count or "·") for count in row))
        for name, row in zip(names, counts_, strict=True)
    ]


def _loads(it: Comparison) -> list[tuple[str, ...]]:
    return [
        (
            one.name,
            _both(*map(str, one.load)),
            str(one.capacity),
            _both(*(f"{value:.1f}" for value in one.emotional)),
        )
        for one in it.team
    ]


def _move(one: MoveShown) -> tuple[str, ...]:
    was, now = one.respond_by
    moved = now - was
    return (
        str(one.ticket),
        _both(*one.lane),
        _both(*map(str, one.level)),
        _both(*(name or "nobody" for name in one.agent)),
        span_words(moved) if moved > timedelta() or moved < timedelta() else "",
        one.words,
    )


def _first(count: int) -> str:
    return f" (the first {MOST_MOVED} of {count})" if count > MOST_MOVED else ""


def _both(was: str, now: str) -> str:
    return was if was == now else f"{was} → {now}"


def left_out(found: list[NotDone]) -> Shown:
    """Return the tickets with which nothing was done."""
    rows: list[tuple[str, ...]] = [
        (str(it.ticket), it.external_id, str(it.state), it.why) for it in found
    ]
    return Shown("Nothing was done with", ("ticket", "at the helpdesk", "", "why"), rows)


def to_do(looked: Looked) -> str:
    """Return what may be done next with a run, as commands."""
    run = looked.run.id
    found = looked.progress
    if looked.run.paused:
        return f"go on: triage rescore resume {run}    end it: triage rescore cancel {run}"
    if looked.state is RunState.SCORED:
        pending = found.of(ItemState.PENDING)
        return (
            f"apply the {pending} changes: triage rescore apply {run}    "
            f"leave all as it is: triage rescore cancel {run}"
            if pending
            else "nothing would change"
        )
    if found.of(ItemState.APPLIED) and looked.state in {RunState.APPLIED, RunState.CANCELLED}:
        return f"take it back as one: triage rescore undo {run}"
    return ""
