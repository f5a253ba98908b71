"""What writing to every helpdesk promises, each against its own stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.standins.pulling import Leaping
from tests.standins.standin import Reply, StandIn, served
from tests.standins.told import EMAIL, Told, told
from tests.standins.written import SAME, WRITTEN
from triage.domain.ticket import Mode
from triage.domain.write_back import Part, Priority
from triage.errors import HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.accounts.registry import ACCOUNTS
from triage.helpdesks.writing.registry import WRITINGS
from triage.store import accounts, outbox, sources
from triage.store.sources import Vault

ANN = 500


@pytest.fixture(params=WRITTEN)
def desk(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    with served(WRITTEN[request.param](Leaping())) as made:
        yield made


@pytest.fixture
def made(desk: Any, database: Any) -> Iterator[Told]:
    desk.agents[EMAIL] = ANN
    with told(desk, database) as it:
        it.world.hire(email=EMAIL)
        yield it


def test_every_helpdesk_that_can_be_written_to_is_tested_here():
    assert {*WRITTEN, *SAME} == set(WRITINGS)
    assert all(WRITINGS[one] is WRITINGS[other] for one, other in SAME.items())


def test_a_decision_is_told_with_tags_priority_a_private_note_and_whose_it_is(made):
    number = made.ticket(1)
    assert made.tell() == 1
    on = made.desk.on(1)
    writing = WRITINGS[made.desk.vendor]
    assert ("triage_lane_charged" in on.tags) is (Part.TAGS in writing.PARTS)
    assert "web_form" in on.tags
    if Part.PRIORITY in writing.PARTS:
        assert made.desk.priority_of(1) in {Priority.HIGH, Priority.URGENT}
    (note,) = made.notes(1)
    assert f"[triage:{number}:" in note
    assert made.desk.reached == []
    assert str(on.assignee) == str(ANN)
    ((outcome, text),) = made.said(number)
    assert outcome == "written"
    assert "private note" in text


def test_nothing_is_told_twice(made):
    made.ticket(1)
    made.tell()
    before = made.desk.writes
    assert made.tell() == 0
    with made.pulled.database.writing() as connection:
        outbox.mark(connection, [1], made.pulled.clock())
    assert made.tell() == 1
    assert made.desk.writes == before
    assert len(made.notes(1)) == 1


def test_who_we_are_there_is_asked_once_and_counts_as_our_own_side(made):
    for number in (1, 2):
        made.ticket(number)
        made.tell()
    vault = Vault(made.pulled.settings.secret_key)
    with made.pulled.database.reading() as connection:
        account = accounts.of_source(connection, "desk", vault)
        ours = sources.by_name(connection, "desk", vault).ours
    assert account.own is not None
    assert ours == ({account.own} if account.own else set())
    asks = ACCOUNTS[made.desk.vendor].whoami().path
    assert made.desk.asked.count(f"GET {urlsplit(account.address).path}{asks}?") == 1


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.SUGGEST])
def test_observing_writes_nothing_and_suggesting_assigns_nobody(made, mode):
    made.switch(*Part, mode=mode)
    made.ticket(1)
    made.tell()
    assert made.desk.on(1).assignee is None
    assert len(made.notes(1)) == (mode is Mode.SUGGEST)
    assert (made.desk.writes > 0) is (mode is Mode.SUGGEST)


def test_what_a_human_did_there_stays(made):
    made.ticket(1)
    made.tell()
    on = made.desk.on(1)
    on.assignee, on.tags = 999, ["web_form"]
    made.desk.touch(1)
    made.world.accept("m2", "Thank you, it works now", ticket="1")
    made.world.decide(1)
    made.tell()
    assert on.assignee == 999
    assert "web_form" in on.tags


def test_somebody_faster_is_not_overwritten(made):
    """Between our reading and our writing somebody else changes the ticket."""
    made.ticket(1)

    def meanwhile(path: str) -> None:
        if made.desk.may_be_beaten(path):
            made.desk.before = lambda _: None
            made.desk.on(1).tags.append("vip")
            made.desk.touch(1)

    made.desk.before = meanwhile
    made.tell()
    made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=5))
    made.tell()
    assert {"vip", "web_form"} <= set(made.desk.on(1).tags)
    assert ("triage_lane_charged" in made.desk.on(1).tags) is (Part.TAGS in made.parts)
    assert len(made.notes(1)) == 1


def test_a_note_that_arrived_before_a_crash_is_not_sent_again(made):
    number = made.ticket(1)
    made.desk.loses_answer()  # the helpdesk took it, and its answer never came
    with pytest.raises(HelpdeskAway):
        made.tell()
    made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=10))
    made.tell()
    assert len(made.notes(1)) == 1
    assert made.said(number)


def test_a_ticket_that_is_gone_or_closed_is_left_alone(made):
    gone, closed = made.ticket(1), made.ticket(2)
    made.desk.cases[1].gone = True
    made.desk.cases[2].closed = True
    assert made.tell() == 2
    assert made.desk.writes == 0
    assert [outcome for it in (gone, closed) for outcome, _ in made.said(it)] == ["left", "left"]


def test_a_helpdesk_in_trouble_is_asked_again(made):
    made.ticket(1)
    made.desk.fails("", Reply(503, None), Reply(429, None, {"retry-after": "7"}))
    assert made.tell() == 1
    assert len(made.notes(1)) == 1


def test_a_lost_right_stops_the_helpdesk_and_not_each_ticket(made):
    for number in range(1, 6):
        made.ticket(number)
    made.desk.fails("", *[Reply(403, None)] * 2)
    with pytest.raises(HelpdeskRefuses):
        made.tell()
    assert made.desk.writes == 0
    made.desk.faults.clear()
    made.tell()
    assert all(len(made.notes(number)) == 1 for number in range(1, 6))


def test_a_ticket_that_is_refused_again_and_again_is_given_up_alone(made):
    bad, good = made.ticket(1), made.ticket(2)
    made.desk.refuses = 1
    for _ in range(12):
        made.tell()
        made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=2))
    assert made.said(bad)[-1][0] == "failed"
    assert made.said(good)[-1][0] == "written"


def test_a_loop_ends_by_the_ticket_s_own_budget(made):
    """Whatever turns a ticket again and again, it is written five times in ten minutes."""
    number = made.ticket(1)
    for turn in range(12):
        text = "I am full of anger" if turn % 2 else "Thank you, it works now"
        made.world.accept(f"again{turn}", text, ticket="1")
        made.world.decide(number)
        made.tell()
    written = [it for it in made.said(number) if it[0] == "written"]
    assert len(written) <= 5
    made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=11))
    assert made.tell() == 1


def test_a_ticket_at_which_the_helpdesk_fails_lets_the_others_go_first(made):
    made.ticket(1)
    made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=1))
    made.ticket(2)
    made.desk.fails("/1", *[Reply(503, None)] * 2)  # as often as we are patient
    with pytest.raises(HelpdeskAway):
        made.tell()
    assert made.tell() == 1
    assert (len(made.notes(1)), len(made.notes(2))) == (0, 1)
    made.pulled.clock.until(made.pulled.clock() + timedelta(minutes=2))
    made.tell()
    assert len(made.notes(1)) == 1
