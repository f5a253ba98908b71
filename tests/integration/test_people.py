"""What people decide holds: overrides, corrections, declining, promises; against real databases."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from triage import assign, correct, sweep
from triage.correct import Labels, Person
from triage.domain.agent import AgentId
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.ticket import Author, MessageId, Status, TicketId
from triage.errors import BadInput, ChangedMeanwhile, UnknownTicket
from triage.store import agents, corrections, follow_ups, tables
from triage.store.database import Database

MORNING = {"zone": "UTC", "hours": {str(day): ["06:00", "12:30"] for day in range(7)}}
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def hire(world: World, *names: str, **values: Any) -> None:
    for name in names:
        world.hire(name=name, email=f"{name}@example.org".lower(), **values)


def person(world: World, ticket: TicketId, by: str = "Sue") -> Person:
    return Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by=by)


def holder(world: World, ticket: TicketId) -> str | None:
    name: str | None = world.row(ticket).agent_name
    return name


def answer(world: World, ticket: str, key: str = "a1") -> None:
    world.accept(key, "done", ticket=ticket, author=Author.AGENT, at=world.clock())


def test_whom_a_person_chose_keeps_the_ticket_when_it_is_decided_again(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    assert holder(world, ticket) == "Ann"
    correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    assert holder(world, ticket) == "Ben"
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"
    world.clock.forward(minutes=1)
    world.accept("m2", "full of anger", at=world.clock())
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"
    assert world.row(ticket).decision["reasons"][-1]["text"] == "Ben: chosen by a person"
    assert world.ticket(ticket).hand_overs == 1


def test_a_decision_that_was_under_way_does_not_overrule_a_person(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    score = world.model.score

    def slow(text: str, hint: str | None = None) -> Any:
        world.model.score = score
        correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
        return score(text, hint)

    world.model.score = slow
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"


def test_whoever_saw_an_older_ticket_changes_nothing_and_is_told(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    late = person(world, ticket, by="Tom")
    correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    with pytest.raises(ChangedMeanwhile, match="revision"):
        correct.give(world.database, late, AgentId(1), POLICY, world.clock())
    assert holder(world, ticket) == "Ben"
    with world.database.reading() as connection:
        assert len(corrections.of_ticket(connection, ticket)) == 1


def test_a_ticket_given_back_to_everybody_is_assigned_by_the_rules_again(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    correct.give(world.database, person(world, ticket), None, POLICY, world.clock())
    world.decide(ticket)
    assert "chosen by a person" not in str(world.row(ticket).decision["reasons"])
    assert holder(world, ticket) is not None


def test_who_declines_is_not_asked_again_and_the_ticket_keeps_its_time(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    due = world.row(ticket).respond_by
    first = world.ticket(ticket).assignee_id
    world.clock.forward(minutes=5)
    correct.decline(world.database, person(world, ticket), AgentId(first), world.clock())
    world.decide(ticket)
    assert world.ticket(ticket).assignee_id not in {None, first}
    assert world.row(ticket).respond_by == due
    with pytest.raises(BadInput, match="does not hold"):
        correct.decline(world.database, person(world, ticket), AgentId(first), world.clock())


def test_a_corrected_message_is_read_as_the_person_said(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    assert (world.row(ticket).lane, world.row(ticket).level) == ("charged", 4)
    labels = Labels(level=1, emotion=Emotion.CONFUSION, flags=[Flag.VULNERABILITY])
    correct.correct_labels(
        world.database, person(world, ticket), MessageId(1), labels, world.clock()
    )
    world.decide(ticket)
    row = world.row(ticket)
    assert (row.lane, row.level) == ("gentle", 1)
    assert row.decision["feeling"] == "confusion"
    assert [one["flag"] for one in row.decision["flags"]] == ["vulnerability"]
    with world.database.reading() as connection:
        kept = corrections.of_ticket(connection, ticket)
    assert {(it.what, str(it.was), str(it.now), it.by) for it in kept} == {
        ("level", "4", "1", "Sue"),
        ("emotion", "anger", "confusion", "Sue"),
        ("flags", "[]", "['vulnerability']", "Sue"),
    }


def test_a_lane_that_a_person_chose_holds_until_it_is_given_back(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    correct.choose_lane(world.database, person(world, ticket), Lane.GENTLE, world.clock())
    world.decide(ticket)
    assert world.row(ticket).lane == "gentle"
    correct.choose_lane(world.database, person(world, ticket), None, world.clock())
    world.decide(ticket)
    assert world.row(ticket).lane == "standard"


@pytest.mark.parametrize(
    ("labels", "message", "said"),
    [
        (Labels(), 1, "found none"),
        (Labels(level=5), 1, "expected 0 to 4"),
        (Labels(level=1), 99, "not a customer's message"),
    ],
)
def test_bad_corrections_are_answered_with_what_was_expected(world, labels, message, said):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    with pytest.raises(BadInput, match=said):
        correct.correct_labels(
            world.database, person(world, ticket), MessageId(message), labels, world.clock()
        )
    nobody = Person(ticket_id=TicketId(99), revision=1, by="Sue")
    with pytest.raises(UnknownTicket):
        correct.give(world.database, nobody, None, POLICY, world.clock())


def test_what_its_holder_left_at_the_end_of_a_shift_goes_to_who_is_there(world):
    hire(world, "Ann", shift=MORNING)
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    hire(world, "Ben")
    assert assign.hand_on(world.database, POLICY, NOON + timedelta(minutes=40)) == 0  # grace
    assert assign.hand_on(world.database, POLICY, NOON + timedelta(minutes=46)) == 1
    assert assign.assign_waiting(world.database, POLICY, NOON + timedelta(minutes=46)) == 1
    assert holder(world, ticket) == "Ben"
    assert assign.hand_on(world.database, POLICY, NOON + timedelta(minutes=47)) == 0


def test_what_is_left_stays_where_it_is_while_nobody_is_there(world):
    hire(world, "Ann", shift=MORNING)
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    assert assign.hand_on(world.database, POLICY, NOON + timedelta(hours=2)) == 0
    assert holder(world, ticket) == "Ann"


def test_what_a_person_gave_to_somebody_is_not_handed_on(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    correct.give(world.database, person(world, ticket), AgentId(1), POLICY, world.clock())
    world.decide(ticket)
    with world.database.writing() as connection:
        agents.set_present(connection, AgentId(1), present=False)
    assert assign.hand_on(world.database, POLICY, NOON + timedelta(days=2)) == 0


def test_what_is_late_goes_once_to_somebody_who_has_room(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    first = holder(world, ticket)
    late = world.row(ticket).respond_by + POLICY.grace_when_late + SECOND
    assert assign.hand_on(world.database, POLICY, late) == 1
    assert holder(world, ticket) not in {None, first}
    assert assign.hand_on(world.database, POLICY, late + timedelta(hours=1)) == 0


def test_the_same_customer_meets_the_same_agent_again(world):
    hire(world, "Ann", "Ben")
    known = {"customer_id": "c1"}
    first = world.accept("m1", "hello", ticket="T1", **known)
    world.decide(first)
    who = holder(world, first)
    answer(world, "T1")
    other = world.accept("m2", "hello", ticket="T2")
    world.decide(other)
    again = world.accept("m3", "hello", ticket="T3", **known)
    world.decide(again)
    assert holder(world, again) == who
    known_for = POLICY.familiar_for
    world.clock.forward(seconds=known_for.total_seconds() + 1)
    later = world.accept("m4", "hello", ticket="T4", at=world.clock(), **known)
    world.decide(later)
    assert "before" not in world.row(later).decision["reasons"][-1]["text"]
    world.clock.forward(seconds=-known_for.total_seconds() - 1)
    assert "answered this customer before" in world.row(again).decision["reasons"][-1]["text"]


def test_after_a_hard_ticket_whoever_answered_it_rests(world):
    hire(world, "Ann")
    hard = world.accept("m1", "full of anger", ticket="T1")
    world.decide(hard)
    answer(world, "T1")
    another = world.accept("m2", "full of anger", ticket="T2")
    world.decide(another)
    assert holder(world, another) is None
    assert "rested" in world.row(another).decision["reasons"][-1]["text"]
    world.clock.forward(seconds=POLICY.cool_down.total_seconds() + 1)
    assert assign.assign_waiting(world.database, POLICY, world.clock()) == 1


def test_a_promise_is_dated_kept_by_an_answer_and_shows_when_it_was_missed(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.clock.forward(minutes=1)
    answer(world, "T-1")
    (promised,) = of_ticket(world, ticket)
    assert promised.due_at > world.clock()
    assert promised.text == world.row(ticket).decision["card"]["follow_up"]["text"]
    assert sweep.miss_promises(world.database, promised.due_at) == 0
    assert sweep.miss_promises(world.database, promised.due_at + SECOND) == 1
    assert sweep.miss_promises(world.database, promised.due_at + SECOND) == 0
    assert world.ticket(ticket).missed_promises == 1
    world.clock.forward(days=2)
    answer(world, "T-1", key="a2")
    assert of_ticket(world, ticket)[0].kept_at is not None


def test_a_promise_is_made_when_the_answer_was_sent_and_kept_by_a_later_one(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.clock.forward(hours=2)  # what is sent comes late, and in any order

    def sent(key: str, minutes: int) -> Any:
        at = NOON + timedelta(minutes=minutes)
        world.accept(key, "on it", author=Author.AGENT, at=at)
        return of_ticket(world, ticket)

    (promised,) = sent("a2", 10)
    assert promised.made_at == NOON + timedelta(minutes=10)
    follow_up = world.row(ticket).decision["card"]["follow_up"]
    assert promised.due_at - promised.made_at == timedelta(minutes=follow_up["minutes"])
    assert [it.kept_at for it in sent("a1", 5)] == [None]
    assert [it.kept_at for it in sent("a3", 15)] == [world.clock()]


def test_who_answers_and_closes_at_once_leaves_no_promise_open(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.accept("a1", "done", author=Author.AGENT, status=Status.CLOSED)
    (promised,) = of_ticket(world, ticket)
    assert promised.kept_at == world.clock()


def test_a_missed_promise_raises_the_charge_of_what_comes_next(world):
    calm = replace(POLICY, missed_promise_weight=0.3)
    world.parts = replace(world.parts, policy=calm)
    ticket = world.accept("m1", "hello")
    with world.database.writing() as connection:
        connection.execute(update(tables.ticket).values(missed_promises=1))
    world.decide(ticket)
    assert world.row(ticket).level >= 1


def of_ticket(world: World, ticket: TicketId) -> Any:
    with world.database.reading() as connection:
        return follow_ups.of_ticket(connection, ticket)


@pytest.mark.parametrize("mode", ["observe", "suggest"])
def test_a_source_that_may_not_assign_leaves_its_tickets_with_people(world, mode):
    hire(world, "Ann", "Ben")
    with world.database.writing() as connection:
        connection.execute(update(tables.source).values(mode=mode))
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    assert (world.row(ticket).lane, holder(world, ticket)) == ("charged", None)
    assert assign.assign_waiting(world.database, POLICY, world.clock()) == 0
    correct.give(world.database, person(world, ticket), AgentId(1), POLICY, world.clock())
    world.decide(ticket)
    assert holder(world, ticket) == "Ann"
    assert world.count(tables.assignment) == 1


def test_the_shift_that_is_tested_here_ends_when_its_test_thinks():
    assert time(12, 30) > NOON.time()
