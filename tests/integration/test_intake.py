"""Intake against real databases: stored once, in any order, nothing lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import POLICY
from tests.fakes import NOON
from triage.domain.policy import Policy
from triage.domain.ticket import Author, Status
from triage.helpdesks.event import Event, Kind, NewMessage
from triage.store import intake, tables
from triage.store.database import Database

MINUTE = timedelta(minutes=1)
WITH_TIERS = replace(POLICY, tiers={"gold": 0.5})


def event(
    key: str,
    text: str | None = "Hello",
    *,
    author: Author = Author.CUSTOMER,
    at: datetime = NOON,
    ticket: str = "T-1",
    **values: Any,
) -> Event:
    message = None
    if text is not None:
        message = NewMessage(external_id=key, author=author, text=text, sent_at=at)
    return Event(
        delivery_key=key,
        kind=Kind.MESSAGE_ADDED,
        occurred_at=at,
        ticket_id=ticket,
        message=message,
        **values,
    )


def store(
    database: Database,
    source_id: int,
    *events: Event,
    now: datetime = NOON + 60 * MINUTE,
    policy: Policy = POLICY,
) -> Any:
    for one in events:
        with database.writing() as connection:
            if intake.first_delivery(connection, source_id, one.delivery_key, now):
                intake.store_event(connection, source_id, one, policy, now)
    with database.reading() as connection:
        return connection.execute(select(tables.ticket)).one()


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_new_ticket_waits_and_is_due(database, source_id):
    row = store(database, source_id, event("m1", subject="Help"))
    assert (row.status, row.state, row.revision) == ("waiting", "due", 1)
    assert row.waiting_since == NOON
    assert row.lane == "unscored"
    assert row.respond_by > NOON


def test_the_same_delivery_is_stored_once(database, source_id):
    store(database, source_id, event("m1"), event("m1"))
    assert count(database, tables.message) == 1


def test_the_same_message_in_two_deliveries_is_stored_once(database, source_id):
    again = Event(**{**_fields(event("m1")), "delivery_key": "other"})
    row = store(database, source_id, event("m1"), again)
    assert count(database, tables.message) == 1
    assert row.revision == 1


def _fields(one: Event) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_two_tickets_may_number_their_messages_alike(database, source_id):
    with database.writing() as connection:
        for ticket in ("A", "B"):
            one = Event(**{**_fields(event("1", ticket=ticket)), "delivery_key": ticket})
            intake.first_delivery(connection, source_id, one.delivery_key, NOON)
            intake.store_event(connection, source_id, one, POLICY, NOON)
    assert count(database, tables.message) == 2


def test_a_reply_may_come_before_its_ticket(database, source_id):
    reply = event("m2", "Any news?", at=NOON + 5 * MINUTE)
    first = event("m1", "It broke", at=NOON, subject="Broken")
    row = store(database, source_id, reply, first)
    assert row.subject == "Broken"
    assert row.waiting_since == NOON
    assert row.revision == 2


def test_an_agents_answer_ends_the_wait_and_a_customers_reply_begins_another(database, source_id):
    asked = event("m1")
    answered = event("m2", "On it", author=Author.AGENT, at=NOON + MINUTE)
    assert store(database, source_id, asked, answered).status == "answered"
    row = store(database, source_id, event("m3", "Still broken", at=NOON + 9 * MINUTE))
    assert (row.status, row.waiting_since) == ("waiting", NOON + 9 * MINUTE)
    assert row.released_at is None


def test_an_agents_answer_that_comes_late_does_not_hide_a_newer_question(database, source_id):
    late = event("m2", "On it", author=Author.AGENT, at=NOON + MINUTE)
    newer = event("m3", "And now?", at=NOON + 2 * MINUTE)
    assert store(database, source_id, event("m1"), newer, late).status == "waiting"


def test_a_question_that_comes_late_is_already_answered(database, source_id):
    answered = event("m2", "On it", author=Author.AGENT, at=NOON + MINUTE)
    row = store(database, source_id, answered, event("m1"))
    assert row.status == "answered"
    assert row.state == "due"  # it is read all the same


def test_only_customers_messages_are_due_to_be_read(database, source_id):
    row = store(database, source_id, event("m1", "We noticed a fault", author=Author.AGENT))
    assert (row.state, row.revision) == ("done", 0)


def test_a_message_after_closing_opens_the_ticket_again(database, source_id):
    closed = event("c", None, status=Status.CLOSED, at=NOON + MINUTE)
    assert store(database, source_id, event("m1"), closed).status == "closed"
    row = store(database, source_id, event("m2", at=NOON + 2 * MINUTE))
    assert (row.status, row.reopened) == ("waiting", 1)


def test_an_agent_may_answer_and_close_at_once(database, source_id):
    both = event("m2", "Done", author=Author.AGENT, at=NOON + MINUTE, status=Status.CLOSED)
    assert store(database, source_id, event("m1"), both).status == "closed"


CLOSED_LATE = {
    "a status": event("c", None, status=Status.CLOSED, at=NOON + MINUTE),
    "an answer": event("m2", "Done", author=Author.AGENT, status=Status.CLOSED, at=NOON + MINUTE),
}


@pytest.mark.parametrize("late", CLOSED_LATE.values(), ids=CLOSED_LATE)
def test_a_closing_that_comes_late_does_not_hide_a_newer_question(database, source_id, late):
    newer = event("m3", "And now?", at=NOON + 2 * MINUTE)
    row = store(database, source_id, event("m1"), newer, late)
    assert (row.status, row.released_at) == ("waiting", None)


def test_what_was_answered_keeps_the_moment_when_it_stopped_to_wait(database, source_id):
    answered = event("m2", "On it", author=Author.AGENT, at=NOON + MINUTE)
    store(database, source_id, event("m1"), answered, now=NOON + 2 * MINUTE)
    closed = event("c", None, status=Status.CLOSED, at=NOON + 9 * MINUTE)
    row = store(database, source_id, closed, now=NOON + 10 * MINUTE)
    assert (row.status, row.released_at) == ("closed", NOON + 2 * MINUTE)


@pytest.mark.parametrize(
    ("learned", "minutes"),
    [
        ({"tier": "gold"}, 240),
        ({"tier": "unknown"}, 480),
        ({"promised_at": NOON + 45 * MINUTE}, 45),
        ({"promised_at": NOON - timedelta(days=1)}, 15),
        ({"promised_at": NOON + timedelta(days=9)}, 480),
        ({"tier": "gold", "promised_at": NOON + 300 * MINUTE}, 240),
        ({"subject": "Help"}, 480),
    ],
)
def test_what_a_later_event_says_was_promised_only_ever_shortens_the_wait(
    database, source_id, learned, minutes
):
    told = event("t", None, **learned)
    row = store(database, source_id, event("m1"), told, policy=WITH_TIERS)
    assert row.respond_by == NOON + minutes * MINUTE


def test_what_was_promised_counts_for_one_answer(database, source_id):
    promised = event("m1", promised_at=NOON + 45 * MINUTE)
    answered = event("m2", "On it", author=Author.AGENT, at=NOON + 30 * MINUTE)
    again = event("m3", "And now?", at=NOON + 40 * MINUTE)
    row = store(database, source_id, promised, answered, again)
    assert row.respond_by == NOON + 520 * MINUTE


def test_a_customers_closing_message_is_still_read(database, source_id):
    with database.writing() as connection:
        one = event("m1", "never mind", status=Status.CLOSED)
        stored = intake.store_event(connection, source_id, one, POLICY, NOON)
    assert stored.due
    assert stored.became is Status.CLOSED


def test_a_message_from_the_future_waits_from_now(database, source_id):
    row = store(database, source_id, event("m1", at=NOON + timedelta(days=300)), now=NOON)
    assert row.waiting_since == NOON


def test_a_ticket_that_was_given_up_gets_new_attempts_with_a_new_message(database, source_id):
    store(database, source_id, event("m1"))
    with database.writing() as connection:
        connection.execute(tables.ticket.update().values(state="dead", attempts=5))
    row = store(database, source_id, event("m2", at=NOON + MINUTE))
    assert (row.state, row.attempts) == ("due", 0)
