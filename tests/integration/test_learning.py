"""What people correct, leave and answer teaches, against real databases, and never about them."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import event as sql
from sqlalchemy import update
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from models import installation
from models.installation import CALIBRATION
from tests.admitted import a_key
from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from triage import accuracy, calibrate, correct, outcomes
from triage.api.app import create_app
from triage.correct import Labels, Person
from triage.domain.agent import AgentId
from triage.domain.charge import level_of
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.outcome import LEAST
from triage.domain.policy import Lane
from triage.domain.ticket import Author, MessageId, Mode, Status, TicketId
from triage.errors import BadInput
from triage.helpdesks.event import Event, Kind
from triage.installed import installed_model
from triage.settings import Settings
from triage.store import exchanges, intake, lessons, tables
from triage.store.corrections import What
from triage.store.database import Database
from triage.store.sources import new_key

QUIET = Console(file=io.StringIO())
ANNOYED = "Order {} is late again, which is annoying."
#: What customers wrote, and the level that people here say it has: one more than the model reads.
MILDLY_READ = (
    ("Where is my order {}?", 0),
    (ANNOYED, 2),
    ("I am really frustrated, order {} is still not here.", 3),
)
LONG_AGO = NOON - timedelta(days=30)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_folder=tmp_path,
        database_url=database_url,
        redis_url="",
        secret_key=new_key(),
    )


def person(world: World, ticket: TicketId) -> Person:
    return Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by="Sue Supervisor")


def say(world: World, ticket: TicketId, message: int | None = None, **labels: Any) -> None:
    """Correct a ticket's message: its first where none is named."""
    if message is None:
        with world.database.reading() as connection:
            mine = tables.message.c.ticket_id == ticket
            query = tables.message.select().where(mine).order_by(tables.message.c.id)
            message = connection.execute(query).first().id
    correct.correct_labels(
        world.database,
        person(world, ticket),
        MessageId(message),
        Labels(**labels),
        world.clock(),
    )


def decided(world: World, number: int, text: str) -> TicketId:
    ticket = world.accept(f"m{number}", text, ticket=f"T{number}", at=world.clock())
    world.decide(ticket)
    return ticket


def answer(world: World, number: int, key: str = "") -> None:
    world.clock.forward(minutes=5)
    world.accept(
        f"a{number}{key}", "On it.", ticket=f"T{number}", author=Author.AGENT, at=world.clock()
    )


def close(world: World, number: int) -> None:
    with world.database.writing() as connection:
        done = Event(
            delivery_key=f"c{number}",
            kind=Kind.MESSAGE_ADDED,
            occurred_at=world.clock(),
            ticket_id=f"T{number}",
            status=Status.CLOSED,
        )
        intake.store_event(connection, world.source_id, done, POLICY, world.clock())


def mildly_read(world: World, count: int) -> None:
    """Tickets whose level people correct, most of them upwards."""
    for number in range(count):
        text, level = MILDLY_READ[number % len(MILDLY_READ)]
        say(world, decided(world, number, text.format(number)), level=level)


# Calibration


def test_what_people_correct_is_fitted_written_and_read_by_the_next_worker(world, settings):
    mildly_read(world, 75)
    shipped = installed_model(settings)
    assert level_of(shipped.score(ANNOYED.format(900)).charge, POLICY) == 1
    found = calibrate.calibrate(settings, QUIET, NOON)
    assert (found.corrected, found.unchanged) == (75, 0)
    assert [it.label for it in found.refit.verdicts if it.changed] == ["level"]
    model = installed_model(settings)
    assert model.version == found.version
    assert model.version.startswith(f"{shipped.version}+c")
    assert level_of(model.score(ANNOYED.format(900)).charge, POLICY) == 2
    assert model.version in calibrate.summary(found)

    written = (settings.data_folder / CALIBRATION).read_bytes()
    again = calibrate.calibrate(settings, QUIET, NOON + timedelta(days=1))
    assert not again.refit
    assert again.version == found.version
    assert (settings.data_folder / CALIBRATION).read_bytes() == written


def test_a_few_corrections_write_nothing_and_say_why(world, settings):
    mildly_read(world, 3)
    found = calibrate.calibrate(settings, QUIET, NOON)
    assert calibrate.as_rows(found) == [
        ("all labels", "stays", "3 messages are corrected; expected at least 50")
    ]
    assert "Nothing was written" in calibrate.summary(found)
    assert not (settings.data_folder / CALIBRATION).exists()


