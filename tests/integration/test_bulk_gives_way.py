"""What a worker does between two texts of a run: what is live goes first, a backlog does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.fakes import FakeModel
from tests.integration.rescoring import Rescoring
from triage.errors import BadInput
from triage.store import drafts, tables
from triage.store.database import Database
from workers.bulk import GiveWay, Models


@pytest.fixture
def world(database: Database) -> Rescoring:
    made = Rescoring(database)
    made.with_worker(give_way=GiveWay(lambda: made.parts))
    return made


def test_a_live_ticket_is_decided_before_the_next_text_of_a_run(world):
    other = world.other_model()
    for n in range(3):
        world.decided(f"m{n}", f"hello {n}", ticket=f"t{n}")
    score, live = other.score, []

    def interrupted(text: str, hint: str | None = None):
        other.score = score
        live.append(world.accept("live", "full of anger", ticket="live"))
        return score(text, hint)

    other.score = interrupted
    run = world.start(model_folder="/models/other")
    world.scores(run)
    assert world.ticket(live[0]).state == "done"
    assert world.kinds().count("decided") == 4
    decided_at = world.row(live[0])
    assert decided_at.lane == "charged"


def test_a_helpdesks_backlog_waits_for_its_turn(world):
    late = world.accept("late", "full of anger", ticket="late")
    with world.database.writing() as connection:
        to_wake = world.clock() + timedelta(hours=1)
        mine = update(tables.ticket).where(tables.ticket.c.id == late)
        connection.execute(mine.values(wake_at=to_wake))
    world.bulk.give_way()
    assert world.ticket(late).state == "due"


def test_a_draft_that_somebody_waits_for_is_read_first(world):
    with world.database.writing() as connection:
        number = drafts.add(connection, "Do not be rude.", world.clock())
    world.bulk.give_way()
    with world.database.reading() as connection:
        assert drafts.is_read(connection, number)


def test_a_draft_that_cannot_be_read_is_no_trouble_of_the_runs(world):
    world.parts.model.reads_rude = None  # a model that raises
    with world.database.writing() as connection:
        number = drafts.add(connection, "Do not be rude.", world.clock())
    world.bulk.give_way()
    with world.database.reading() as connection:
        assert not drafts.is_read(connection, number)


def test_a_folder_without_a_model_is_said_in_one_sentence(tmp_path: Path):
    models = Models(FakeModel())
    with pytest.raises(BadInput, match="a worker cannot use the model in"):
        models(str(tmp_path))


def test_without_a_folder_the_installed_model_scores():
    installed = FakeModel()
    assert Models(installed)(None) is installed
