"""What an administrator types, as a process of its own, good and bad."""

import json
import os
import stat
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from triage.helpdesks.registry import HELPDESKS

KEYS = {"id", "charge", "level", "emotions", "flags", "language", "state", "evidence"}


def test_score_reads_standard_input_and_prints_one_line_each(triage):
    lines = [{"id": "a", "text": "Where is my order 55?"}, {"id": 2, "text": ""}]
    done = triage("score", "-", given="\n".join(map(json.dumps, lines)))
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in results] == ["a", 2]
    assert [one["state"] for one in results] == ["scored", "empty"]
    assert all(set(one) == KEYS for one in results)
    assert all(0 <= one["charge"] <= 1 and 0 <= one["level"] <= 4 for one in results)


def test_score_gives_evidence_by_offsets_of_the_text_given(triage, tmp_path: Path):
    text = "Hello there. You ruined everything and I am furious! Order 55."
    file = tmp_path / "tickets.jsonl"
    file.write_text(json.dumps({"id": 1, "text": text}))
    (result,) = map(json.loads, triage("score", str(file)).stdout.splitlines())
    assert result["evidence"]
    for one in result["evidence"]:
        assert text[one["start"] : one["end"]] == one["text"]
    assert "furious" in result["evidence"][0]["text"]


def test_a_draft_is_checked_and_bad_input_is_said_in_one_sentence(
    triage, installed, tmp_path: Path
):
    with installed() as world:
        ticket = world.accept("m1", "You charged my card twice, I am full of anger")
        world.decide(ticket)
    done = triage("check-reply", str(ticket), "-", given="Please calm down.")
    assert done.returncode == 1
    assert "wording: “calm down” orders a feeling" in done.stdout
    assert "better: " in done.stdout
    good = "Your card was charged twice, I am sorry. I have asked for it back and write by 5 pm."
    fine = triage("check-reply", str(ticket), "-", given=good)
    assert (fine.returncode, fine.stdout.strip()) == (0, "Nothing to mend.")
    for arguments, given, says in (
        (("999", "-"), "Hello", "there is no ticket 999"),
        ((str(ticket), "-"), " ", "expected a draft"),
        ((str(ticket), str(tmp_path / "none.txt")), "", "expected a draft in UTF-8"),
    ):
        refused = triage("check-reply", *arguments, given=given)
        assert refused.returncode == 2
        assert says in refused.stderr


def test_score_says_which_line_is_bad_and_goes_on(triage):
    done = triage("score", "-", given='{"id": 1}\nnot json\n{"id": 3, "text": "hi"}\n')
    assert done.returncode == 1
    assert "line 1: no text" in done.stderr
    assert "line 2" in done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [3]


def test_a_missing_file_is_one_sentence(triage):
    done = triage("score", "nowhere.jsonl")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "triage: nowhere.jsonl: no such file; expected JSON Lines or - for standard input"
    )


def test_weights_that_are_none_are_refused_with_one_sentence(triage, tmp_path: Path):
    done = triage("score", "-", "--weights", str(tmp_path), given='{"id": 1, "text": "hi"}')
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "manifest" in done.stderr


def test_a_source_is_added_listed_and_its_secret_shown_once(triage, tmp_path: Path):
    added = triage("sources", "add", "generic", "shop")
    secret = next(line.split()[1] for line in added.stdout.splitlines() if "secret" in line)
    assert secret.startswith("whsec_")
    assert "/webhooks/shop" in added.stdout
    assert "shop" in triage("sources", "list").stdout
    stored = (tmp_path / "data" / "triage.db").read_bytes()
    assert secret.encode() not in stored
    assert secret.removeprefix("whsec_").encode() not in stored


