"""What was kept long enough goes, in small batches, or keeps its counts and loses its words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.kept_tickets import WORD, a_full_ticket, a_letter, released, where
from tests.integration.test_decide import World
from triage import accuracy, explain, outcomes, retain
from triage.api.schemas import desk_row
from triage.domain.keeping import KeepAs, Keeping
from triage.errors import BadInput, UnknownSource
from triage.pace import FIRST_BATCH, LONG, Pace
from triage.page.shell import fragment
from triage.retain import Retention
from triage.store import desk, inspection, lessons, purge, retention, tables

LATER = NOON + timedelta(days=40)
MARKED = (tables.message, tables.scoring, tables.decision, tables.correction, tables.event)


@pytest.fixture
def world(database) -> World:
    made = World(database)
    made.hire()
    return made


def run(world: World, then: KeepAs = KeepAs.DELETED, days: int | None = 30) -> int:
    """Keep tickets so, retain, and return in how many batches something went."""
    retain.keep(world.database, "demo", days, then)
    return sum(bool(+gone) for gone in retain.retain(world.database, LATER))


def test_what_is_deleted_is_gone_from_every_table_but_its_delivery(world):
    a_full_ticket(world)
    assert len(where(world.database, WORD)) == 8  # the look finds what there is
    run(world)
    assert where(world.database, WORD) == set()
    for table in (tables.ticket, *MARKED, tables.alert, tables.note, tables.assignment):
        assert world.count(table) == 0, table.name


def test_what_is_anonymous_keeps_its_counts_and_no_word(world):
    ticket = a_full_ticket(world)
    before, counts = world.ticket(ticket), [world.count(table) for table in MARKED]
    run(world, KeepAs.ANONYMISED)
    assert where(world.database, WORD) == where(world.database, "cust-4711") == set()
    assert where(world.database, "T-1") == set()
    assert [world.count(table) for table in MARKED] == counts
    after = world.ticket(ticket)
    for name in ("lane", "level", "flags", "opened_at", "released_at", "respond_by", "language"):
        assert getattr(after, name) == getattr(before, name)
    assert (after.subject, after.customer_name, after.customer_id) == ("", None, None)


def test_an_anonymous_ticket_can_still_be_looked_at_and_learned_from(world):
    ticket = a_full_ticket(world)
    run(world, KeepAs.ANONYMISED)
    with world.database.reading() as connection:
        found = inspection.ticket(connection, ticket)
        assert lessons.taught(connection, [ticket])
    row, decision = desk_row(found.row), found.decisions[0]
    assert row.level == 3
    assert "Say first" in fragment("card.html", row=row, decision=decision)
    assert explain.explain(world.database, ticket, POLICY, LATER).sections
    assert outcomes.outcomes(world.database, POLICY, NOON - timedelta(days=1))
    assert accuracy.accuracy(world.database, NOON - timedelta(days=1))


def test_what_is_anonymous_is_left_alone_from_then_on(world):
    a_full_ticket(world)
    assert run(world, KeepAs.ANONYMISED) == 1
    assert run(world, KeepAs.ANONYMISED) == 0
    assert [it.tickets for it in retain.due(world.database, LATER)] == [0]


def test_open_and_younger_tickets_stay(world):
    still_open = a_full_ticket(world, "T-1", close=False)
    younger = a_full_ticket(world, "T-2")
    released(world, younger, LATER - timedelta(days=29))
    older = a_full_ticket(world, "T-3")
    (due,) = [it for it in retain.due(world.database, LATER) if it.name == "demo"] or [None] * 1
    assert due is None  # kept for ever
    run(world)
    with world.database.reading() as connection:
        left = set(connection.execute(select(tables.ticket.c.id)).scalars())
    assert left == {still_open, younger}
    assert older not in left


def test_a_run_that_was_ended_goes_on_where_it_stopped(world):
    for number in range(3 * FIRST_BATCH):
        world.accept(f"m{number}", "hello", ticket=f"T{number}")
    with world.database.writing() as connection:
        connection.execute(
            tables.ticket.update().values(status="closed", released_at=NOON, state="done")
        )
    retain.keep(world.database, "demo", 30, KeepAs.DELETED)
    broken_off = retain.retain(world.database, LATER)
    next(broken_off)
    broken_off.close()
    assert world.count(tables.ticket) == 2 * FIRST_BATCH
    assert run(world) >= 1
    assert world.count(tables.ticket) == 0


def test_a_ticket_that_is_opened_again_meanwhile_stays(world):
    ticket = a_full_ticket(world)
    until = LATER - timedelta(days=30)
    with world.database.reading() as connection:
        page = retention.past(connection, world.source_id, until, None, 10)
    assert page.ids == [ticket]
    world.accept("T-1-3", "It happened again", ticket="T-1", at=NOON + timedelta(days=1))
    with world.database.writing() as connection:
        assert retention.still_past(connection, page.ids, until) == []


def test_dead_letters_are_kept_as_long_and_no_longer(world):
    a_letter(world, WORD.encode(), "old")
    a_letter(world, b"young", "young", LATER)
    run(world, KeepAs.ANONYMISED)
    assert where(world.database, WORD) == set()
    assert world.count(tables.dead_letter) == 1


def test_nothing_goes_where_all_is_kept_for_ever(world):
    a_full_ticket(world)
    assert run(world, days=None) == 0
    assert retain.due(world.database, LATER) == []
    assert world.count(tables.ticket) == 1


def test_the_service_runs_it_once_a_day(world):
    retain.keep(world.database, "demo", 30, KeepAs.DELETED)
    daily = Retention(world.database)

    def left(days: float) -> int:
        for _ in range(50):  # steps; on a busy machine one ends nothing
            daily.step(LATER + timedelta(days=days))
        return world.count(tables.ticket)

    a_full_ticket(world, "T-1")
    assert left(0) == 0
    a_full_ticket(world, "T-2")
    assert left(0.9) == 1
    assert left(1.1) == 0


def test_a_slow_machine_gets_smaller_batches_and_a_quick_one_larger():
    pace = Pace()
    pace.note(2 * LONG)
    assert pace.batch == FIRST_BATCH // 2
    for _ in range(9):
        pace.note(2 * LONG)
    assert pace.batch == 1
    for _ in range(99):
        pace.note(LONG / 3)
    assert pace.batch == 50


def test_every_table_that_points_at_a_ticket_is_emptied_first(world):
    ticket = a_full_ticket(world)
    with world.database.writing() as connection:
        expected = purge.count(connection, [ticket])
        assert purge.delete_tickets(connection, [ticket]) == expected
    assert {name for name, number in expected.items() if number} == {
        "alert", "assignment", "correction", "decision", "event", "follow_up", "message", "note",
        "scoring", "ticket",
    }  # fmt: skip


def test_what_points_at_a_message_is_found_by_an_index(world):
    known = inspect(world.database.engine)
    for table in ("decision", "correction", "scoring"):
        first = {it["column_names"][0] for it in known.get_indexes(table)}
        assert "message_id" in first | set(
            known.get_pk_constraint(table)["constrained_columns"][:1]
        )


def test_bad_rules_are_refused_with_one_sentence(world):
    with pytest.raises(BadInput, match="expected 1 to 36500, got 0"):
        retain.keep(world.database, "demo", 0, KeepAs.DELETED)
    with pytest.raises(UnknownSource, match="no source named 'nobody'"):
        retain.keep(world.database, "nobody", 3, KeepAs.DELETED)
    assert Keeping(None).until(NOON) is None
    with world.database.reading() as connection:
        assert desk.count(connection) == 0
