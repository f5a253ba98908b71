"""`triage rescore --open` and its runs, as a process of its own; nobody need be at the terminal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.rescoring import CALMER, Rescoring
from triage.store.database import Database


@pytest.fixture
def world(migrated_file, tmp_path):
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'data' / 'triage.db')}")
    yield Rescoring(database)
    database.close()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "calmer.yaml"
    file.write_text(CALMER)
    return file


def begun(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    known = {"TRIAGE_DATA_FOLDER": str(tmp_path / "data"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "triage.cli", "rescore", *arguments]
    return subprocess.Popen(
        command, env=os.environ | known, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_run_is_begun_compared_applied_and_taken_back(world, triage, policy, tmp_path):
    world.decided("m1", "I am full of anger")
    process = begun(tmp_path, "--open", "--policy", str(policy))
    assert first_line(process) == "run 1 has begun"
    world.scores(1)
    shown, _ = process.communicate(timeout=60)
    assert "charged → standard" in shown
    assert "apply the 1 changes: triage rescore apply 1" in shown
    assert "is in force): a customer's next message is decided by what is in force" in shown
    process = begun(tmp_path, "apply", "1", "--rate", "500")
    assert "run 1 is being applied" in first_line(process)
    world.applies(1)
    assert "take it back as one: triage rescore undo 1" in process.communicate(timeout=60)[0]
    assert "applied: 1 applied" in triage("rescore", "list").stdout
    again = triage("rescore", "apply", "1")
    assert (again.returncode, again.stderr.strip()) == (
        2,
        "triage: run 1 was applied already; only a run that is scored can be applied",
    )


def test_ctrl_c_ends_the_terminal_and_not_the_run(world, triage, tmp_path):
    world.decided("m1", "I am full of anger")
    process = begun(tmp_path, "--open")
    assert first_line(process) == "run 1 has begun"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run 1 goes on without this terminal" in said
    assert "triage rescore show 1 --follow" in said
    assert world.scores(1).state == "scored"
    assert "scored: nothing would change" in triage("rescore", "show", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--query", "mood=bad"), "query: unknown word 'mood', expected one of agent"),
        (("--since", "soon"), "since 'soon': expected a number"),
        (("--open", "--policy", "nowhere.yaml"), "nowhere.yaml: expected a readable UTF-8 file"),
        (("--open", "--rate", "0"), "rate 0: expected more than 0"),
        (("pause", "7"), "there is no run 7"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(world, triage, arguments, said):
    world.decided("m1", "hello")
    answer = triage("rescore", *arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1
