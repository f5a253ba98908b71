"""Applying what a run found, and taking it back: so many tickets at a time, the most urgent first.

Each goes through the same recording as a decision that comes with a message, bound to the revision
and the decision that the run saw: what changed meanwhile is skipped and said. What somebody decided
about a ticket holds, as routing never overrules it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage import recording
from triage.domain.agent import AgentId
from triage.domain.reading import recent
from triage.domain.rescoring import ItemState, RunState, allowance
from triage.domain.ticket import Status, TicketId
from triage.ports import Clock
from triage.recording import By, Read
from triage.rescore_by import by_of
from triage.store import decisions, events, rescore_items, rescores, threads
from triage.store.database import Database
from triage.store.decisions import Assigned
from triage.store.events import EventKind
from triage.store.threads import Thread
from triage.store.work import Claim

MOST_AT_ONCE = 16  # tickets in one transaction
ENDS = {RunState.APPLYING: RunState.APPLIED, RunState.UNDOING: RunState.UNDONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """What applying needs; no model: all is scored."""

    database: Database
    announce: Callable[[], None]
    give_way: Callable[[], None]
    clock: Clock


def step(parts: Applying, run_id: int, until: datetime) -> None:
    """Apply or take back what is due of a run until then."""
    run, left = _begin(parts, run_id)
    while run is not None and left and parts.clock() < until:
        parts.give_way()
        done = _batch(parts, run, min(left, MOST_AT_ONCE))
        left -= done
        if not done:
            _end(parts, run)
            return
        parts.announce()


def _begin(parts: Applying, run_id: int) -> tuple[Any, int]:
    """Return the run and how many of its tickets are due now, so that two workers share a rate."""
    now = parts.clock()
    with parts.database.writing() as connection:
        run = rescores.find(connection, run_id, lock=True)
        rescores.come(connection, run_id, now)
        if run is None or run.paused or run.state not in ENDS:
            return None, 0
        if run.state == RunState.UNDOING:
            return run, run.tickets
        due, since = allowance(run.rate, run.stepped_at, now)
        rescores.put(connection, run_id, stepped_at=since)
        return run, due


def _end(parts: Applying, run: Any) -> None:
    """Nothing is left to do: the run has ended."""
    with parts.database.writing() as connection:
        now_is = rescores.find(connection, run.id, lock=True).state
        if now_is == run.state:
            ended = {"state": ENDS[RunState(run.state)], "ended_at": parts.clock()}
            rescores.put(connection, run.id, **ended)


def _batch(parts: Applying, run: Any, limit: int) -> int:
    """Do it to some tickets; return how many were looked at."""
    if run.state == RunState.UNDOING:
        return _undo_some(parts, run, limit)
    by = by_of(run, run.model_version)
    with parts.database.reading() as connection:
        wanted = rescore_items.next_in(connection, run.id, ItemState.PENDING, limit)
        since = parts.clock() - by.policy.familiar_for
        found = threads.load(connection, list(wanted), by.versions.model, since)
    reads = {it: _read(wanted[it], found[it], by) for it in wanted if it in found}
    _apply(parts, run, by, reads, wanted)
    return len(wanted)


def _read(item: Any, thread: Thread, by: By) -> Read | None:
    """Return a thread as the run read it; None where a message came since."""
    messages = recent(thread.ticket, by.policy)
    known = thread.scorings
    if any(it.id not in known for it in messages):
        return None
    claim = Claim(thread.ticket.id, "", item.revision, 0)
    return recording.read(claim, thread, {it.id: known[it.id] for it in messages}, by)


def _apply(
    parts: Applying,
    run: Any,
    by: By,
    reads: Mapping[TicketId, Read | None],
    wanted: Mapping[TicketId, Any],
) -> None:
    now = parts.clock()
    with parts.database.writing() as connection:
        if not _goes_on(connection, run):
            return
        rows, still = rescore_items.lock(connection, run.id, wanted, ItemState.PENDING)
        whys = {it: _changed(rows[it], one, reads.get(it)) for it, one in still.items()}
        ours = [one for it, one in reads.items() if one and whys.get(it) == ""]
        made = recording.record(connection, ours, rows, by, now, why=f"scored again ({run.id}); ")
        held = {it.ticket.id: it.holder for it in made}
        past = {it: rows[it].respond_by for it in held if rows[it].status != Status.WAITING}
        rescore_items.keep_due(connection, past)
        ids = rescore_items.decisions_of(connection, list(held))
        rescore_items.mark(
            connection,
            run.id,
            [
                {
                    "ticket_id": it,
                    "state": ItemState.APPLIED,
                    "was": rescore_items.as_kept(rows[it]),
                    "applied_id": ids[it],
                    "new_agent_id": holder,
                }
                for it, holder in held.items()
            ],
        )
        rescore_items.mark(connection, run.id, _said(whys, ItemState.SKIPPED))
        events.append(connection, EventKind.DECIDED, list(held), now)


def _goes_on(connection: Any, run: Any) -> bool:
    """Return whether nobody has paused or ended the run since we looked; it stays so until the
    commit.
    """
    row = rescores.find(connection, run.id, lock=True)
    return bool(row and row.state == run.state and not row.paused)


def _changed(row: Any, item: Any, read: Read | None) -> str:
    """Return why what the run found holds no longer; nothing where it does."""
    if row.state != "done":
        return "it was being decided anew"
    if row.revision != item.revision or read is None:
        return "somebody decided otherwise, or the customer wrote again"
    if row.decision_id != item.decision_id:
        return "it was decided again since it was scored"
    if (row.status == Status.WAITING) != item.waits:
        return "it was answered, or opened again"
    return ""


def _undo_some(parts: Applying, run: Any, limit: int) -> int:
    now = parts.clock()
    with parts.database.writing() as connection:
        if not _goes_on(connection, run):
            return limit  # whoever paused it decides how it goes on
        wanted = rescore_items.next_in(connection, run.id, ItemState.APPLIED, limit)
        rows, still = rescore_items.lock(connection, run.id, wanted, ItemState.APPLIED)
        whys = {it: _newer(rows[it], one) for it, one in still.items()}
        back = [it for it, why in whys.items() if not why]
        _assign_back(connection, run, [(rows[it], still[it]) for it in back], now)
        for it in back:
            rescore_items.put_back(connection, it, still[it].was)
        undone = [{"ticket_id": it, "state": ItemState.UNDONE} for it in back]
        rescore_items.mark(connection, run.id, undone)
        rescore_items.mark(connection, run.id, _said(whys, ItemState.LEFT))
        events.append(connection, EventKind.TAKEN_BACK, back, now)
    return len(wanted)


def _assign_back(connection: Any, run: Any, pairs: list[tuple[Any, Any]], now: datetime) -> None:
    """Note who holds again what the run had given to another."""
    why = f"scoring again ({run.id}) was taken back"
    again = [
        Assigned(TicketId(row.id), AgentId(item.was["assignee_id"]), why)
        for row, item in pairs
        if item.was["assignee_id"] not in {None, row.assignee_id}
    ]
    decisions.assign(connection, again, now)


def _newer(row: Any, item: Any) -> str:
    """Return what happened since it was applied; nothing where it stands as it was left."""
    if row.decision_id != item.applied_id or row.state != "done":
        return "it was decided again since"
    if row.revision != item.revision:
        return "somebody decided otherwise since"
    if row.assignee_id != item.new_agent_id:
        return "somebody else holds it since"
    if row.status != item.was["status"]:
        return "it was answered or closed since"
    return ""


def _said(whys: Mapping[TicketId, str], state: ItemState) -> list[dict[str, Any]]:
    return [{"ticket_id": it, "state": state, "why": why} for it, why in whys.items() if why]
