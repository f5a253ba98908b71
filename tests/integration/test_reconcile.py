"""What webhooks lost is read every ten minutes, by one reader at a time, and is known to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import POLICY
from tests.fakes import NOON
from tests.standins.everyone import STANDINS
from tests.standins.pulling import Leaping, Pulled, a_case, connected
from tests.standins.standin import Reply, Words, served
from triage import reading_health, reconcile
from triage.domain.ticket import Author
from triage.errors import ChangedMeanwhile, HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.event import Event, Kind, NewMessage
from triage.store import intake, pulls
from triage.store.pulls import Purpose

MINUTE = timedelta(minutes=1)
A_MINUTE_AGO = -MINUTE


@pytest.fixture
def pulled(database: Any) -> Iterator[Pulled]:
    clock = Leaping()
    with served(STANDINS["zendesk"](clock)) as desk, connected(desk, database, clock) as made:
        yield made


def read(pulled: Pulled) -> Any:
    clock = pulled.clock
    return reconcile.reconcile(
        pulled.database, pulled.settings, "desk", lambda: POLICY, clock.until, clock
    )


def due(pulled: Pulled) -> list[str]:
    return reconcile.due(pulled.database, pulled.clock())


def health(pulled: Pulled) -> reading_health.Health:
    with pulled.database.reading() as connection:
        return reading_health.healths(connection, pulled.clock())["desk"]


def says(pulled: Pulled, number: int, text: str) -> None:
    """Somebody writes in a case now."""
    now, case = pulled.clock(), pulled.desk.cases[number]
    case.words.append(Words(number * 100 + len(case.words), text, now))
    case.updated_at = now


def test_a_reply_whose_webhook_was_lost_arrives_at_the_next_time(pulled):
    pulled.desk.put(a_case(1, "Hello?", ago=0.001))
    pulled.clock.forward(minutes=2)
    read(pulled)
    says(pulled, 1, "Anybody?")
    pulled.clock.forward(minutes=11)
    read(pulled)
    assert [text for _, text in pulled.threads()["1"]] == ["Hello?", "Anybody?"]


def test_what_was_there_before_it_was_connected_is_the_backlogs_business(pulled):
    pulled.desk.put(a_case(1, ago=3))
    read(pulled)
    assert pulled.threads() == {}


def test_what_webhooks_told_and_what_is_read_is_one(pulled):
    case = a_case(1, "Hello?", "Anybody?", ago=0.001)
    pulled.desk.put(case)
    with pulled.database.reading() as connection:
        source = pulls.known(connection, 1, [])
    assert source == {}
    first, second = case.words
    for kind, name, words in (
        (Kind.TICKET_CREATED, "1#description", first),
        (Kind.MESSAGE_ADDED, str(second.id), second),
    ):
        said = NewMessage(
            external_id=name, author=Author.CUSTOMER, text=words.text, sent_at=words.at
        )
        event = Event(
            delivery_key=name, kind=kind, occurred_at=words.at, ticket_id="1", message=said
        )
        with pulled.database.writing() as connection:
            intake.store_event(connection, 1, event, POLICY, pulled.clock())
    pulled.clock.forward(hours=3)
    case.updated_at = pulled.clock() - 5 * MINUTE
    read(pulled)
    assert pulled.threads()["1"] == [("customer", "Hello?"), ("customer", "Anybody?")]


def test_a_helpdesk_is_read_every_ten_minutes(pulled):
    assert due(pulled) == ["desk"]
    read(pulled)
    pulled.clock.forward(minutes=9)
    assert due(pulled) == []
    pulled.clock.forward(minutes=2)
    assert due(pulled) == ["desk"]


def test_a_helpdesk_that_is_away_is_read_ten_minutes_later_from_where_it_was_known(pulled):
    read(pulled)
    known = health(pulled).known_until
    pulled.clock.forward(minutes=11)
    pulled.desk.put(a_case(1, "Hello?", ago=0.001))
    pulled.desk.fails("", *[Reply(503, {})] * 30)
    with pytest.raises(HelpdeskAway):
        read(pulled)
    assert due(pulled) == []
    assert health(pulled).known_until == known
    assert "status 503" in (health(pulled).failure or "")
    pulled.desk.faults.clear()
    pulled.clock.forward(minutes=60)
    assert due(pulled) == ["desk"]
    read(pulled)
    assert set(pulled.threads()) == {"1"}
    assert health(pulled).failure is None


def test_credentials_that_are_refused_are_said(pulled):
    pulled.desk.is_known = lambda request: False
    with pytest.raises(HelpdeskRefuses):
        read(pulled)
    words = reading_health.in_words(health(pulled), pulled.clock())
    assert words.startswith("connected, not read yet; ")
    assert "credentials" in words


def test_only_one_reads_at_a_time_and_who_was_overtaken_stores_nothing(pulled):
    now = pulled.clock()
    with pulled.database.writing() as connection:
        first = pulls.take(connection, 1, Purpose.RECONCILE, now, now)
        assert pulls.take(connection, 1, Purpose.RECONCILE, now, now) is None
    assert first is not None
    assert read(pulled) is None
    assert due(pulled) == []
    pulled.clock.now += pulls.LEASE * 2  # whoever it was has died
    assert due(pulled) == ["desk"]
    assert read(pulled) is not None
    with pytest.raises(ChangedMeanwhile), pulled.database.writing() as connection:
        pulls.step(connection, first, pulled.clock())


@pytest.mark.parametrize(
    ("ended", "failed", "lease", "expected"),
    [
        (None, None, None, True),
        (0, None, None, False),
        (11, None, None, True),
        (60, 5, None, False),
        (60, 11, None, True),
        (5, 60, None, False),
        (60, None, -1, False),
        (60, None, 1, True),
    ],
)
def test_when_a_helpdesk_is_due(ended, failed, lease, expected):
    """Minutes ago each."""
    ago = lambda it: None if it is None else NOON - it * MINUTE  # noqa: E731
    row = SimpleNamespace(ended_at=ago(ended), failed_at=ago(failed), lease_until=ago(lease))
    assert reconcile.is_due(row, NOON) is expected


def test_how_well_a_helpdesk_is_read_is_said_in_words(pulled):
    assert reading_health.in_words(None, NOON) == "-"
    assert "not read yet" in reading_health.in_words(health(pulled), pulled.clock())
    read(pulled)
    pulled.clock.forward(minutes=7)
    assert reading_health.in_words(health(pulled), pulled.clock()) == "known up to 7 min ago"
    assert health(pulled).is_good(pulled.clock())
    pulled.clock.forward(hours=5)
    assert reading_health.in_words(health(pulled), pulled.clock()) == "known up to 5 h ago"
    assert not health(pulled).is_good(pulled.clock())
