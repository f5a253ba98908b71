"""A draft is read by a worker while whoever asks waits; then nothing of it is left."""

from datetime import timedelta
from threading import Thread

import pytest

from tests.builders import POLICY
from tests.fakes import NOON, FakeModel
from tests.integration.test_decide import World
from triage import tone
from triage.check_reply import check
from triage.domain.emotion import Span
from triage.domain.reply import Check
from triage.playbook import load_playbook
from triage.rules import InForce
from triage.store import drafts, tables
from triage.store.database import Database


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def asked(world: World, text: str) -> tone.Tone:
    """Ask with a worker that reads in a thread of its own."""

    def tell(number: int) -> None:
        Thread(target=tone.read, args=[world.database, FakeModel(), number]).start()

    return tone.ask(world.database, tell, text, NOON)


def test_a_worker_says_which_sentence_reads_rude(world):
    assert asked(world, "What a rude answer") == tone.Tone(True, Span(7, 11))
    assert asked(world, "I will look at it today") == tone.Tone(True, None)
    assert world.count(tables.draft) == 0


def test_where_no_worker_answers_in_time_that_is_said(world):
    told: list[int] = []
    assert tone.ask(world.database, told.append, "a rude answer", NOON) == tone.Tone(False)
    assert world.count(tables.draft) == 0
    tone.read(world.database, FakeModel(), told[0])  # comes too late, and finds nothing


def test_a_rude_sentence_is_a_finding_and_one_that_names_the_feeling_is_not(world):
    ticket = world.accept("m1", "You charged my card twice, I am full of anger")
    world.decide(ticket)
    rules = InForce(POLICY, load_playbook())

    def tone_of(draft: str, rude: Span) -> list[str]:
        found = check(draft, ticket, world.database, rules, rude)
        return [it.span.of(draft) for it in found if it.check is Check.TONE]

    cold = "I will look. You should have read it."
    assert tone_of(cold, Span(13, len(cold))) == ["You should have read it."]
    kind = "You are angry, and I see why."
    assert tone_of(kind, Span(0, len(kind))) == []


def test_what_nobody_came_back_for_is_forgotten(world):
    with world.database.writing() as connection:
        drafts.add(connection, "a draft", NOON)
        drafts.forget_old(connection, NOON + timedelta(seconds=30))
    assert world.count(tables.draft) == 1
    with world.database.writing() as connection:
        drafts.forget_old(connection, NOON + timedelta(seconds=61))
    assert world.count(tables.draft) == 0
