"""Taking back one's own last decision about a ticket, as if it had not been made.

Bound to the revision that it left behind: where a customer's message or somebody else came
between, nothing is changed and its author is told what came. The correction stays on record as
taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from triage.correct import Person, change_as_seen
from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.ticket import Author
from triage.errors import BadInput, ChangedMeanwhile
from triage.store import corrections, inspection, overrides
from triage.store.audit import Action
from triage.store.corrections import NewCorrection, What
from triage.store.database import Database


def take_back(database: Database, person: Person, now: datetime) -> int:
    """Take back what this person decided last; returns the ticket's new revision.

    Raises BadInput where the last decision is not theirs, UnknownTicket, ChangedMeanwhile.
    """
    try:
        return _take_back(database, person, now)
    except ChangedMeanwhile as error:
        with database.reading() as connection:
            came = _what_came(connection, person)
        raise ChangedMeanwhile(f"ticket {person.ticket_id}: {came}") from error


def _take_back(database: Database, person: Person, now: datetime) -> int:

    def change(connection: Any, row: Any) -> Sequence[NewCorrection]:
        last = corrections.last_of(connection, person.ticket_id)
        if not last or last[0].by != person.by:
            raise BadInput(f"ticket {person.ticket_id}: your decision is not the last one")
        corrections.undo(connection, [one.id for one in last], now)
        for one in last:
            _restore(connection, row, one)
        return []

    return change_as_seen(database, person, change, now, Action.TOOK_BACK)


def _what_came(connection: Any, person: Person) -> str:
    """Say what came after this person's last decision."""
    last = next(iter(corrections.last_of(connection, person.ticket_id)), None)
    if last is None or last.by != person.by:
        return f"{last.by} decided since" if last else "your decision is not the last one"
    newest = inspection.newest_message(connection, person.ticket_id)
    if newest is None or newest.received_at <= last.corrected_at:
        return "it changed since"
    wrote = newest.author == Author.CUSTOMER
    return "its customer wrote since" if wrote else "it was answered since"


def _restore(connection: Any, row: Any, one: Any) -> None:
    """Put back lane or agent; of labels the newest that is not taken back counts anyway."""
    before = corrections.in_force(connection, row.id, one.what)
    if one.what == What.LANE:
        lane = Lane(before.now) if before and before.now else None
        overrides.choose_lane(connection, row, lane)
    elif one.what == What.AGENT:
        pinned = bool(before and before.now == one.was)
        agent = AgentId(one.was) if one.was is not None else None
        overrides.put_back(connection, row, agent, pinned=pinned)
