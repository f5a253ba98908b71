"""Accepting many deliveries at once: together where they can be, each by itself where they must."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import POLICY
from tests.e2e.helpdesk import Helpdesk, a_ticket, body_of
from triage import accept
from triage.accept import Intake
from triage.errors import StoreUnavailable
from triage.helpdesks.event import Delivery
from triage.helpdesks.whsec import new_secret
from triage.keep import Accepted, Outcome
from triage.ports import utcnow
from triage.store import intake as stored_intake
from triage.store import tables
from triage.store.database import Database
from triage.store.sources import Source, Vault, add, by_name, new_key

PATIENCE = 20.0  # s


class Shop:
    """A helpdesk, and the intake that it sends to; `held` lets deliveries gather."""

    def __init__(self, database: Database) -> None:
        self.database, self.told = database, []
        self.gate = Event()
        self.gate.set()
        secret, vault = new_secret(), Vault(new_key())
        with database.writing() as connection:
            add(connection, "shop", "generic", (secret,), vault, utcnow())
            self.source = by_name(connection, "shop", vault)
        self.helpdesk = Helpdesk("", secret)
        self.freed = 0
        self.intake = Intake(database, self, self.told.append, self._free, lambda: POLICY, utcnow)

    def _free(self) -> None:
        self.freed += 1

    def named(self, _name: str, *, doubted: bool = False) -> Source:
        assert self.gate.wait(PATIENCE)
        return self.source

    def send(self, body: bytes, key: str = "") -> Future[Accepted]:
        headers = self.helpdesk.headers(body, key)
        return self.intake.accept("shop", Delivery(headers, body))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the intake at its first delivery, so that what follows gathers behind it."""
        self.gate.clear()
        self.send(a_ticket())
        yield
        self.gate.set()

    def count(self, table: Any) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    opened = Shop(database)
    yield opened
    opened.gate.set()
    opened.intake.close()


def a_reply(ticket: str, message: str, by: str = "customer") -> bytes:
    return body_of(f"ticket.{by}_replied", ticket_id=ticket, message_id=message, text="And?")


def outcomes(answers: list[Future[Accepted]]) -> list[Outcome]:
    return [answer.result(PATIENCE).outcome for answer in answers]


def test_what_waits_together_is_committed_together(shop, monkeypatch):
    commits, real = [], Intake._commit

    def counted(self, opened):
        commits.append(len(opened))
        return real(self, opened)

    monkeypatch.setattr(Intake, "_commit", counted)
    with shop.held():
        answers = [shop.send(a_ticket(), f"d{number}") for number in range(20)]
    assert outcomes(answers) == [Outcome.ACCEPTED] * 20
    assert sum(commits) == 21
    assert len(commits) <= 3
    assert len(shop.told) == shop.count(tables.ticket) == 21


def test_the_same_delivery_twice_in_one_commit_is_stored_once(shop):
    body = a_ticket()
    with shop.held():
        answers = [shop.send(body, "same") for _ in range(5)]
    assert sorted(outcomes(answers)) == [Outcome.ACCEPTED] + [Outcome.DUPLICATE] * 4
    assert shop.count(tables.message) == 2


def test_a_ticket_and_its_replies_in_one_commit_are_one_thread(shop):
    with shop.held():
        answers = [
            shop.send(a_ticket(ticket_id="T-9", message_id="m0")),
            shop.send(
                body_of("ticket.customer_replied", ticket_id="T-9", message_id="m1", text="?")
            ),
            shop.send(
                body_of("ticket.agent_replied", ticket_id="T-9", message_id="m2", text="Yes.")
            ),
        ]
    assert outcomes(answers) == [Outcome.ACCEPTED] * 3
    assert shop.count(tables.ticket) == 2
    assert shop.count(tables.message) == 4


def test_one_that_cannot_be_stored_harms_no_other(shop, monkeypatch):
    real = stored_intake.store_event

    def store_event(connection, source_id, event, policy, now):
        if event.ticket_id == "T-bad":
            raise ValueError("cannot be stored")
        return real(connection, source_id, event, policy, now)

    monkeypatch.setattr(stored_intake, "store_event", store_event)
    with shop.held():
        before = [shop.send(a_ticket(), f"b{number}") for number in range(5)]
        bad = shop.send(a_ticket(ticket_id="T-bad"), "bad")
        after = [shop.send(a_ticket(), f"a{number}") for number in range(5)]
    assert outcomes(before + after) == [Outcome.ACCEPTED] * 10
    with pytest.raises(ValueError, match="cannot be stored"):
        bad.result(PATIENCE)
    assert shop.count(tables.delivery) == shop.count(tables.ticket) == 11


def test_a_sender_who_left_is_not_stored_and_harms_nobody(shop):
    with shop.held():
        left = shop.send(a_ticket(), "left")
        stays = shop.send(a_ticket(), "stays")
        assert left.cancel()
    assert outcomes([stays]) == [Outcome.ACCEPTED]
    assert shop.count(tables.delivery) == 2


def test_a_database_that_is_away_is_said_to_all(shop, monkeypatch):
    def away(_self):
        raise StoreUnavailable("away")

    with shop.held():
        answers = [shop.send(a_ticket(), f"d{number}") for number in range(5)]
        monkeypatch.setattr(Database, "writing", away)
    for answer in answers:
        with pytest.raises(StoreUnavailable):
            answer.result(PATIENCE)
    monkeypatch.undo()
    assert outcomes([shop.send(a_ticket())]) == [Outcome.ACCEPTED]
    assert shop.told == [max(shop.told)]


def test_too_many_at_once_are_asked_to_come_again(shop, monkeypatch):
    shop.intake.close()
    monkeypatch.setattr(accept, "MOST_WAITING", 3)
    shop.intake = Intake(
        shop.database, shop, shop.told.append, lambda: None, lambda: POLICY, utcnow
    )
    with shop.held():
        answers = [shop.send(a_ticket(), f"d{number}") for number in range(10)]
    refused = [one for one in answers if one.exception(PATIENCE)]
    assert refused  # how many, depends on what the thread took with the first one
    assert all(isinstance(one.exception(), StoreUnavailable) for one in refused)
    assert shop.count(tables.ticket) == 11 - len(refused)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_replies_in_one_commit_lock_in_the_order_of_whoever_decides(shop):
    """Else the two would wait for each other, and PostgreSQL end one of them."""
    names = [f"T-{number}" for number in range(20)]
    outcomes([shop.send(a_ticket(ticket_id=name)) for name in names])
    done = Event()

    def decide_again_and_again() -> int:
        rounds = 0
        while not done.is_set():
            with shop.database.writing() as connection:
                for number in range(1, 21):  # ascending, one by one, as a slow one would
                    one = select(tables.ticket.c.id).where(tables.ticket.c.id == number)
                    connection.execute(one.with_for_update())
            rounds += 1
        return rounds

    with ThreadPoolExecutor(1) as pool:
        deciding = pool.submit(decide_again_and_again)
        for times in range(20):
            with shop.held():
                answers = [shop.send(a_reply(it, f"r{times}")) for it in reversed(names)]
            assert outcomes(answers) == [Outcome.ACCEPTED] * 20
        done.set()
        assert deciding.result(PATIENCE) > 20
