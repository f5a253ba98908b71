"""Views of the desk: the same for the database and for one row, in order, by the indexes."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import event, update

from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from triage.domain.agent import AgentId
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.store import desk, desk_search, desk_views, desk_windows, tables
from triage.store.desk import Place
from triage.store.desk_state import desk_state
from triage.store.desk_views import View

EVERYTHING = View()
VIEWS = (
    EVERYTHING,
    View(lane=Lane.CHARGED),
    View(lane=Lane.SAFEGUARD),
    View(team="north"),
    View(agent=AgentId(1)),
    View(source="demo"),
    View(source="nowhere"),
    View(language="en"),
    View(flag=Flag.LEGAL),
    View(unassigned=True),
    View(late=True),
    View(snoozed=True),
    View(search="ÄRGER"),
    View(search="100%"),
    View(search="_"),
    View(search="c2"),
    View(search="ärger"),
    View(search="AßÉ"),
    View(search="#7"),
    View(search="7"),
    View(search="#t12"),
    View(search="#T12"),
    View(lane=Lane.CHARGED, unassigned=True, search="about"),
)


@pytest.fixture
def world(database):
    made = World(database)
    made.hire()
    made.hire(name="Ben", email="b@example.org", team="north", capacity=1)
    texts = ("hello", "full of anger, my lawyer will write", "I want to kill myself", "I worry")
    for number, (place, text) in product(range(5), enumerate(texts)):
        key = f"t{place}{number}"
        name = ("", "Frau Ärger", "C2 100%", "aßé")[number] if number < 4 else None
        ticket = made.accept(
            key,
            text,
            ticket=key,
            subject=f"About_{key}" if number == 3 else f"about {key}",
            customer_name=name,
            at=NOON - timedelta(minutes=40 * number),
        )
        if number < 4:
            made.decide(ticket)
    with database.writing() as connection:
        some = update(tables.ticket).where(tables.ticket.c.id % 3 == 0)
        connection.execute(some.values(snoozed_until=NOON + timedelta(minutes=5)))
    return made


def test_a_view_holds_the_same_for_the_database_and_for_each_row(world):
    with world.database.reading() as connection:
        everybody = desk.rows_of(connection, range(1, 100))
        for view in VIEWS:
            held = [row for row in everybody if view.holds(row, NOON)]
            in_order = sorted(held, key=lambda row: (row.respond_by, row.id))
            shown = desk_windows.window(connection, view, 0, 100, NOON).rows
            assert [row.id for row in shown] == [row.id for row in in_order], view
            assert desk_windows.count(connection, view, NOON) == len(held), view


def test_the_views_of_this_test_tell_tickets_apart(world):
    with world.database.reading() as connection:
        counts = {view: desk_windows.count(connection, view, NOON) for view in VIEWS}
    empty = {view for view, count in counts.items() if count == 0}
    assert empty == {View(source="nowhere"), View(search="#T12")}
    assert len({*counts.values()}) > 6


def test_a_rank_is_the_number_of_those_before(world):
    with world.database.reading() as connection:
        rows = desk_windows.window(connection, EVERYTHING, 0, 100, NOON).rows
        for number, row in enumerate(rows):
            place = Place(row.respond_by, row.id)
            assert desk_windows.rank(connection, EVERYTHING, place, NOON) == number


def test_a_window_is_a_part_of_the_whole(world):
    with world.database.reading() as connection:
        rows = desk_windows.window(connection, EVERYTHING, 0, 100, NOON).rows
        part = desk_windows.window(connection, EVERYTHING, 3, 4, NOON).rows
    assert [it.id for it in part] == [it.id for it in rows[3:7]]


@pytest.mark.parametrize("view", [EVERYTHING, View(search="about")], ids=str)
@pytest.mark.parametrize("limit", [4, 100])
def test_a_window_says_how_many_there_are_and_where_it_begins(world, view, limit):
    with world.database.reading() as connection:
        whole = desk_windows.window(connection, view, 0, 100, NOON)
        count = len(whole.rows)
        last = desk_windows.window(connection, view, count + 9, limit, NOON)
        place = Place(whole.rows[-1].respond_by, whole.rows[-1].id)
        around = desk_windows.window(connection, view, place, limit, NOON)
    assert whole.total == last.total == around.total == count > 8
    assert last.first == max(0, count - limit)
    assert [it.id for it in last.rows] == [it.id for it in whole.rows[-limit:]]
    assert around.first == 0  # fewer stand before it than a window shows before a place


def test_a_window_around_a_place_begins_a_little_before_it(world):
    view = View(search="about")
    with world.database.writing() as connection:
        row = dict(connection.execute(tables.ticket.select()).first()._mapping)
        del row["id"]
        later = [NOON + timedelta(days=1, seconds=n) for n in range(200)]
        many = [row | {"external_id": f"x{n}", "respond_by": at} for n, at in enumerate(later)]
        connection.execute(tables.ticket.insert(), many)
    with world.database.reading() as connection:
        whole = desk_windows.window(connection, view, 0, 300, NOON).rows
        at = whole[150]
        for one in (view, EVERYTHING):
            place = Place(at.respond_by, at.id)
            rank = desk_windows.rank(connection, one, place, NOON)
            found = desk_windows.window(connection, one, place, 80, NOON)
            assert found.first == rank - desk_windows.BEFORE
            assert found.rows[desk_windows.BEFORE].id == at.id


def test_who_is_in_danger_or_late_cannot_be_put_off(world):
    later = NOON + timedelta(hours=3)
    put_off = update(tables.ticket).values(snoozed_until=later + timedelta(hours=1))
    with world.database.writing() as connection:
        connection.execute(put_off)
    with world.database.reading() as connection:
        shown = desk_windows.window(connection, EVERYTHING, 0, 100, later).rows
        hidden = desk_windows.window(connection, View(snoozed=True), 0, 100, later).rows
    assert shown
    assert hidden
    assert all(it.lane == Lane.SAFEGUARD or it.respond_by <= later for it in shown)
    assert not any(it.lane == Lane.SAFEGUARD or it.respond_by <= later for it in hidden)


def test_the_state_counts_danger_lateness_and_the_team(world):
    with world.database.reading() as connection:
        state = desk_state(connection, POLICY, NOON)
        rows = desk_windows.window(connection, EVERYTHING, 0, 100, NOON).rows
        rows += desk_windows.window(connection, View(snoozed=True), 0, 100, NOON).rows
    assert state.waiting == len(rows) == 20
    assert state.safeguard == sum(it.lane == Lane.SAFEGUARD for it in rows) > 0
    held_by_nobody = [it for it in rows if it.assignee_id is None]
    assert state.alone == sum(it.lane == Lane.SAFEGUARD for it in held_by_nobody) > 0
    assert state.late == sum(it.respond_by < NOON for it in rows) > 0
    soon = NOON + timedelta(minutes=30)
    assert state.soon == sum(NOON <= it.respond_by < soon for it in rows) > 0
    assert (state.on_shift, state.agents) == (2, 2)


def test_what_changed_since_an_event_is_counted_once_a_ticket(world):
    with world.database.reading() as connection:
        newest = desk_windows.last_changes(connection, range(1, 21))
        last = max(newest.values())
        assert desk_windows.changed_since(connection, last) == 0
        assert desk_windows.changed_since(connection, 0) == len(newest)
        assert desk_windows.changed_since(connection, last - 1) == 1


@pytest.mark.parametrize("view", [EVERYTHING, View(late=True), View(lane=Lane.CHARGED)], ids=str)
def test_the_list_is_read_in_the_order_of_an_index(database, view):
    """No sorting, no whole table: `ix_ticket_desk`, or the lane's own."""
    world = World(database)
    world.accept("m", "hello")
    with database.writing() as connection:
        row = dict(connection.execute(tables.ticket.select()).one()._mapping)
        del row["id"]
        many = [
            row
            | {"external_id": f"x{n}", "respond_by": NOON + timedelta(seconds=n)}
            | {"status": "waiting" if n % 3 else "closed"}
            for n in range(6_000)
        ]
        connection.execute(tables.ticket.insert(), many)
        connection.exec_driver_sql("ANALYZE")
    with database.reading() as connection:
        plan = _plan(connection, desk_views.ids_in_order(view, NOON).limit(100))
    assert "ix_ticket_desk" in plan or "ix_ticket_lane" in plan, plan
    assert not any(word in plan for word in ("TEMP B-TREE", "Sort", "Seq Scan")), plan


