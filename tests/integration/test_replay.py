"""The past played by another policy or model, from real databases, and nothing written to them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.builders import POLICY
from tests.fakes import NOON, FakeModel
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from tests.integration.test_people import answer, hire, person
from triage import correct, decide
from triage.correct import Labels
from triage.domain.policy import Lane
from triage.domain.ticket import MessageId
from triage.errors import BadInput, StoreUnavailable
from triage.ports import utcnow
from triage.replay import Tried, moment, replay
from triage.replay_page import page, write_page
from triage.replay_report import notes, summary, tables
from triage.store import history, intake
from triage.store import tables as stored
from triage.store.database import Database

BEFORE = NOON - timedelta(days=1)
FIFTEEN = timedelta(minutes=15)
EASY = replace(POLICY, version="easy", level_cuts=(0.97, 0.98, 0.985, 0.99))
SECRET = "Wombat Lane 7"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def lived(world: World) -> None:
    """A short past: two agents, four tickets, two answers, one that comes again."""
    hire(world, "Ann")
    hire(world, "Ben", experience=1)
    for number, text in enumerate(("full of anger", "hello", f"anger at {SECRET}", "worry"), 1):
        world.decide(world.accept(f"m{number}", text, ticket=f"T{number}", at=world.clock()))
        world.clock.forward(minutes=5)
    answer(world, "T1", key="a1")
    world.clock.forward(minutes=10)
    answer(world, "T2", key="a2")
    world.decide(world.accept("m9", "still frustration", ticket="T1", at=world.clock()))
    world.clock.forward(minutes=60)


def played(world: World, policy=POLICY, model=None, since=BEFORE):
    tried = Tried(in_force=POLICY, policy=policy, model=model)
    return replay(world.database, tried, since, world.clock(), FIFTEEN)


def everything(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in stored.metadata.sorted_tables
        }


def test_nothing_in_the_database_changes(world):
    lived(world)
    before = everything(world.database)
    assert sum(map(len, before.values())) > 20
    played(world, EASY, FakeModel(version="other-1"))
    assert everything(world.database) == before


def test_through_the_connection_that_it_reads_by_nothing_can_be_written(world):
    lived(world)
    change = update(stored.ticket).values(lane="gentle")
    refused = pytest.raises((DBAPIError, StoreUnavailable))
    with refused, history.reading_only(world.database) as connection:
        connection.execute(change)
    with world.database.writing() as connection:  # others still can, also through the same one
        connection.execute(change)


def test_the_policy_in_force_against_itself_moves_nothing(world):
    lived(world)
    found = played(world)
    assert (found.compared.tickets, found.compared.messages) == (4, 5)
    assert found.compared.moved == ()
    assert found.compared.before == found.compared.after
    assert found.compared.as_then == found.compared.decided_then > 0
    assert (found.answers, found.known_work, found.unread) == (5, 2, 0)


def test_another_policy_moves_tickets_to_other_lanes_levels_and_agents(world):
    lived(world)
    found = played(world, EASY)
    it = found.compared
    assert found.policies == ("1", "easy")
    assert it.lanes == {(Lane.CHARGED, Lane.STANDARD): 2, (Lane.GENTLE, Lane.STANDARD): 1}
    assert it.count("level") == 3
    ben = next(agent for agent, name in found.names.items() if name == "Ben")
    assert it.before.carried[ben] < it.after.carried[ben]
    assert it.after.gini < it.before.gini


def test_targets_that_are_longer_are_missed_less(world):
    lived(world)
    tight = dict(POLICY.targets) | {Lane.CHARGED: (1, 1, 1, 1, 1), Lane.STANDARD: (1, 1, 1, 1, 1)}
    found = played(world, replace(POLICY, version="tight", targets=tight))
    assert found.compared.before.all.missed < found.compared.after.all.missed


def test_another_model_reads_the_messages_again_and_leaves_no_scoring(world):
    lived(world)
    model = FakeModel(version="other-1")
    found = played(world, model=model)
    assert sorted(model.asked) == sorted(world.model.asked)
    assert found.models == ("fake-1", "other-1")
    assert found.compared.moved == ()
    assert world.count(stored.scoring) == 5


def test_what_the_other_model_has_read_before_it_does_not_read_again(world):
    lived(world)
    model = FakeModel(version="fake-1")
    played(world, model=model)
    assert model.asked == []


def test_a_model_that_reads_otherwise_moves_tickets(world):
    lived(world)

    @dataclass
    class Blind(FakeModel):
        def score(self, text: str, language_hint: str | None = None):
            return super().score("hello", language_hint)

    it = played(world, model=Blind(version="blind-1")).compared
    assert it.lanes[Lane.CHARGED, Lane.STANDARD] == 2


def test_what_people_corrected_stands_in_both_runs(world):
    lived(world)
    ticket = world.accept("m3", "again", ticket="T3")
    labels = Labels(level=0, no_emotion=True)
    correct.correct_labels(
        world.database, person(world, ticket), MessageId(3), labels, world.clock()
    )
    world.decide(ticket)
    assert played(world, EASY).compared.lanes[Lane.CHARGED, Lane.STANDARD] == 1


def test_only_what_came_since_is_played(world):
    lived(world)
    found = played(world, since=NOON + timedelta(minutes=6))
    assert (found.compared.tickets, found.compared.messages) == (3, 3)


def test_what_was_never_read_is_counted_and_left_out(world):
    lived(world)
    world.accept("m7", "nobody read this", ticket="T7", at=world.clock())
    found = played(world)
    assert (found.unread, found.compared.tickets) == (1, 4)
    assert "1 messages were never read" in " ".join(notes(found))


def test_more_tickets_than_are_read_at_once_are_all_played(world):
    hire(world, "Ann", capacity=100)
    with world.database.writing() as connection:
        for number in range(250):
            one = event(f"m{number}", "hello", ticket=f"T{number}")
            intake.store_event(connection, world.source_id, one, POLICY, NOON)
    decide.decide_waiting(world.parts, NOON + timedelta(seconds=1))
    assert played(world).compared.tickets == 250


def test_without_a_past_or_its_tables_it_says_so(world, tmp_path: Path):
    with pytest.raises(BadInput, match="no customer wrote anything that was read"):
        played(world)
    with pytest.raises(BadInput, match="there is no database yet"):
        history.existing(f"sqlite:///{tmp_path / 'none' / 'triage.db'}")
    assert not (tmp_path / "none").exists()
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(BadInput, match="run `triage migrate` first"):
        replay(empty, Tried(in_force=POLICY, policy=EASY), BEFORE, NOON, FIFTEEN)
    empty.close()


def test_the_page_is_whole_in_itself_and_holds_no_customers_words(world):
    lived(world)
    hire(world, "<script>alert(1)</script>")
    text = page(played(world, EASY))
    assert "<svg" in text
    assert "prefers-color-scheme: dark" in text
    for never in (SECRET, "<script", "http:", "https:", "url(", "@import", "full of anger"):
        assert never not in text
    assert "&lt;script&gt;" in text


def test_the_tables_say_what_moves_and_who_waits(world):
    lived(world)
    found = played(world, EASY)
    shown = {it.title: {first: rest for first, *rest in it.rows} for it in tables(found)}
    assert shown["Tickets that move"]["charged → standard"] == ["2", "50.0%"]
    assert shown["How long customers wait"]["charged"][0].endswith("→ 0")
    assert set(shown["Emotional load"]) == {"Ann", "Ben"}
    assert shown["What changes"]["emotional load, Gini"][0] == "0.50"
    assert "5 messages of 4 tickets, 2 agents. Policy 1 → easy; model fake-1." in summary(found)


def test_a_file_that_cannot_be_written_is_named(world, tmp_path: Path):
    lived(world)
    with pytest.raises(BadInput, match=r"none/report\.html: .*; expected a file"):
        write_page(played(world), tmp_path / "none" / "report.html")


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("12h", NOON - timedelta(hours=12)),
        ("30d", NOON - timedelta(days=30)),
        ("2026-11-19", NOON - timedelta(days=1, hours=12)),
        ("2026-11-20T11:30:00+02:00", NOON - timedelta(hours=2, minutes=30)),
    ],
)
def test_since_is_a_span_or_a_date(text, since):
    assert moment(text, NOON) == since


@pytest.mark.parametrize("text", ["", "30", "1y", "last week", "2026-13-01", "0d"])
def test_another_since_is_answered_with_what_was_expected(text):
    with pytest.raises(BadInput, match="expected a span such as 12h or 30d, or a date such as"):
        moment(text, NOON)


def test_a_since_that_is_still_to_come_is_refused():
    with pytest.raises(BadInput, match="expected a moment in the past"):
        moment("2026-11-21", NOON)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "0001-01-01T00:00+23:59"])
def test_a_since_before_all_time_is_refused(text):
    with pytest.raises(BadInput, match="expected a moment of this calendar"):
        moment(text, NOON)


def test_where_no_page_can_be_written_nothing_is_played(triage, tmp_path: Path):
    policy, out = tmp_path / "new.yaml", tmp_path / "report.html"
    policy.write_text("version: easy\n")
    arguments = ("replay", "--since", "1d", "--policy", str(policy), "--out")
    for wrong in (tmp_path / "none" / "report.html", tmp_path):
        refused = triage(*arguments, str(wrong))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith(f"triage: {wrong}: ")
        assert refused.stderr.endswith("; expected a file that can be written\n")
    out.write_text("an older one")
    for file in (out, tmp_path / "new.html"):  # there is no database to play
        assert "there is no database yet" in triage(*arguments, str(file)).stderr
    assert out.read_text() == "an older one"
    assert not (tmp_path / "new.html").exists()


def test_the_command_prints_tables_and_writes_a_page(triage, installed, tmp_path: Path):
    with installed() as world:
        world.clock.now = utcnow() - timedelta(hours=3)
        lived(world)
        before = everything(world.database)
    policy, out = tmp_path / "new.yaml", tmp_path / "report.html"
    policy.write_text("version: easy\ncharge: {level_cuts: [0.97, 0.98, 0.985, 0.99]}\n")
    arguments = ("--since", "1d", "--policy", str(policy), "--out", str(out))
    done = triage("replay", *arguments)
    assert done.returncode == 0, done.stderr
    assert "charged → standard" in done.stdout
    assert "<svg" in out.read_text()
    assert SECRET not in done.stdout + done.stderr + out.read_text()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'triage.db'}")
    assert everything(database) == before
    database.close()
    for wrong, says in (
        (("--since", "1d"), "expected --policy, --model or both"),
        (("--since", "soon", "--policy", str(policy)), "expected a span such as 12h"),
        (("--since", "1d", "--policy", str(tmp_path / "none.yaml")), "none.yaml"),
        (("--since", "1d", "--model", str(tmp_path / "none")), "none"),
    ):
        bad = triage("replay", *wrong)
        assert (bad.returncode, bad.stdout) == (2, ""), bad
        assert bad.stderr.startswith("triage: ")
        assert says in bad.stderr
        assert bad.stderr.count("\n") == 1