def test_the_help_names_every_helpdesk(triage):
    said = " ".join(triage("sources", "add", "--help").stdout.replace("│", " ").split())
    assert ", ".join(sorted([*HELPDESKS, "imap"])) in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sources", "add", "fax", "shop"), "expected one of "),
        (("sources", "add", "generic", "My Shop"), "expected lower-case letters"),
        (("sources", "add", "generic", "shop", "--secret", "hush"), "secret"),
        (("sources", "rotate", "nobody"), "no source named 'nobody'"),
        (("sources", "mode", "nobody", "observe"), "no source named 'nobody'"),
        (("agents", "import", "nowhere.csv"), "expected a CSV file"),
    ],
)
def test_bad_words_are_answered_with_one_sentence(triage, arguments, sentence):
    done = triage(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_source_may_be_only_observed(triage):
    triage("sources", "add", "generic", "shop")
    assert "assign" in triage("sources", "list").stdout
    done = triage("sources", "mode", "shop", "observe", "--no-first-message")
    assert done.stdout.strip() == "shop: observe"
    listed = triage("sources", "list").stdout.splitlines()[-1].split()
    assert listed[:5] == ["shop", "generic", "observe", "no", "-"]
    assert triage("sources", "mode", "shop", "conquer").returncode == 2


def test_the_list_of_sources_tells_how_each_source_does(triage):
    triage("sources", "add", "generic", "shop")
    listed = triage("sources", "list").stdout.splitlines()[-1].split()
    assert listed[-2:] == ["needs", "you"]  # nothing ever came


def test_the_same_source_twice_is_refused(triage):
    triage("sources", "add", "generic", "shop")
    assert "already" in triage("sources", "add", "generic", "shop").stderr


def test_a_bad_row_imports_nobody(triage, tmp_path: Path):
    sample = (resources.files("triage.demo") / "agents.csv").read_text(encoding="utf-8")
    file = tmp_path / "agents.csv"
    file.write_text(sample.replace(",4,", ",four,", 1))
    done = triage("agents", "import", str(file))
    assert done.returncode == 2
    assert "column experience" in done.stderr
    assert "@" not in triage("agents", "list").stdout
    file.write_text(sample)
    assert "10 agents imported" in triage("agents", "import", str(file)).stdout


def test_a_name_is_printed_as_it_stands_whatever_it_looks_like(triage, tmp_path: Path):
    file = tmp_path / "agents.csv"
    sample = (resources.files("triage.demo") / "agents.csv").read_text(encoding="utf-8")
    head, first, *_ = sample.splitlines()
    _, *rest = first.split(",")
    file.write_text("\n".join([head, ",".join(["[red]Kim[/] [/] :smile:", *rest]), ""]))
    assert "1 agents imported" in triage("agents", "import", str(file)).stdout
    listed = triage("agents", "list")
    assert "[red]Kim[/] [/] :smile:" in listed.stdout, listed.stderr


def test_a_policy_and_a_playbook_are_checked_before_they_are_put_in_force(triage, tmp_path: Path):
    good = tmp_path / "policy.yaml"
    good.write_text("version: shop 2\ntiers: {gold: 0.5}\n")
    done = triage("check", str(good))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{good}: a good policy, version shop 2+")
    with resources.as_file(resources.files("triage") / "playbook.yaml") as playbook:
        assert ": a good playbook, version " in triage("check", str(playbook)).stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: shop 2\ntiers: {gold: 2}\n")
    for file, says in (
        (bad, f"triage: {bad}, line 2: expected a number from 0 to 1, found '2'\n"),
        (tmp_path / "none.yaml", "expected a readable UTF-8 file"),
    ):
        refused = triage("check", str(file))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert says in refused.stderr


def test_a_policy_file_is_used_by_the_commands_and_a_bad_one_is_refused(
    triage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "policy.yaml"
    monkeypatch.setenv("TRIAGE_POLICY_FILE", str(file))
    line = json.dumps(
        {"id": 1, "text": "Second time this week that it is late. I need this today."}
    )
    file.write_text("version: 2\ncharge: {level_cuts: [0.96, 0.97, 0.98, 1]}\n")
    assert json.loads(triage("score", "-", given=line).stdout)["level"] == 0
    file.write_text("version: 2\ncharge: {level_cuts: [0.01, 0.36, 0.37, 0.38]}\n")
    assert json.loads(triage("score", "-", given=line).stdout)["level"] == 4
    file.write_text("version: 2\ncharge: {level_cuts: 1}\n")
    for command in (("score", "-"), ("agents", "list"), ("check-reply", "1", "-"), ("up",)):
        refused = triage(*command, given=line)
        assert (command, refused.returncode) == (command, 2)
        assert refused.stderr.strip() == f"triage: {file}, line 2: expected a list"


def test_what_the_installed_command_writes_is_for_nobody_else(tmp_path):
    data = tmp_path / "data"
    command = [Path(sys.executable).with_name("triage"), "sources", "add", "generic", "shop"]
    environment = os.environ | {"TRIAGE_DATA_FOLDER": str(data)}
    subprocess.run(command, env=environment, check=True, umask=0o022, capture_output=True)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) & 0o077 for file in data.iterdir()}
    assert modes == {"secret-key": 0, "triage.db": 0}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
