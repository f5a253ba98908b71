"""`triage rescore FILE` as people type it: real processes, the real model, kills at any moment."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

KILLS = 20
TRIAGE = (sys.executable, "-m", "triage.cli", "rescore")
SAID = [
    "I was charged twice and nobody answers me!",
    "How do I change my address?",
    "My father passed away and I need to close his contract.",
    "Thank you, that was very helpful.",
    "This is the third time that I write. I am furious.",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAGE_DATA_FOLDER", str(tmp_path / "data"))
    return tmp_path


def tickets(path: Path, count: int) -> Path:
    """Write threads whose rows lie apart, some texts often, and rows that must be rejected."""
    chance = random.Random(3)
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["ticket_id", "message_id", "created_at", "body", "team"])
        for number in range(count):
            words = chance.choice(SAID)
            text = words if number % 3 else f"{words} It is about order {number}."
            day = f"2026-11-{1 + number % 28:02d} 10:00"
            lines.writerow([chance.randrange(count // 2), number, day, text, "red"])
            if number % 40 == 0:
                lines.writerow(["", number, day, "no ticket", "red"])
    return path


def rescore(*args: str, **more: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [*TRIAGE, *args], capture_output=True, text=True, env=environment, check=False, **more
    )


def test_a_file_is_scored_with_a_report_and_rejects_by_line(folder):
    tickets(folder / "tickets.csv", 60)
    done = rescore("tickets.csv", "-o", "scored.jsonl", "--by", "team", "--workers", "2")
    assert done.returncode == 1, done.stderr
    assert "2 rows were rejected: scored.rejects.jsonl says which and why." in done.stdout
    assert "--text      body" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr  # quiet where nobody looks at a terminal
    lines = (folder / "scored.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(it)["model"].split("+")[0] for it in lines} == {"minilm-tickets-3"}
    page = (folder / "scored.report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 5
    assert "By team" in (folder / "scored.report.md").read_text(encoding="utf-8")
    assert not list(folder.glob("*.work*"))


def test_standard_input_is_scored_too(folder):
    content = tickets(folder / "tickets.csv", 20).read_text(encoding="utf-8")
    done = rescore("-", "-o", "scored.csv", input=content)
    assert done.returncode == 1, done.stderr
    assert rescore("tickets.csv", "-o", "same.csv").returncode == 1
    assert (folder / "scored.csv").read_bytes() == (folder / "same.csv").read_bytes()
    assert "expected -o FILE" in rescore("-", input=content).stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["gone.csv"], "gone.csv: no such file or directory"),
        (["."], "is a directory"),
        (["empty.csv"], "empty.csv is empty"),
        (["tickets.csv", "-o", "x.pdf"], "does not say what to write"),
        (["tickets.csv", "--text", "words"], "there is no column 'words'"),
        (["tickets.csv", "--weights", "nowhere"], "nowhere"),
        (["tickets.csv", "--policy", "nowhere"], "nowhere"),
        ([], "Usage"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder, args, said):
    tickets(folder / "tickets.csv", 2)
    (folder / "empty.csv").touch()
    done = rescore(*args)
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert {it.name for it in folder.iterdir()} - {"data"} == {"tickets.csv", "empty.csv"}


@pytest.mark.timeout(900)
def test_a_run_killed_at_any_moment_goes_on_to_the_same_bytes(folder):
    tickets(folder / "tickets.csv", 150)
    began = time.monotonic()
    assert rescore("tickets.csv", "-o", "whole.parquet").returncode == 1
    took = time.monotonic() - began
    chance, kills, finished = random.Random(11), 0, 0
    while kills < KILLS or not finished:
        status = _killed_after(chance.uniform(0, 1.1 * took) if kills < KILLS else None)
        kills += status == -9
        if status != -9:
            assert status == 1
            _check_same(folder)
            finished += 1
    assert kills == KILLS


def _killed_after(seconds: float | None) -> int:
    """Run, or go on, and kill that after so long; return its status."""
    process = subprocess.Popen([*TRIAGE, "tickets.csv", "-o", "scored.parquet", "--resume"])
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _check_same(folder: Path) -> None:
    for ending in ("parquet", "rejects.jsonl"):
        scored, whole = (folder / f"{name}.{ending}" for name in ("scored", "whole"))
        assert scored.read_bytes() == whole.read_bytes()
        scored.unlink()
    assert _left(folder) == []


def _left(folder: Path) -> Sequence[str]:
    return [it.name for it in folder.iterdir() if "work" in it.name or "part" in it.name]
