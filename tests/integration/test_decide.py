"""Deciding against real databases: once, fenced, one ticket's trouble is its own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import POLICY
from tests.fakes import NOON, FakeModel, SetClock
from tests.integration.test_intake import event
from triage import assign, decide, sweep
from triage.decide import Deciding
from triage.domain.agent import Agent
from triage.domain.ticket import Author, Status, TicketId
from triage.playbook import load_playbook
from triage.store import agents, desk, events, intake, sources, tables, work
from triage.store.database import Database
from triage.store.sources import Vault, new_key

PLAYBOOK = load_playbook()
ANN = {
    "name": "Ann",
    "email": "ann@example.org",
    "experience": 5,
    "languages": ["en"],
    "skills": ["safeguarding"],
    "team": "",
    "capacity": 3,
    "shift": None,
}


class World:
    """A database with a source, a fake model and a clock that stands."""

    def __init__(self, database: Database) -> None:
        self.database, self.model, self.clock = database, FakeModel(), SetClock()
        self.announced = 0
        self.parts = Deciding(
            database=database,
            model=self.model,
            policy=POLICY,
            playbook=PLAYBOOK,
            announce=self._announce,
            clock=self.clock,
        )
        vault = Vault(new_key())
        with database.writing() as connection:
            sources.add(connection, "demo", "generic", ("s",), vault, NOON)
            self.source_id = sources.by_name(connection, "demo", vault).id

    def _announce(self) -> None:
        self.announced += 1

    def accept(self, key: str, text: str | None, **values: Any) -> TicketId:
        with self.database.writing() as connection:
            one = event(key, text, **values)
            return intake.store_event(
                connection, self.source_id, one, POLICY, self.clock()
            ).ticket_id

    def hire(self, **values: Any) -> None:
        with self.database.writing() as connection:
            agents.save(connection, [ANN | values])

    def decide(self, *ids: TicketId) -> int:
        return decide.decide_tickets(ids, self.parts)

    def row(self, ticket_id: TicketId) -> Any:
        with self.database.reading() as connection:
            return desk.rows_of(connection, [ticket_id])[0]

    def ticket(self, ticket_id: TicketId) -> Any:
        with self.database.reading() as connection:
            query = select(tables.ticket).where(tables.ticket.c.id == ticket_id)
            return connection.execute(query).one()

    def count(self, table: Any) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def kinds(self) -> list[str]:
        with self.database.reading() as connection:
            return [str(one.kind) for one in events.after(connection, 0, 100)]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_a_charged_ticket_gets_lane_deadline_person_card_and_event(world):
    world.hire()
    ticket = world.accept("m1", "I am full of anger")
    assert world.decide(ticket) == 1
    row = world.row(ticket)
    assert (row.lane, row.level, row.agent_name) == ("charged", 4, "Ann")
    assert row.respond_by == NOON + timedelta(minutes=30)
    assert row.decision["card"]["title"]
    assert row.decision["feeling"] == "anger"
    assert world.kinds() == ["decided"]
    assert world.announced == 1


def test_a_decided_ticket_is_not_decided_again(world):
    ticket = world.accept("m1", "hello")
    assert (world.decide(ticket), world.decide(ticket)) == (1, 0)
    assert world.count(tables.decision) == 1


def test_a_reply_is_decided_over_the_whole_thread_and_scored_alone(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.clock.forward(minutes=5)
    world.accept("m2", "any news?", at=NOON + timedelta(minutes=5))
    world.decide(ticket)
    assert world.model.asked == ["full of anger", "any news?"]
    assert world.count(tables.decision) == 2
    assert world.row(ticket).level >= 2


def test_a_worker_that_lost_its_lease_commits_nothing(world):
    ticket = world.accept("m1", "full of anger")
    score = world.model.score

    def frozen(text: str, hint: str | None = None) -> Any:
        world.clock.forward(seconds=work.LEASE.total_seconds() + 1)
        world.model.score = score  # the other worker is not frozen
        assert world.decide(ticket) == 1
        return score(text, hint)

    world.model.score = frozen
    world.decide(ticket)
    assert world.count(tables.decision) == 1
    assert world.kinds() == ["decided"]


def test_a_message_that_comes_while_another_is_read_is_decided_next(world):
    ticket = world.accept("m1", "hello")
    score = world.model.score

    def interrupted(text: str, hint: str | None = None) -> Any:
        world.model.score = score
        world.accept("m2", "full of anger", at=NOON + timedelta(seconds=1))
        return score(text, hint)

    world.model.score = interrupted
    world.decide(ticket)
    assert world.ticket(ticket).state == "due"
    world.decide(ticket)
    assert world.ticket(ticket).state == "done"
    assert world.row(ticket).level == 4


def test_an_answer_that_comes_while_it_is_read_keeps_it_off_everybodys_hands(world):
    world.hire()
    ticket = world.accept("m1", "full of anger")
    score = world.model.score

    def interrupted(text: str, hint: str | None = None) -> Any:
        world.accept("m2", "on it", author=Author.AGENT, at=NOON + timedelta(seconds=1))
        return score(text, hint)

    world.model.score = interrupted
    world.decide(ticket)
    assert world.row(ticket).agent_name is None
    assert world.row(ticket).status == "answered"


def test_a_text_that_the_model_cannot_read_harms_no_other(world):
    good, bad = world.accept("m1", "hello"), world.accept("m2", "POISON", ticket="T-2")
    world.model.failing = "POISON"
    world.decide(good, bad)
    assert world.ticket(good).state == "done"
    assert world.ticket(bad).state == "due"


def test_a_ticket_that_always_fails_is_parked_with_an_alarm(world):
    bad = world.accept("m1", "POISON")
    world.model.failing = "POISON"
    for _ in range(work.MOST_ATTEMPTS):
        world.clock.forward(seconds=10)
        world.decide(bad)
    assert sweep.give_up(world.database, world.clock.forward(seconds=10)) == 1
    assert world.ticket(bad).state == "dead"
    assert world.kinds() == ["dead"]


def test_a_flood_shares_claims_and_loses_nothing(world):
    ids = [world.accept(f"m{n}", "hello", ticket=f"T{n}") for n in range(40)]
    decide.decide_waiting(world.parts, world.clock() + timedelta(seconds=1))
    assert {world.ticket(one).state for one in ids} == {"done"}
    assert world.count(tables.decision) == 40


def test_one_batch_never_gives_an_agent_more_than_their_capacity(world):
    world.hire(capacity=3)
    ids = [world.accept(f"m{n}", "hello", ticket=f"T{n}") for n in range(8)]
    world.decide(*ids)
    assert [world.row(one).agent_name for one in ids].count("Ann") == 3


def test_who_waits_for_somebody_is_given_to_the_first_who_becomes_free(world):
    world.hire(capacity=1)
    calm = world.accept("m1", "hello", ticket="T1")
    later = world.accept("m2", "hello", ticket="T2")
    angry = world.accept("m3", "full of anger", ticket="T3")
    world.decide(calm)
    world.decide(later, angry)
    assert assign.assign_waiting(world.database, POLICY, world.clock()) == 0
    world.accept("a1", "done", ticket="T1", author=Author.AGENT, at=NOON + timedelta(seconds=1))
    assert assign.assign_waiting(world.database, POLICY, world.clock()) == 1
    assert world.row(angry).agent_name == "Ann"
    assert world.row(later).agent_name is None


def test_emotional_load_is_counted_from_tickets_and_halves_when_they_are_done(world):
    world.hire()
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    assert _load(world) == (1, POLICY.emotional_weights[4])
    world.accept("a1", "done", author=Author.AGENT, at=NOON + timedelta(seconds=1))
    world.clock.forward(seconds=POLICY.half_life.total_seconds())
    count, emotional = _load(world)
    assert count == 0
    assert emotional == pytest.approx(POLICY.emotional_weights[4] / 2)


def test_closing_what_was_answered_weighs_on_nobody_anew(world):
    world.hire()
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.accept("a1", "done", author=Author.AGENT, at=NOON + timedelta(seconds=1))
    world.clock.forward(seconds=POLICY.half_life.total_seconds())
    world.accept("c1", None, status=Status.CLOSED, at=world.clock())
    assert _load(world) == (0, pytest.approx(POLICY.emotional_weights[4] / 2))
    (ann,) = _agents(world)
    assert ann.rests_until == NOON + POLICY.cool_down
    another = world.accept("m2", "full of anger", ticket="T-2", at=world.clock())
    world.decide(another)
    assert world.row(another).agent_name == "Ann"


def test_what_was_promised_later_shortens_what_was_decided(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.accept("t1", None, promised_at=NOON + timedelta(minutes=20))
    assert world.row(ticket).respond_by == NOON + timedelta(minutes=20)
    world.accept("t2", None, promised_at=NOON + timedelta(minutes=45))
    assert world.row(ticket).respond_by == NOON + timedelta(minutes=30)  # as it was decided


def _load(world: World) -> tuple[int, float]:
    (ann,) = _agents(world)
    return ann.load, ann.emotional_load


def _agents(world: World) -> list[Agent]:
    with world.database.reading() as connection:
        return agents.all_agents(connection, POLICY, world.clock())


def test_what_nobody_has_read_is_shown_on_the_desk_once(world):
    world.accept("m1", "hello")
    sent: list[list[TicketId]] = []
    now = world.clock.forward(seconds=3)
    for _ in range(3):
        sweep.resend(world.database, _collecting(sent), now)
        now = world.clock.forward(seconds=5)
    assert world.kinds() == ["waiting"]
    assert len(sent) == 3


def _collecting(sent: list[list[TicketId]]) -> Any:
    class Collecting:
        def send_task(self, name: str, args: list[Any], queue: str) -> None:
            sent.append(args[0])

    return Collecting()
