"""One customer: all that is held of them is told, and all of it can be erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.integration.kept_tickets import WORD, a_full_ticket, a_letter, in_files, where
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from triage import disclose, erase
from triage.domain.ticket import TicketId
from triage.errors import UnknownCustomer, UnknownSource
from triage.queue import Publisher, celery_app
from triage.settings import Settings
from triage.store import intake, schema, tables
from triage.store.database import Database

CUSTOMER = "cust-4711"


@pytest.fixture
def world(database) -> World:
    made = World(database)
    made.hire()
    return made


def in_folder(folder: Path) -> Settings:
    return Settings(data_folder=folder, database_url="", redis_url="")


def a_sqlite_world(folder: Path) -> World:
    schema.migrate(in_folder(folder).database)
    made = World(Database(in_folder(folder).database))
    made.hire()
    return made


def erased(world: World, customer: str = CUSTOMER, *, open_too: bool = False) -> erase.Erased:
    return erase.erase(
        world.database,
        "demo",
        customer,
        open_too=open_too,
        by="admin",
        now=world.clock(),
        seen_within=0,
    )


def would_erase(world: World, source: str = "demo") -> erase.Erased:
    now = world.clock()
    return erase.would_erase(world.database, source, CUSTOMER, open_too=False, by="admin", now=now)


def test_after_an_erase_no_table_holds_the_customers_words(world):
    a_full_ticket(world)
    a_letter(world, f'{{"requester": "{CUSTOMER}", "text": "my {WORD}"}}'.encode())
    other = a_full_ticket(world, "T-9", customer="cust-47112")
    told = would_erase(world)
    done = erased(world)
    assert done.rows == told.rows
    assert done.rows["ticket"] == done.rows["dead_letter"] == 1
    assert where(world.database, CUSTOMER + '"') == set()
    assert world.ticket(other).customer_id == "cust-47112"
    erased(world, "cust-47112")
    assert where(world.database, WORD) == set()


def test_after_an_erase_no_file_of_sqlites_holds_them(tmp_path: Path):
    world = a_sqlite_world(tmp_path)
    for number in range(60):  # pages are split, and texts move between them
        text = f"hello {number} " * (number % 9 + 1) * 9
        world.accept(f"n{number}", text, ticket=f"N-{number}", customer_id=f"other {number}")
        if number % 6 == 0:
            a_full_ticket(world, f"T-{number}")
    assert list(in_files(tmp_path, WORD))
    assert erased(world).scrubbed
    assert world.count(tables.ticket) == 60
    assert list(in_files(tmp_path, WORD)) == []


def test_open_tickets_stay_unless_they_are_asked_for(world):
    waiting = a_full_ticket(world, "T-1", close=False)
    closed = a_full_ticket(world, "T-2")
    assert would_erase(world).left_open == 1
    done = erased(world)
    assert (done.rows["ticket"], done.left_open) == (1, 1)
    assert world.ticket(waiting).id != closed
    done = erased(world, open_too=True)
    assert (done.rows["ticket"], done.left_open) == (1, 0)
    assert where(world.database, WORD) == set()


def test_what_stood_on_the_desk_is_seen_to_go_before_it_is_deleted(world):
    ticket = world.accept("m1", "hello", customer_id=CUSTOMER)
    with world.database.reading() as connection:
        assert erase.customers.find(connection, "demo", CUSTOMER).open == (ticket,)
    assert erase._take_off_the_desk(world.database, [ticket], NOON)
    assert world.kinds() == ["closed"]
    assert (world.ticket(ticket).status, world.ticket(ticket).state) == ("closed", "done")


def test_a_ticket_in_which_the_customer_writes_meanwhile_stays(world):
    ticket = world.accept("m1", "hello", customer_id=CUSTOMER)
    erase._take_off_the_desk(world.database, [ticket], NOON)
    world.accept("m2", "please help", at=NOON + timedelta(hours=1))
    assert erase._delete(world.database, [ticket], []) == {}
    assert world.ticket(ticket).status == "waiting"


def test_an_old_delivery_that_comes_again_brings_nothing_back(world):
    def arrives(key: str) -> bool:
        with world.database.writing() as connection:
            if not intake.first_delivery(connection, world.source_id, key, NOON):
                return False
            one = event(key, f"my {WORD} {key}", customer_id=CUSTOMER)
            intake.store_event(connection, world.source_id, one, world.parts.policy, NOON)
            return True

    assert arrives("d1")
    erased(world, open_too=True)
    assert not arrives("d1")
    assert world.count(tables.ticket) == 0
    assert arrives("d2")  # a new message opens a new ticket, with nothing of before
    assert where(world.database, f"{WORD} d1") == set()


def test_a_worker_that_reads_what_is_erased_finds_its_lease_gone(world):
    ticket = world.accept("m1", "hello", customer_id=CUSTOMER)
    erased(world, open_too=True)
    assert world.decide(TicketId(ticket)) == 0
    assert world.count(tables.decision) == 0


def test_a_customer_is_found_by_the_address_that_the_helpdesk_sent(world):
    a_full_ticket(world, customer="Dana.Reyes@Example.org")
    found = disclose.disclose(world.database, "demo", "dana.reyes@example.org", "admin", NOON)
    assert len(found["tickets"]) == 1
    with pytest.raises(UnknownCustomer):
        disclose.disclose(world.database, "demo", "dana.reyes@example.com", "admin", NOON)
    with pytest.raises(UnknownSource):
        would_erase(world, "other")


def test_all_that_is_held_is_told_and_nothing_of_colleagues(world):
    a_full_ticket(world)
    a_letter(world, f"{CUSTOMER} wrote of a {WORD}".encode())
    found = disclose.disclose(world.database, "demo", CUSTOMER, "admin", NOON)
    (ticket,) = found["tickets"]
    assert {name for name, rows in ticket.items() if rows} >= {
        "ticket", "message", "scoring", "decision", "correction", "follow_up", "note", "alert",
    }  # fmt: skip
    assert ticket["message"][0]["text"].startswith("I am full of anger")
    assert ticket["decision"][0]["result"]["emotions"]
    assert WORD in found["deliveries_not_understood"][0]["body"]
    assert "Ann" not in str(found)
    assert "Sue" not in str(found)


def test_the_broker_holds_ids_and_no_word(tmp_path: Path):
    world = a_sqlite_world(tmp_path)
    publisher = Publisher(celery_app(in_folder(tmp_path).broker))
    publisher.tell(world.accept("m1", f"my {WORD}", customer_name=WORD, subject=WORD))
    publisher.close()
    world.database.close()
    assert (tmp_path / "broker.db").stat().st_size
    holding = {path.name.partition("-")[0] for path in in_files(tmp_path, WORD)}
    assert holding == {"triage.db"}
