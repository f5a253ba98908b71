"""How each source does: told from what the database holds, by queries that stay small."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from triage import reading_health, source_health
from triage.domain.source_status import Status, Trouble
from triage.domain.surge import WEEK
from triage.domain.write_back import Part
from triage.errors import UnknownSource
from triage.helpdesks.event import Thin
from triage.keep import keep
from triage.source_health import SourceHealth
from triage.store import (
    accounts,
    intake,
    mail_folders,
    outbox,
    refusals,
    sources,
    tables,
    thin_events,
)
from triage.store.mail_folders import Place, Position
from triage.store.outbox_tables import outbox as outbox_table
from triage.store.outbox_tables import writing
from triage.store.refusals import Refusals
from triage.store.source_facts import Unread
from triage.store.sources import Vault, new_key

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def world(database: Any) -> World:
    return World(database)


def seen(world: World, now: Any = NOON) -> SourceHealth:
    (found,) = source_health.look_at_all(world.database, now)
    return found


def what(found: SourceHealth) -> list[Trouble]:
    return [it.trouble for it in found.troubles]


def came(world: World, *times: Any) -> None:
    with world.database.writing() as connection:
        for at in times:
            intake.first_delivery(connection, world.source_id, f"{at}", at)


def unread(world: World, key: str, reason: str, at: Any = NOON) -> None:
    with world.database.writing() as connection:
        intake.keep_dead_letter(connection, world.source_id, key, reason, b"{}", at)


def test_a_source_that_never_sent_says_what_to_do(world):
    found = seen(world)
    assert (found.status, what(found)) == (Status.NEEDS_YOU, [Trouble.NEVER])
    assert "triage sources test demo" in found.troubles[0].sentence()


def test_a_mailbox_that_cannot_be_read_needs_you_and_says_why(world):
    came(world, NOON)
    place = Place(host="imap.shop.test", port=993, starttls=False, user="help", folder="INBOX")
    with world.database.writing() as connection:
        mail_folders.add(connection, world.source_id, place, Position(1, 0), NOON)
    assert seen(world).status is Status.WELL
    with world.database.writing() as connection:
        mail_folders.note(connection, world.source_id, None, "the log-in was refused")
    found = seen(world)
    assert (found.status, what(found)) == (Status.NEEDS_YOU, [Trouble.READING])
    assert (found.helpdesk.address, found.helpdesk.failure) == (
        "INBOX of imap.shop.test",
        "the log-in was refused",
    )


def test_a_mailbox_that_nobody_looks_into_any_more_needs_you(world):
    came(world, NOON)
    place = Place(host="imap.shop.test", port=993, starttls=False, user="help", folder="INBOX")
    with world.database.writing() as connection:
        mail_folders.add(connection, world.source_id, place, Position(1, 0), NOON)
    assert what(seen(world, NOON + reading_health.LATE_AFTER)) == []
    assert what(seen(world, NOON + reading_health.LATE_AFTER + MINUTE)) == [Trouble.READING]


def test_a_delivery_makes_it_well_and_is_counted_by_hour_and_day(world):
    came(world, NOON - MINUTE, NOON - 59 * MINUTE, NOON - 61 * MINUTE, NOON - 25 * HOUR)
    found = seen(world)
    assert (found.status, found.troubles) == (Status.WELL, [])
    assert (found.came.last, found.came.last_hour, found.came.last_day) == (NOON - MINUTE, 2, 3)


def test_silence_where_much_came_at_these_hours_is_quiet_and_a_silent_night_is_not(world):
    often = [NOON - week * WEEK + n * MINUTE for week in (1, 2, 3) for n in range(0, 300, 3)]
    came(world, NOON - 3 * WEEK - HOUR, *often, NOON)
    assert seen(world, NOON + 4 * HOUR).status is Status.QUIET
    assert seen(world, NOON + 10 * MINUTE).status is Status.WELL
    came(world, NOON + 6 * HOUR)  # after hours
    assert seen(world, NOON + 12 * HOUR).status is Status.WELL


def test_tickets_that_wait_and_those_given_up_are_told(world):
    came(world, NOON)
    ticket = world.accept("m1", "hello")
    found = seen(world, NOON + 6 * MINUTE)
    assert (found.due, found.oldest) == (1, NOON)
    assert what(found) == [Trouble.UNDECIDED]
    assert "since 6 min" in found.troubles[0].sentence()
    with world.database.writing() as connection:
        dead = update(tables.ticket).where(tables.ticket.c.id == ticket)
        connection.execute(dead.values(state="dead"))
    found = seen(world, NOON + 6 * MINUTE)
    assert (found.due, found.given_up, what(found)) == (0, 1, [Trouble.GIVEN_UP])
    assert found.troubles[0].sentence().startswith("1 ticket could")


def test_a_backlog_that_waits_on_purpose_is_nobodys_trouble(world):
    came(world, NOON)
    ticket = world.accept("m1", "hello")
    with world.database.writing() as connection:
        late = update(tables.ticket).where(tables.ticket.c.id == ticket)
        connection.execute(late.values(wake_at=NOON + HOUR))
    found = seen(world, NOON + 30 * MINUTE)
    assert (found.due, found.oldest, found.status) == (1, None, Status.WELL)


def test_the_lag_is_from_received_to_first_decided(world):
    world.hire()
    tickets = [world.accept(f"m{n}", "hello", ticket=f"T{n}") for n in range(3)]
    for seconds, ticket in zip((1, 2, 9), tickets, strict=True):
        world.clock.now = NOON + timedelta(seconds=seconds)
        world.decide(ticket)
    with world.database.writing() as connection:  # a person corrects it, an hour later
        again = update(tables.ticket).where(tables.ticket.c.id == tickets[0])
        connection.execute(again.values(state="due", revision=2, wake_at=NOON))
    world.clock.now = NOON + 50 * MINUTE
    world.decide(tickets[0])
    lag = seen(world, NOON + 51 * MINUTE).lag
    assert (lag.decided, lag.median.seconds, lag.p95.seconds) == (3, 2, 9)
    assert seen(world, NOON + 3 * HOUR).lag is None


def test_what_could_not_be_read_is_told_with_the_newest_reason_for_a_day(world):
    came(world, NOON)
    unread(world, "a", "the body: expected JSON", NOON - HOUR)
    unread(world, "b", "ticket.id: expected a text, found nothing")
    found = seen(world)
    assert what(found) == [Trouble.UNREAD]
    said = "ticket.id: expected a text, found nothing"
    assert found.unread == Unread(2, 2, NOON, said)
    later = seen(world, NOON + 25 * HOUR)
    assert (later.unread.count, later.unread.last_day) == (2, 0)
    assert Trouble.UNREAD not in what(later)


def test_a_reason_is_shown_masked_short_and_on_one_line():
    assert source_health.shown(None) == ""
    said = source_health.shown("found\n" + "x" * 999 + " ann@example.org")
    assert len(said) == source_health.LONGEST_REASON
    assert "\n" not in said
    assert "ann@example.org" not in source_health.shown("found ann@example.org")


def test_refusals_are_added_within_their_day_and_begin_anew_with_the_next(world):
    def add(count: int, at: Any) -> None:
        with world.database.writing() as connection:
            told = {"demo": Refusals(count, at, "signature"), "gone": Refusals(1, at, "header")}
            refusals.add(connection, told)

    add(2, NOON)
    add(3, NOON + HOUR)
    assert seen(world, NOON + HOUR).refused == Refusals(5, NOON + HOUR, "signature")
    add(1, NOON + 24 * HOUR)
    assert seen(world, NOON + 24 * HOUR).refused.count == 1
    assert seen(world, NOON + 72 * HOUR).refused == Refusals(0, NOON + 24 * HOUR, "signature")


def test_a_new_source_with_the_wrong_secret_is_told_so(world):
    with world.database.writing() as connection:
        refusals.add(connection, {"demo": Refusals(4, NOON, "signature")})
    found = seen(world)
    assert what(found) == [Trouble.REFUSED, Trouble.NEVER]
    assert "(4 today)" in found.troubles[0].sentence()


def connected(world: World) -> Vault:
    vault = Vault(new_key())
    with world.database.writing() as connection:
        known = {"user": "a", "key": "never shown"}
        accounts.connect(connection, world.source_id, "https://desk.example", known, vault, NOON)
    return vault


def thin(key: str, *, repeats: bool = False) -> Thin:
    return Thin(delivery_key=key, what="ticket", occurred_at=NOON, ticket_id="T1", repeats=repeats)


def test_events_that_wait_for_words_ask_for_credentials_until_it_is_connected(world):
    came(world, NOON)
    with world.database.writing() as connection:
        thin_events.add(connection, world.source_id, thin("e1"), NOON)
    assert what(seen(world)) == [Trouble.CREDENTIALS]
    connected(world)
    found = seen(world)
    assert (found.words.waiting, found.status) == (1, Status.WELL)


def test_an_event_whose_key_repeats_counts_as_a_delivery_each_time(world):
    for number in range(2):
        with world.database.writing() as connection:
            at = NOON + number * MINUTE
            keep(connection, world.source_id, [thin("T1#changed", repeats=True)], POLICY, at)
    found = seen(world, NOON + MINUTE)
    assert (found.came.last, found.came.last_hour) == (NOON + MINUTE, 2)
    assert found.words.waiting == 1


def test_an_open_breaker_needs_you_until_it_closes(world):
    came(world, NOON)
    connected(world)
    with world.database.writing() as connection:
        found = accounts.breaker(connection, world.source_id)
        for _ in range(5):
            found = type(found)(found.failures + 1, NOON)
        accounts.set_breaker(connection, world.source_id, found)
    assert what(seen(world)) == [Trouble.BREAKER]
    assert seen(world, NOON + HOUR).status is Status.WELL


def test_writes_given_up_are_told_for_a_day_and_listed_with_their_reason(world):
    ticket = world.accept("m1", None)
    came(world, NOON)
    with world.database.writing() as connection:
        outbox.set_parts(connection, "demo", {Part.TAGS}, {})
        row = {"ticket_id": ticket, "source_id": world.source_id, "state": "dead", "attempts": 9}
        connection.execute(
            insert(outbox_table), [row | {"revision": 1, "wake_at": NOON, "written": {}}]
        )
        told = {"ticket_id": ticket, "outcome": "failed", "text": "422: no such tag", "at": NOON}
        connection.execute(insert(writing), [told])
    found = seen(world)
    assert (what(found), found.written.dead) == ([Trouble.WRITES], 1)
    assert found.troubles[0].sentence().startswith("1 write to")
    detail = source_health.look_at(world.database, "demo", NOON)
    assert [(it.ticket_id, it.text) for it in detail.writes] == [(ticket, "422: no such tag")]
    assert seen(world, NOON + 20 * MINUTE + 24 * HOUR).writes_lost == 0


def test_a_source_shows_its_last_twenty_dead_letters_newest_first(world):
    for number in range(25):
        unread(world, f"k{number}", f"reason {number}", NOON + number * MINUTE)
    letters = source_health.look_at(world.database, "demo", NOON + HOUR).letters
    assert [it.reason for it in letters] == [f"reason {n}" for n in range(24, 4, -1)]


def test_the_worst_stands_first(world):
    vault = Vault(new_key())
    with world.database.writing() as connection:
        for name in ("aaa", "zzz"):
            sources.add(connection, name, "generic", ("s",), vault, NOON)
            known = sources.by_name(connection, name, vault).id
            intake.first_delivery(connection, known, "k", NOON)
        intake.keep_dead_letter(connection, known, "k", "no JSON", b"", NOON)
    found = source_health.look_at_all(world.database, NOON)
    assert [it.name for it in found] == ["demo", "zzz", "aaa"]


def test_a_source_that_is_not_there_is_told_so(world):
    with pytest.raises(UnknownSource):
        source_health.look_at(world.database, "nowhere", NOON)


LARGE = ("delivery", "dead_letter", "ticket", "message", "decision", "outbox", "writing")


def test_every_query_plan_goes_by_an_index(world):
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    came(world, NOON - 2 * WEEK, NOON - WEEK, NOON - 2 * HOUR)
    event.listen(world.database.engine, "before_cursor_execute", note)
    source_health.look_at(world.database, "demo", NOON)
    event.remove(world.database.engine, "before_cursor_execute", note)
    queries = [it for it in asked if it[0].lstrip().upper().startswith("SELECT")]
    assert len(queries) > 10
    for statement, values in queries:
        told = plan(world, statement, values)
        for table in LARGE:
            assert not reads_all(told, table, statement), f"{statement}\n{told}"


def plan(world: World, statement: str, values: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if world.database.is_sqlite else "EXPLAIN "
    with world.database.reading() as connection:
        if not world.database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(explain + statement, values).all()
    return [str(row) for row in rows]


def reads_all(told: list[str], table: str, statement: str) -> bool:
    """Return whether a plan goes over a whole table; not where it ends after the newest."""
    newest = f"FROM {table} ORDER BY {table}.id DESC" in " ".join(statement.split())
    return any(
        f"Seq Scan on {table} " in line
        or (f"SCAN {table}'" in line and not (newest and "TEMP B-TREE" not in str(told)))
        for line in told
    )


def test_that_check_can_fail(world):
    whole = "SELECT count(*) FROM ticket WHERE subject = 'x'"
    told = plan(world, whole, ())
    assert "ticket" in str(told)
    if world.database.is_sqlite:
        assert reads_all(told, "ticket", whole)
    else:
        assert reads_all(["Seq Scan on ticket  (cost=0)"], "ticket", whole)
