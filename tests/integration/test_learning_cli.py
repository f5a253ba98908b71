"""`triage calibrate`, `accuracy` and `outcomes` as processes of their own, on next to nothing."""

import json
from pathlib import Path

import pytest

from triage import correct
from triage.correct import Labels, Person
from triage.domain.ticket import MessageId


@pytest.fixture
def corrected(installed) -> None:
    """One ticket, one of whose labels a person corrected."""
    with installed() as world:
        ticket = world.accept("m1", "full of anger")
        world.decide(ticket)
        person = Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by="Sue")
        correct.correct_labels(world.database, person, MessageId(1), Labels(level=1), world.clock())


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