def test_silence_counts_where_one_message_stood_alone_on_a_ticket_that_was_closed(world, settings):
    decided(world, 1, "full of anger")
    decided(world, 2, "hello")  # stays open
    late = world.accept("m3", "hello", ticket="T3")
    world.accept("m3b", "full of anger", ticket="T3", at=NOON + timedelta(seconds=1))
    world.decide(late)  # of both at once
    for number in (1, 3):
        answer(world, number)
        close(world, number)
    assert calibrate.calibrate(settings, QUIET, NOON).unchanged == 1
    with world.database.reading() as connection:
        (one, *_) = lessons.taught(connection, [TicketId(1)])
        assert lessons.taught(connection, [TicketId(2), late]) == []
    assert one.corrected is None
    assert (one.shown.level, one.shown.feeling) == (4, Emotion.ANGER)
    assert one.shown.emotions[Emotion.ANGER] == 0.9


def test_the_first_word_on_the_page_and_the_last_of_a_person_count(world):
    ticket = decided(world, 1, "full of anger")
    say(world, ticket, emotion=Emotion.WORRY)
    say(world, ticket, emotion=Emotion.CONFUSION, level=1, flags=[Flag.LEGAL])
    with world.database.reading() as connection:
        (one,) = lessons.taught(connection, [ticket])
    assert one.claimed is Emotion.ANGER
    assert one.corrected.emotion is Emotion.CONFUSION
    assert (one.corrected.level, one.corrected.flags) == (1, {Flag.LEGAL})
    assert one.shown is None  # still open


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_calibration_of_another_model_is_left_out_with_a_warning(settings):
    path = settings.data_folder / CALIBRATION
    other = installation.Installation(
        model="minilm-tickets-1", fingerprint="0", made_at=NOON, corrected=60, unchanged=0
    )
    installation.write(path, other)
    with capture_logs() as warned:
        assert "+" not in installed_model(settings).version
    assert [it["event"] for it in warned] == ["calibration_left_out"]
    assert "was fitted to minilm-tickets-1" in warned[0]["reason"]
    found = calibrate.calibrate(settings, QUIET, NOON)
    assert "was fitted to minilm-tickets-1" in calibrate.summary(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_calibration_is_said_in_a_sentence_and_the_next_replaces_it(world, settings):
    path = settings.data_folder / CALIBRATION
    path.write_text("{}")
    with capture_logs() as warned:
        assert "+" not in installed_model(settings).version  # the desk goes on with what ships
    assert "is no calibration: model" in warned[0]["reason"]
    none = calibrate.calibrate(settings, QUIET, NOON)
    assert "is no calibration: model" in calibrate.summary(none)
    assert path.read_text() == "{}"
    mildly_read(world, 75)
    found = calibrate.calibrate(settings, QUIET, NOON)
    assert "is no calibration: model" in calibrate.summary(found)
    assert installed_model(settings).version == found.version


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_calibration_that_cannot_be_written_is_named(world, settings):
    (settings.data_folder / CALIBRATION).mkdir()
    mildly_read(world, 75)
    with pytest.raises(BadInput, match=r"calibration\.json: .*; expected a file"):
        calibrate.calibrate(settings, QUIET, NOON)


def test_corrections_are_exported_as_text_and_labels_to_their_owner_alone(world, settings):
    first = decided(world, 1, "full of anger")
    say(world, first, level=1, emotion=Emotion.CONFUSION, flags=[Flag.LEGAL])
    say(world, decided(world, 2, "hello"), no_emotion=True)
    decided(world, 3, "nobody corrected this")
    file = settings.data_folder / "corrected.jsonl"
    assert calibrate.export(settings, file) == 2
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"text": "full of anger", "level": 1, "emotions": ["confusion"], "flags": ["legal"]},
        {"text": "hello", "emotions": []},
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="is there already"):
        calibrate.export(settings, file)
    with pytest.raises(BadInput, match="expected the name of a new file"):
        calibrate.export(settings, settings.data_folder / "nowhere" / "corrected.jsonl")


# Accuracy


def measured(world: World, since: Any = LONG_AGO) -> dict[What, tuple[int, int]]:
    found = accuracy.accuracy(world.database, since)
    return {it.label: (it.unchanged, it.tickets) for it in found}


