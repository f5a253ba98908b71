"""A run over the database: scored by workers, compared, applied, taken back; on real databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.rescoring import Rescoring
from triage.store import tables
from triage.store.database import Database


@pytest.fixture
def world(database: Database) -> Rescoring:
    return Rescoring(database)


def test_a_run_is_scored_compared_applied_and_taken_back(world):
    world.hire()
    angry = world.decided("m1", "I am full of anger")
    calm = world.decided("m2", "hello", ticket="calm")
    before = {it: world.ticket(it) for it in (angry, calm)}
    run = world.start()
    scored = world.scores(run)
    assert scored.state == "scored"
    assert scored.run.compared["changed"]["level"] == 1
    assert world.ticket(angry) == before[angry]
    world.act(run, "apply")
    applied = world.applies(run)
    assert applied.state == "applied"
    assert (world.ticket(angry).level, world.ticket(angry).lane) == (1, "standard")
    assert world.ticket(calm) == before[calm]
    world.act(run, "undo")
    assert world.applies(run).state == "undone"
    assert as_decided(world.ticket(angry)) == as_decided(before[angry])
    assert world.count(tables.decision) == 3


def as_decided(row: Any) -> dict[str, Any]:
    return {name: it for name, it in row._mapping.items() if name != "revision"}
