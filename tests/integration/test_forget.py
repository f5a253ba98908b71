"""Our own records go after their days: rows of the audit log, and alerts that are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.fakes import NOON
from tests.integration.test_decide import World
from triage.domain.alerts import Kind, open_key
from triage.domain.keeping import Records
from triage.forget import ROWS, due, forget
from triage.pace import LARGEST_BATCH
from triage.retain import Retention
from triage.store import access_tables, audit, tables

DAY = timedelta(days=1)
LATER = NOON + 400 * DAY + timedelta(hours=1)
KEPT = Records()


@pytest.fixture
def world(database) -> World:
    return World(database)


def note(world: World, about: str, days: float = 0) -> None:
    with world.database.writing() as connection:
        audit.note(connection, "Sue", "saw", about=about, now=NOON + days * DAY)


def alert(world: World, key: str, **values: Any) -> None:
    ordinary = {"key": key, "kind": "near", "text": "Zebra", "raised_at": NOON, "quiet": False}
    with world.database.writing() as connection:
        connection.execute(insert(tables.alert).values(ordinary | values))


def run(world: World, kept: Records = KEPT) -> dict[str, int]:
    """Forget, and return how many rows of each table went."""
    gone: dict[str, int] = {}
    for batch in forget(world.database, kept, LATER):
        for name, number in batch.items():
            gone[name] = gone.get(name, 0) + number
    return gone


def left(world: World, column: Any) -> set[str]:
    with world.database.reading() as connection:
        return set(connection.execute(select(column)).scalars())


def test_what_was_noted_goes_after_its_days_and_no_sooner(world):
    note(world, "old")
    note(world, "young", days=1)
    counted = due(world.database, KEPT, LATER)
    assert run(world) == {"audit": 1}
    assert counted == {"audit log": 1, "alerts": 0}
    assert left(world, access_tables.audit.c.about) == {"young"}


def test_an_alert_goes_when_it_is_over_and_neither_sooner_nor_while_it_is_to_be_sent(world):
    waits = world.accept("m1", "full of anger", ticket="T1")
    world.decide(waits)
    alert(world, "holds", ticket_id=waits, raised_at=NOON + timedelta(minutes=1))
    alert(world, "over", ticket_id=waits, raised_at=NOON - timedelta(minutes=1))
    alert(world, "over, to be sent", raised_at=NOON, kind=Kind.SURGE, wake_at=NOON)
    alert(world, open_key(Kind.SURGE), kind=Kind.SURGE)
    alert(world, "surge:7", kind=Kind.SURGE)
    alert(world, "young", kind=Kind.SURGE, raised_at=LATER)
    assert due(world.database, KEPT, LATER) == {"audit log": 0, "alerts": 2}
    assert run(world) == {"alert": 2}
    assert left(world, tables.alert.c.key) == {
        "holds", "over, to be sent", open_key(Kind.SURGE), "young",
    }  # fmt: skip


@pytest.mark.parametrize("kept", [Records(0, 0), Records(audit_days=401, alert_days=401)])
def test_what_is_kept_for_ever_or_longer_stays(world, kept):
    note(world, "old")
    alert(world, "surge:7", kind=Kind.SURGE)
    assert run(world, kept) == {}
    assert set(due(world.database, kept, LATER).values()) == {0}


def test_however_much_there_is_no_transaction_takes_more_than_a_batch(world):
    rows = [{"at": NOON, "by": "Sue", "action": "saw", "about": f"{it}"} for it in range(1_200)]
    with world.database.writing() as connection:
        connection.execute(insert(access_tables.audit), rows)
    batches = [batch["audit"] for batch in forget(world.database, KEPT, LATER)]
    assert sum(batches) == 1_200
    assert max(batches) <= LARGEST_BATCH * ROWS
    assert len(batches) > 2


def test_the_service_forgets_them_with_its_daily_run(world):
    note(world, "old")
    note(world, "young", days=2)
    daily = Retention(world.database)
    for days, expected in ((0, {"young"}), (0.5, {"young"}), (2, set())):
        for _ in range(50):  # steps; on a busy machine one ends nothing
            daily.step(LATER + days * DAY)
        assert left(world, access_tables.audit.c.about) == expected


def test_what_is_due_is_found_by_an_index(database):
    plan = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = "SELECT id FROM audit WHERE at < '2020-01-01' ORDER BY at LIMIT 50"
        assert "ix_audit_at" in str(connection.exec_driver_sql(f"{plan} {asked}").all())