def test_accuracy_is_the_share_of_closed_tickets_that_nobody_changed(world):
    for name in ("Ann", "Ben"):
        world.hire(name=name, email=f"{name}@example.org", capacity=9)
    for number in range(6):
        decided(world, number, "full of anger")
    say(world, TicketId(1), level=1)
    say(world, TicketId(2), flags=[Flag.CHURN])
    say(world, TicketId(3), emotion=Emotion.WORRY)
    correct.choose_lane(world.database, person(world, TicketId(3)), Lane.GENTLE, NOON)
    other = 3 - world.ticket(TicketId(4)).assignee_id
    correct.give(world.database, person(world, TicketId(4)), AgentId(other), POLICY, NOON)
    assert measured(world)[What.LEVEL] == (0, 0)
    for number in range(5):
        close(world, number)
    say(world, TicketId(6), level=0)  # open: not counted
    assert measured(world) == {
        What.LEVEL: (4, 5),
        What.EMOTION: (4, 5),
        What.FLAGS: (4, 5),
        What.LANE: (4, 5),
        What.AGENT: (4, 5),
    }
    assert measured(world, NOON + timedelta(seconds=1))[What.LEVEL] == (0, 0)


def test_what_was_put_back_or_never_decided_by_triage_is_no_objection(world):
    world.hire(name="Ann")
    mine = decided(world, 0, "full of anger")
    say(world, mine, level=1)
    say(world, mine, level=4)
    correct.choose_lane(world.database, person(world, mine), Lane.GENTLE, NOON)
    correct.choose_lane(world.database, person(world, mine), None, NOON)
    world.hire(name="Ann", capacity=1)
    nobodys = decided(world, 1, "hello")
    correct.give(world.database, person(world, nobodys), AgentId(1), POLICY, NOON)
    for number in range(2):
        close(world, number)
    assert set(measured(world).values()) == {(2, 2)}


def test_where_triage_may_not_assign_no_agent_is_judged(world):
    set_mode(world, Mode.SUGGEST)
    decided(world, 0, "hello")
    close(world, 0)
    found = measured(world)
    assert (found[What.AGENT], found[What.LANE]) == ((0, 0), (1, 1))
    (*_, agent) = accuracy.as_rows(accuracy.accuracy(world.database, LONG_AGO))
    assert agent == ("agent", "0 of 0", "", "")


def set_mode(world: World, mode: Mode) -> None:
    with world.database.writing() as connection:
        connection.execute(update(tables.source).values(mode=mode))


def test_what_was_only_observed_when_it_was_decided_is_no_silence(world):
    """Nobody worked by that decision, so nobody agreed to it by saying nothing."""
    set_mode(world, Mode.OBSERVE)
    observed = decided(world, 0, "full of anger")
    close(world, 0)
    assert set(measured(world).values()) == {(0, 0)}
    set_mode(world, Mode.ASSIGN)
    used = decided(world, 1, "full of anger")
    close(world, 1)
    assert set(measured(world).values()) == {(1, 1)}
    set_mode(world, Mode.OBSERVE)  # what was decided before stays
    assert set(measured(world).values()) == {(1, 1)}
    with world.database.reading() as connection:
        assert lessons.taught(connection, [observed]) == []
        assert [it.ticket_id for it in lessons.taught(connection, [used])] == [used]
    say(world, observed, level=1)
    with world.database.reading() as connection:
        (told,) = lessons.taught(connection, [observed])
    assert (told.corrected.level, told.shown) == (1, None)  # a word is one all the same


# Outcomes


def exchange(world: World, number: int, *texts: str) -> TicketId:
    """A customer's messages, each read, answered, and followed by the next."""
    for text in texts:
        now = world.clock.forward(minutes=5)
        ticket = world.accept(f"m{number} {now}", text, ticket=f"T{number}", at=now)
        world.decide(ticket)
        answer(world, number, str(now))
    return ticket


def of_world(world: World, since: Any = LONG_AGO) -> outcomes.Outcomes:
    return outcomes.outcomes(world.database, POLICY, since)


