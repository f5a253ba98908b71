"""`triage calibrate`, `accuracy` and `outcomes` as processes of their own, on next to nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_decide import World
from triage import correct
from triage.correct import Labels, Person
from triage.domain.ticket import MessageId
from triage.settings import Settings
from triage.store import schema
from triage.store.database import Database


@pytest.fixture
def triage(tmp_path: Path) -> Any:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        wide = {"TRIAGE_DATA_FOLDER": str(tmp_path / "data"), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, "-m", "triage.cli", *arguments],
            capture_output=True,
            text=True,
            env=os.environ | wide,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def corrected(tmp_path: Path) -> None:
    """One ticket, one of whose labels a person corrected."""
    settings = Settings(data_folder=tmp_path / "data", database_url="", redis_url="")
    settings.data_folder.mkdir()
    schema.migrate(settings.database)
    database = Database(settings.database)
    try:
        world = World(database)
        ticket = world.accept("m1", "full of anger")
        world.decide(ticket)
        person = Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by="Sue")
        correct.correct_labels(database, person, MessageId(1), Labels(level=1), world.clock())
    finally:
        database.close()


@pytest.mark.usefixtures("corrected")
def test_calibrate_says_why_not_and_exports_when_asked(triage, tmp_path: Path):
    done = triage("calibrate")
    assert done.returncode == 0, done.stderr
    assert "1 messages are corrected; expected at least 50" in done.stdout
    assert "Nothing was written" in done.stdout
    assert not (tmp_path / "data" / "calibration.json").exists()
    file = tmp_path / "corrected.jsonl"
    assert "1 corrected messages written to" in triage("calibrate", "--export", str(file)).stdout
    assert json.loads(file.read_text()) == {"text": "full of anger", "level": 1}
    again = triage("calibrate", "--export", str(file))
    assert again.returncode == 2
    assert again.stderr.strip().endswith("is there already; expected the name of a new file")


def test_accuracy_and_outcomes_of_nothing_are_tables_without_figures(triage):
    table = triage("accuracy")
    assert table.returncode == 0, table.stderr
    assert [line.split()[0] for line in table.stdout.splitlines()[1:]] == [
        "level",
        "emotion",
        "flags",
        "lane",
        "agent",
    ]
    assert "0 of 0" in table.stdout
    nothing = triage("outcomes", "--since", "2w")
    assert nothing.returncode == 0, nothing.stderr
    assert "change of charge" in nothing.stdout


@pytest.mark.parametrize("command", ["accuracy", "outcomes"])
def test_a_span_that_is_none_is_refused_with_an_example(triage, command: str):
    done = triage(command, "--since", "soon")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "triage: since 'soon': expected a number and h, d or w, such as 90d"
    )
