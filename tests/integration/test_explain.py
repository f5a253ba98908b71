"""Where a ticket stands and why, in words, from what was stored; against real databases."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_api import Service
from tests.integration.test_decide import World
from tests.integration.test_people import answer, hire, person
from triage import correct, sweep
from triage.correct import Labels
from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.domain.ticket import MessageId, TicketId
from triage.errors import NotReadYet, UnknownTicket
from triage.explain import as_it_was, as_text, explain
from triage.settings import Settings
from triage.store import agents, inspection, threads
from triage.store.database import Database
from triage.store.sources import new_key


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def explained(world: World, ticket: TicketId, policy=POLICY) -> str:
    return as_text(explain(world.database, ticket, policy, world.clock()))


def section(text: str, title: str) -> list[str]:
    """The lines below a title."""
    _, _, below = text.partition(f"\n\n{title}")
    return [line.strip() for line in below.split("\n\n")[0].splitlines()[1:]]


def test_it_says_where_the_ticket_stands_until_when_with_whom_and_why(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "I am full of anger")
    world.decide(ticket)
    world.clock.forward(minutes=10)
    text = explained(world, ticket)
    assert text.startswith(
        f"Ticket {ticket} (demo T-1) waits in the charged lane at level 4 of 4, to be answered by "
        "20 Nov 12:30 UTC (20 minutes left), with Ann.\n"
    )
    assert section(text, "Why") == [
        "lane: charge level 4",
        "place: 30 minutes from 12:00 UTC: the target of charged at level 4",
        "person: Ann: lowest emotional load of 1 able (holds 0 of 3, emotional load 0.0)",
    ]
    assert section(text, "Charge")[0].startswith("raised by anger 0.90")
    assert "feeling certain enough to name: anger" in section(text, "Charge")
    assert section(text, "Sentences that carried it") == ["+0.91  “I am full of anger” (message 1)"]
    assert "model fake-1, policy 1, playbook " in text
    assert section(text, "Who had it")[0].startswith("20 Nov 12:00 UTC  Ann: lowest emotional load")


def test_it_says_when_its_time_has_passed(world):
    ticket = world.accept("m1", "I am full of anger")
    world.decide(ticket)
    world.clock.forward(minutes=42)
    assert "(12 minutes ago), with nobody yet." in explained(world, ticket)


def test_flags_stand_with_their_words_and_what_would_be_without_them(world):
    ticket = world.accept("m1", "My father died last week. Please close his account.")
    world.decide(ticket)
    text = explained(world, ticket)
    (said,) = section(text, "Flags")
    assert said.startswith("bereavement: “")
    assert "father died" in said
    assert (
        "Without the flag bereavement, it would stand in the standard lane"
        in section(text, "What would change it")[1]
    )


def test_it_says_who_could_not_take_it_and_who_comes_next(world):
    hire(world, "Ann", "Ben", capacity=1)
    hire(world, "Cal", experience=1)
    tickets = [world.accept(f"m{n}", "full of anger", ticket=f"T{n}") for n in range(3)]
    world.decide(*tickets)
    second = section(explained(world, tickets[1]), "What would change it")
    # Ann would still carry more than Ben, and Cal as much, who comes after him
    assert "Ann could have taken it with room for one more." in second
    assert "Cal could have taken it with experience 3 instead of 1." in second
    assert "Without Ben, nobody would have got it." in second
    third = section(explained(world, tickets[2]), "What would change it")
    assert "Ann would have got it with room for one more." in third
    assert "Ben would have got it with room for one more." in third


def test_what_people_did_is_told_with_their_names(world):
    hire(world, "Ann", "Ben", "Cal")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    correct.decline(world.database, person(world, ticket), AgentId(1), world.clock())
    world.decide(ticket)
    labels = Labels(level=1, flags=[Flag.VULNERABILITY])
    said = replace(person(world, ticket), why="she is in hospital")
    correct.correct_labels(world.database, said, MessageId(1), labels, world.clock())
    correct.give(world.database, person(world, ticket), AgentId(3), POLICY, world.clock())
    world.decide(ticket)
    text = explained(world, ticket)
    assert "with Cal, chosen by a person." in text
    assert "declined by Ann" in section(text, "Who had it")
    corrected = section(text, "Corrected by people")
    assert "20 Nov 12:00 UTC  agent Ben → Cal, Sue" in corrected
    assert "20 Nov 12:00 UTC  level 4 → 1, Sue: she is in hospital" in corrected
    assert "20 Nov 12:00 UTC  flags none → vulnerability, Sue: she is in hospital" in corrected
    changes = section(text, "What would change it")
    assert "Had nobody chosen its agent, it would go to Ben." in changes


def test_a_broken_promise_is_named(world):
    hire(world, "Ann")
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    world.clock.forward(minutes=1)
    answer(world, "T-1")
    sweep.miss_promises(world.database, NOON + timedelta(days=30))
    text = explained(world, ticket)
    assert "is answered; it was in the charged lane" in text
    (promise,) = section(text, "Promised to the customer")
    assert promise.endswith("(broken)")


def test_by_another_policy_it_says_what_that_would_make_of_it(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    short = dict(POLICY.targets) | {Lane.CHARGED: (60, 60, 60, 60, 20)}
    changed = replace(POLICY, version="2", targets=short)
    first, *_ = section(explained(world, ticket, changed), "What would change it")
    assert first == (
        "By policy 2, in force now, it would have 10 minutes less; the rest starts from there."
    )


def test_what_was_stored_gives_the_same_decision_again(world):
    """Also of a long thread, with history, an agent who rests and one who left since."""
    hire(world, "Ann", "Ben", capacity=9)
    for number in range(7):
        hard = world.accept(f"h{number}", "full of anger", ticket=f"H{number}")
        world.decide(hard)
        world.clock.forward(minutes=1)
    ticket = world.accept("m1", "hello, some worry", at=world.clock(), tier="gold")
    world.decide(ticket)
    answer(world, "T-1", key="a1")
    world.clock.forward(minutes=5)
    world.accept("m2", "no anger, but frustration", at=world.clock())
    world.decide(ticket)
    world.clock.forward(minutes=9)
    answer(world, "H1", key="a2")
    answer(world, "T-1", key="a3")
    with world.database.writing() as connection:
        agents.set_present(connection, AgentId(1), present=False)
    with world.database.reading() as connection:
        made = inspection.ticket(connection, ticket).decisions[0]
        thread = threads.load(connection, [ticket], "fake-1")[ticket]
        everybody = agents.all_agents(connection, POLICY, world.clock())
    case = as_it_was(made, thread, everybody, POLICY)
    assert case is not None
    again = case.decided()
    assert [it.text for it in again.reasons] == [it["text"] for it in made["reasons"]]
    assert round(again.charge.value, 4) == made["charge"]
    assert again.respond_by.isoformat() == made["respond_by"]
    assert again.agent == made["agent"]


def test_where_another_model_has_read_it_what_would_change_it_is_unknown(world):
    ticket = world.accept("m1", "full of anger")
    world.decide(ticket)
    with world.database.reading() as connection:
        made = inspection.ticket(connection, ticket).decisions[0]
        thread = threads.load(connection, [ticket], "other-1")[ticket]
    assert as_it_was(made, thread, [], POLICY) is None


def test_what_a_customer_wrote_cannot_steer_the_terminal(world):
    ticket = world.accept("m1", "anger \x1b[2J\x1b]0;owned\x07 \u202egnp")
    world.decide(ticket)
    text = explained(world, ticket)
    assert "anger" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_a_ticket_that_is_unknown_or_undecided_is_said_to_be(world):
    ticket = world.accept("m1", "hello")
    with pytest.raises(NotReadYet, match=f"ticket {ticket} has not been decided yet"):
        explained(world, ticket)
    with pytest.raises(UnknownTicket, match="there is no ticket 99"):
        explained(world, TicketId(99))


def test_the_api_shows_the_same(database: Database, database_url: str, tmp_path: Path):
    settings = Settings(
        data_folder=tmp_path,
        database_url=database_url,
        redis_url="",
        secret_key=new_key(),
    )
    service = Service(settings, database)
    with service.client:
        check_api(service)


def check_api(service: Service) -> None:
    ticket = service.accept("m1", "full of anger")
    assert service.get(f"/api/tickets/{ticket}/explanation").status_code == 409
    service.decide(ticket)
    shown = service.get(f"/api/tickets/{ticket}/explanation").json()
    assert shown["stands"].startswith(f"Ticket {ticket} (demo T-1) waits in the charged lane")
    titles = [it["title"] for it in shown["sections"]]
    assert titles[0] == "Why"
    assert "What would change it" in titles
    assert service.get("/api/tickets/99/explanation").status_code == 404
    assert service.client.get(f"/api/tickets/{ticket}/explanation").status_code == 401


def test_the_command_makes_and_changes_no_database(triage, installed, tmp_path: Path):
    none = triage("explain", "1")
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr.endswith("triage.db: there is no database yet; `triage up` makes one\n")
    assert none.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
    with installed() as world, world.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE draft")
    older = triage("explain", "1")
    assert (older.returncode, older.stdout) == (2, "")
    assert older.stderr == (
        "triage: table draft: missing, or of another version; run `triage migrate` first\n"
    )
    database = Database(f"sqlite:///{tmp_path / 'data' / 'triage.db'}")
    with database.reading() as connection:
        assert "draft" not in inspect(connection).get_table_names()
    database.close()


def test_the_command_prints_it_or_one_sentence_with_status_2(triage, installed):
    with installed() as world:
        ticket = world.accept("m1", "full of anger")
        world.decide(ticket)
        undecided = world.accept("m2", "hello", ticket="T-2")
    done = triage("explain", str(ticket))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Ticket {ticket} (demo T-1) waits in the charged lane")
    for number, says in ((99, "there is no ticket 99"), (undecided, "not been decided yet")):
        bad = triage("explain", str(number))
        assert (bad.returncode, bad.stdout) == (2, "")
        assert bad.stderr.startswith("triage: ")
        assert says in bad.stderr
        assert bad.stderr.count("\n") == 1
