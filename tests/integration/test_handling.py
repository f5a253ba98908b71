"""What people do besides overruling: take back, put off, leave notes; by the real API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.integration.test_people import hire, holder, person
from triage import correct
from triage.correct import Labels
from triage.domain.agent import AgentId
from triage.domain.emotion import Emotion
from triage.domain.policy import Lane
from triage.domain.ticket import Author, MessageId
from triage.errors import BadInput, ChangedMeanwhile, UnknownTicket
from triage.put_off import put_off
from triage.store import corrections, lessons, notes
from triage.take_back import take_back


@pytest.fixture
def world(database):
    return World(database)


def taken_back(world, ticket, **values):
    return take_back(world.database, replace(person(world, ticket), **values), world.clock())


def test_taking_back_an_assignment_gives_the_ticket_back_to_who_held_it_by_the_rules(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    assert holder(world, ticket) == "Ann"
    correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    taken_back(world, ticket)
    assert holder(world, ticket) == "Ann"
    assert not world.ticket(ticket).pinned


def test_taking_back_the_second_of_two_assignments_leaves_the_first(world):
    hire(world, "Ann", "Ben", "Cal")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    for number in (2, 3):
        correct.give(world.database, person(world, ticket), AgentId(number), POLICY, world.clock())
        world.clock.forward(seconds=1)
    taken_back(world, ticket)
    world.decide(ticket)
    assert holder(world, ticket) == "Ben"
    assert world.ticket(ticket).pinned


def test_taking_back_a_lane_lets_the_words_decide_again(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    correct.choose_lane(world.database, person(world, ticket), Lane.GENTLE, world.clock())
    world.decide(ticket)
    assert world.ticket(ticket).lane == Lane.GENTLE
    taken_back(world, ticket)
    world.decide(ticket)
    assert world.ticket(ticket).lane == Lane.STANDARD


def test_a_label_that_was_taken_back_counts_nowhere(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    labels = Labels(level=4, emotion=Emotion.ANGER)
    correct.correct_labels(world.database, person(world, ticket), MessageId(1), labels, NOON)
    world.decide(ticket)
    assert world.ticket(ticket).level == 4
    taken_back(world, ticket)
    world.decide(ticket)
    assert world.ticket(ticket).level == 0
    with world.database.reading() as connection:
        assert lessons.corrected_tickets(connection, 0, 10) == []
        kept = corrections.of_ticket(connection, ticket)
    assert len(kept) == 2
    assert all(one.undone_at for one in kept)


def test_only_ones_own_last_decision_can_be_taken_back(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    with pytest.raises(BadInput, match="not the last"):
        taken_back(world, ticket)
    correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    with pytest.raises(BadInput, match="not the last"):
        taken_back(world, ticket, by="Tom")
    assert holder(world, ticket) == "Ben"


def test_nothing_is_taken_back_where_something_came_in_between_and_what_came_is_said(world):
    hire(world, "Ann", "Ben")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    left = correct.give(world.database, person(world, ticket), AgentId(2), POLICY, world.clock())
    came = (
        ("its customer wrote since", lambda: world.accept("m2", "and another thing")),
        ("it was answered since", lambda: world.accept("a1", "done", author=Author.AGENT)),
        ("Tom decided since", lambda: correct.choose_lane(*by_tom(world, ticket))),
    )
    for words, comes in came:
        world.clock.forward(seconds=1)
        comes()
        with pytest.raises(ChangedMeanwhile, match=f"ticket {ticket}: {words}"):
            taken_back(world, ticket, revision=left)
    assert holder(world, ticket) == "Ben"


def by_tom(world, ticket):
    tom = replace(person(world, ticket), by="Tom")
    return world.database, tom, Lane.GENTLE, world.clock()


def test_several_of_ones_own_decisions_are_taken_back_one_after_the_other(world):
    hire(world, "Ann", "Ben", "Cal")
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    for number in (2, 3):
        correct.give(world.database, person(world, ticket), AgentId(number), POLICY, world.clock())
        world.clock.forward(seconds=1)
    for left in ("Ben", "Ann"):
        taken_back(world, ticket)
        assert holder(world, ticket) == left


# Out of danger


@pytest.fixture
def unsafe(world):
    hire(world, "Ann", skills=["safeguarding"])
    ticket = world.accept("m1", "I want to kill myself")
    world.decide(ticket)
    assert world.ticket(ticket).lane == Lane.SAFEGUARD
    return ticket


@pytest.mark.parametrize("why", ["", "  \n"])
@pytest.mark.parametrize("lane", [Lane.CHARGED, Lane.GENTLE, Lane.STANDARD])
def test_nobody_is_moved_out_of_danger_without_a_reason(world, unsafe, lane, why):
    mine = replace(person(world, unsafe), why=why)
    with pytest.raises(BadInput, match="why: expected a reason"):
        correct.choose_lane(world.database, mine, lane, world.clock())
    assert world.ticket(unsafe).chosen_lane is None


def test_the_reason_for_moving_somebody_out_of_danger_is_kept(world, unsafe):
    mine = replace(person(world, unsafe), why="it is a song")
    correct.choose_lane(world.database, mine, Lane.STANDARD, world.clock())
    with world.database.reading() as connection:
        kept = corrections.in_force(connection, unsafe, corrections.What.LANE)
    assert (kept.was, kept.now, kept.why) == ("safeguard", "standard", "it is a song")


def test_into_danger_no_reason_is_asked_for_and_out_again_one_is(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    for _ in range(2):  # before a worker has decided, and after
        correct.choose_lane(world.database, person(world, ticket), Lane.SAFEGUARD, world.clock())
        for lane in (None, Lane.STANDARD):
            with pytest.raises(BadInput, match="why: expected a reason"):
                correct.choose_lane(world.database, person(world, ticket), lane, world.clock())
        world.decide(ticket)


def test_a_sign_of_danger_is_not_denied_without_a_reason(world, unsafe):
    labels = Labels(flags=[])
    with pytest.raises(BadInput, match="why: expected a reason"):
        correct.correct_labels(
            world.database, person(world, unsafe), MessageId(1), labels, world.clock()
        )
    mine = replace(person(world, unsafe), why="it is a song")
    correct.correct_labels(world.database, mine, MessageId(1), labels, world.clock())
    world.decide(unsafe)
    assert world.ticket(unsafe).lane != Lane.SAFEGUARD


def test_a_put_off_ticket_keeps_its_deadline_and_comes_back_by_it(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    before = world.ticket(ticket)
    asked = before.respond_by + timedelta(days=1)
    done = put_off(world.database, ticket, before.revision, asked, world.clock())
    after = world.ticket(ticket)
    assert done.until == after.snoozed_until == before.respond_by == after.respond_by
    put_off(world.database, ticket, after.revision, None, world.clock())
    assert world.ticket(ticket).snoozed_until is None


def test_a_customer_who_writes_again_brings_the_ticket_back(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    row = world.ticket(ticket)
    until = world.clock() + timedelta(minutes=20)
    put_off(world.database, ticket, row.revision, until, world.clock())
    world.accept("m2", "hello?", at=world.clock())
    assert world.ticket(ticket).snoozed_until is None


@pytest.mark.parametrize(
    ("text", "minutes_ago", "ahead", "said"),
    [
        ("I want to kill myself", 0, 5, "in danger"),
        ("hello", 60 * 24 * 9, 5, "is late"),
        ("hello", 0, -5, "expected a moment to come"),
    ],
)
def test_what_cannot_be_put_off_is_said(world, text, minutes_ago, ahead, said):
    ticket = world.accept("m1", text, at=NOON - timedelta(minutes=minutes_ago))
    world.decide(ticket)
    until = world.clock() + timedelta(minutes=ahead)
    with pytest.raises(BadInput, match=said):
        put_off(world.database, ticket, world.ticket(ticket).revision, until, world.clock())


def test_an_answered_ticket_or_one_seen_before_cannot_be_put_off(world):
    ticket = world.accept("m1", "hello")
    world.decide(ticket)
    until = world.clock() + timedelta(minutes=5)
    with pytest.raises(ChangedMeanwhile):
        put_off(world.database, ticket, 0, until, world.clock())
    with pytest.raises(UnknownTicket):
        put_off(world.database, 99, 1, until, world.clock())
    world.accept("a1", "done", author=Author.AGENT, at=NOON + timedelta(minutes=1))
    with pytest.raises(BadInput, match="nobody waits"):
        put_off(world.database, ticket, world.ticket(ticket).revision, until, world.clock())


def test_a_note_is_removed_by_who_wrote_it_only(world):
    ticket = world.accept("m1", "hello")
    with world.database.writing() as connection:
        made = notes.add(connection, ticket, "called her back", "Sue", NOON)
        assert notes.add(connection, 99, "nowhere", "Sue", NOON) is None
        assert notes.remove(connection, made, "Tom") is None
        assert [it.text for it in notes.of_ticket(connection, ticket)] == ["called her back"]
        assert notes.remove(connection, made, "Sue") == ticket
        assert notes.of_ticket(connection, ticket) == []
