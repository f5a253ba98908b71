"""What a delivery of several events leaves: each once, in one commit, thin ones until completed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain import private_note
from triage.domain.ticket import Author
from triage.helpdesks.event import Event, Ignored, Kind, NewMessage, Result, Thin, Unread
from triage.keep import Outcome, ignored, keep, summary
from triage.store import tables, thin_events
from triage.store.database import Database
from triage.store.thin_events import State

THIN = Thin(delivery_key="t1", what="newMessage", occurred_at=NOON, ticket_id="33", message_id="m")
BAD = Unread("u1", "objectId: expected a string or a whole number, found nothing", b"{}")
MINUTE = timedelta(minutes=1)


def event(key: str, ticket: str) -> Event:
    said = NewMessage(external_id=key, author=Author.CUSTOMER, text="Hello", sent_at=NOON)
    return Event(
        delivery_key=key,
        kind=Kind.MESSAGE_ADDED,
        occurred_at=NOON,
        ticket_id=ticket,
        message=said,
    )


def kept(database: Database, source_id: int, *results: Result, now: Any = NOON) -> Any:
    with database.writing() as connection:
        return keep(connection, source_id, results, POLICY, now)


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def claimed(database: Database, source_id: int, now: Any = NOON) -> list[thin_events.Waiting]:
    with database.writing() as connection:
        return thin_events.claim(connection, 10, now, sources=[source_id])


def test_every_event_of_a_delivery_is_stored_once_by_its_own_key(database, source_id):
    both = event("a", "T-1"), event("b", "T-2")
    first = kept(database, source_id, *both)
    again = kept(database, source_id, *both, event("c", "T-3"))
    assert [it.accepted.outcome for it in first] == [Outcome.ACCEPTED] * 2
    assert [it.accepted.outcome for it in again] == [Outcome.DUPLICATE] * 2 + [Outcome.ACCEPTED]
    assert count(database, tables.ticket) == count(database, tables.message) == 3


def test_a_part_that_cannot_be_understood_harms_no_other(database, source_id):
    found = kept(database, source_id, event("a", "T-1"), BAD)
    assert count(database, tables.ticket) == count(database, tables.dead_letter) == 1
    assert [it.dead for it in found] == ["", "u1"]
    assert summary(found).outcome is Outcome.ACCEPTED


def test_of_several_outcomes_the_one_worth_knowing_is_told(database, source_id):
    skipped = Ignored("i1", "a private note")
    told = summary(kept(database, source_id, skipped, BAD))
    assert (told.outcome, told.reason) == (Outcome.DEAD_LETTER, BAD.reason)
    assert summary(kept(database, source_id, skipped, BAD)).outcome is Outcome.DUPLICATE


def test_what_holds_nothing_for_us_need_not_be_stored():
    assert ignored([]).outcome is Outcome.IGNORED
    assert ignored([Ignored("1", "why", "echo")]).reply == "echo"
    assert ignored([Ignored("1", "why"), THIN]) is None


def test_a_thin_event_waits_until_it_is_done(database, source_id):
    kept(database, source_id, THIN)
    assert kept(database, source_id, THIN)[0].accepted.outcome is Outcome.DUPLICATE
    [waiting] = claimed(database, source_id)
    assert (waiting.thin, waiting.vendor, waiting.attempts) == (THIN, "generic", 1)
    with database.writing() as connection:
        assert thin_events.states(connection) == {"demo": State(1, "needs credentials")}
        thin_events.done(connection, waiting)
        assert thin_events.states(connection) == {}


def test_whoever_claimed_a_thin_event_and_died_loses_it(database, source_id):
    kept(database, source_id, THIN)
    assert len(claimed(database, source_id)) == 1
    assert claimed(database, source_id, NOON + thin_events.CLAIM - MINUTE) == []
    [waiting] = claimed(database, source_id, NOON + thin_events.CLAIM)
    assert waiting.attempts == 2


def test_a_thin_event_of_a_source_that_nobody_can_call_is_left(database, source_id):
    kept(database, source_id, THIN)
    assert claimed(database, source_id + 1) == []
    assert len(claimed(database, source_id)) == 1


def test_a_thin_event_that_failed_waits_with_its_reason(database, source_id):
    kept(database, source_id, THIN)
    [waiting] = claimed(database, source_id)
    with database.writing() as connection:
        thin_events.put_off(connection, waiting, NOON + 5 * MINUTE, "HTTP 429")
        assert connection.execute(select(tables.thin_event.c.problem)).scalar_one() == "HTTP 429"
    assert claimed(database, source_id, NOON + 4 * MINUTE) == []
    assert len(claimed(database, source_id, NOON + 5 * MINUTE)) == 1


@pytest.mark.parametrize("ends", ["done", "put off"])
def test_a_thin_event_that_comes_again_while_it_is_completed_is_completed_again(
    database, source_id, ends
):
    """Its answer may have been read before what the second one tells of."""
    repeated = replace(THIN, repeats=True)
    kept(database, source_id, repeated)
    [waiting] = claimed(database, source_id)
    assert kept(database, source_id, repeated)[0].accepted.outcome is Outcome.ACCEPTED
    with database.writing() as connection:
        if ends == "done":
            thin_events.done(connection, waiting)
        else:
            thin_events.put_off(connection, waiting, NOON + 9 * MINUTE, "HTTP 500")
    [again] = claimed(database, source_id)
    assert again.revision == waiting.revision + 1


def test_a_note_of_ours_that_comes_back_is_ignored_and_one_that_is_quoted_is_read(
    database, source_id
):
    note = private_note.note_of(7, "charged", RESULT)
    for text, outcome in ((note.text, Outcome.IGNORED), (f"What? {note.text}", Outcome.ACCEPTED)):
        one = event(outcome, "33")
        said = replace(one, message=replace(one.message, text=text))
        (found,) = kept(database, source_id, said)
        assert found.accepted.outcome is outcome
    assert count(database, tables.message) == 1


RESULT = {
    "level": 3,
    "card": {"title": "Anger", "feeling": "is angry", "heard": [], "steps": [], "never": []},
    "reasons": [],
}