def test_a_search_reads_the_tickets_once(world):
    asked = []
    event.listen(world.database.engine, "before_cursor_execute", lambda *it: asked.append(it[2]))
    with world.database.reading() as connection:
        place = Place(NOON, 1)
        for where in (0, 7, place):
            asked.clear()
            desk_windows.window(connection, View(search="about"), where, 5, NOON)
            reads = [one for one in asked if "LIKE" in one]
            assert len(reads) == 1
            assert reads[0].count("FROM ticket") == 1


@pytest.mark.parametrize("search", ["#17", "#x17"])
def test_a_number_is_found_by_indexes(database, search):
    world = World(database)
    world.accept("m", "hello")
    with database.writing() as connection:
        row = dict(connection.execute(tables.ticket.select()).one()._mapping)
        del row["id"]
        many = [
            row | {"external_id": f"x{n}", "respond_by": NOON + timedelta(seconds=n)}
            for n in range(6_000)
        ]
        connection.execute(tables.ticket.insert(), many)
        connection.exec_driver_sql("ANALYZE")
    with database.reading() as connection:
        found = desk_windows.window(connection, View(search=search), 0, 10, NOON)
        plans = [
            _plan(connection, desk_views.ids_in_order(View(search=search), NOON)),
            _plan(connection, desk_search.of_number(search)),
        ]
    assert found.total == 1
    for plan in plans:
        assert not re.search(r"SCAN ticket|Seq Scan on ticket|ix_ticket_desk", plan), plan
        assert "PRIMARY KEY" in plan or "pk_ticket" in plan, plan


def _plan(connection, query) -> str:
    said = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {said}".replace("%%", "%"))
    return "\n".join(str(row) for row in rows)