def test_a_reply_is_measured_by_the_customers_next_message(world):
    first = exchange(world, 0, "full of anger", "still full of anger")
    for number in range(1, LEAST):
        exchange(world, number, "full of anger", "thanks")
    found = of_world(world)
    rule = world.row(first).decision["card"]["rule"]
    (angry,) = [it for it in found.emotions if it.emotion == "anger" and it.exchanges]
    assert (angry.exchanges, angry.charged) == (LEAST, LEAST)
    assert angry.calmed == (LEAST - 1) / LEAST
    assert angry.change < -0.5
    assert angry.change_between.low < angry.change < angry.change_between.high
    assert rule in {it.strategy for it in found.strategies}
    (both,) = [it for it in found.both if it.emotion == "anger" and it.exchanges]
    assert both.exchanges == LEAST
    assert sum(it.silent for it in found.emotions) == LEAST  # the last reply to each


def test_few_exchanges_show_a_count_and_no_figure(world):
    exchange(world, 0, "full of anger", "thanks")
    rows = outcomes.as_rows(of_world(world).emotions)
    assert ("anger", "1", "too few", "1", "too few", "1", "0") in rows


def test_who_never_wrote_again_is_counted_apart(world):
    for number in range(LEAST):
        exchange(world, number, "full of anger")
    (angry,) = of_world(world).emotions
    assert (angry.exchanges, angry.silent, angry.calmed, angry.change) == (0, LEAST, None, None)


def test_the_card_that_lay_there_when_somebody_answered_counts_and_not_a_later_one(world):
    ticket = world.accept("m0", "full of anger", ticket="T0", at=world.clock())
    answer(world, 0)  # before anybody had read it
    world.clock.forward(minutes=5)
    world.accept("m1", "thanks", ticket="T0", at=world.clock())
    world.decide(ticket)
    (only,) = of_world(world).strategies
    assert (only.strategy, only.exchanges) == (outcomes.NO_CARD, 1)


def test_what_a_person_corrected_counts_in_place_of_what_was_read(world):
    for number in range(LEAST):
        say(world, exchange(world, number, "hello", "hello"), level=4)
    (found,) = [it for it in of_world(world).strategies if it.exchanges]
    assert (found.charged, found.calmed) == (LEAST, 1.0)


def test_a_next_message_that_cannot_be_read_is_no_evidence(world):
    exchange(world, 0, "full of anger", " ")
    (angry,) = [it for it in of_world(world).emotions if it.emotion == "anger"]
    assert (angry.exchanges, angry.unread, angry.silent) == (0, 1, 0)


def test_both_messages_are_read_by_one_model(world):
    ticket = exchange(world, 0, "full of anger", "thanks")
    world.model.version = "fake-2"
    exchange(world, 0, "fine")  # reads the thread again
    with world.database.reading() as connection:
        (thread,) = exchanges.load(connection, [ticket])
    newest = {scorings[0].model_version for scorings in thread.scorings.values()}
    assert newest == {"fake-2"}
    assert sum(it.exchanges for it in of_world(world).emotions) == 2


def test_only_replies_since_then_count(world):
    exchange(world, 0, "full of anger", "thanks")
    assert of_world(world, world.clock() + timedelta(seconds=1)).strategies == []
    last = of_world(world, world.clock()).strategies
    assert [(it.exchanges, it.silent) for it in last] == [(0, 1)]


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement.lower())

    sql.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sql.remove(database.engine, "before_cursor_execute", note)


def test_no_agent_is_read_or_shown_in_an_outcome(world, settings, statements):
    name, email = "Zebulon Quark", "zebulon@example.org"
    world.hire(name=name, email=email, capacity=99)
    first = exchange(world, 0, "full of anger", "thanks")
    assert world.row(first).agent_name == name
    for number in range(1, LEAST):
        exchange(world, number, "full of anger", "thanks")
    statements.clear()
    of_world(world)
    assert statements
    for one in statements:
        assert not any(word in one for word in ("agent", "assign", "declined", ".by", '"by"'))
    with TestClient(create_app(settings)) as client:
        key = {"Authorization": f"Bearer {a_key(world.database)}"}
        shown = client.get("/api/outcomes?since=9999d", headers=key)
        assert client.get("/api/outcomes").status_code == 401
        assert client.get("/api/outcomes?since=soon", headers=key).status_code == 422
    body = shown.json()
    assert body["least"] == LEAST
    assert any(it["change"] is not None for it in body["strategies"])
    for word in ("Zebulon", "Quark", email, "agent", "assignee"):
        assert word not in shown.text
