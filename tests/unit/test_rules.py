"""The rules in force: read again when a file changes, never by a bad one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from triage.domain.policy import DEFAULT_POLICY
from triage.playbook import SHIPPED, load_playbook
from triage.rules import LOOK_EVERY, Rules, check_file, rules_or_end
from triage.settings import Settings
from triage.yamlfile import BadFile


class Seconds:
    """A monotonic clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    return write(tmp_path / "policy.yaml", policy("one", 4))


@pytest.fixture
def playbook_file(tmp_path: Path) -> Path:
    return write(tmp_path / "playbook.yaml", playbook("one"))


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


def policy(version: str, budget: float) -> str:
    return f"version: {version}\nassignment: {{emotional_budget: {budget}}}\n"


def playbook(version: str) -> str:
    before = SHIPPED.read_text("utf-8")
    (line,) = [one for one in before.splitlines() if one.startswith("version:")]
    return before.replace(line, f"version: {version}", 1)


def write(path: Path, text: str) -> Path:
    """Put a file in the place of another, as an editor does: a new one, renamed."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    return fresh.replace(path)


def test_without_files_what_ships_is_in_force():
    in_force = Rules().current()
    assert in_force.policy is DEFAULT_POLICY
    assert in_force.playbook == load_playbook()


def test_a_changed_file_is_in_force_after_a_moment(clock, policy_file, logged):
    rules = Rules(policy_file, clock=clock)
    assert rules.current().policy.emotional_budget == 4
    write(policy_file, policy("two", 5))
    clock.now += LOOK_EVERY - 0.1
    assert rules.current().policy.emotional_budget == 4  # nobody has looked yet
    clock.now += 0.1
    assert rules.current().policy.emotional_budget == 5
    assert [(it["event"], it["version"]) for it in logged] == [
        ("rules_changed", rules.current().policy.version)
    ]


def test_a_file_written_in_its_place_is_seen_too(clock, policy_file):
    rules = Rules(policy_file, clock=clock)
    policy_file.write_text(policy("two", 5), "utf-8")
    os.utime(policy_file, ns=(1, 1))  # also where it is older than the one before
    clock.now += LOOK_EVERY
    assert rules.current().policy.emotional_budget == 5


def test_what_is_in_force_stays_one_object_until_something_changes(clock, policy_file):
    rules = Rules(policy_file, clock=clock)
    before = rules.current()
    clock.now += LOOK_EVERY
    assert rules.current().policy is before.policy
    assert rules.current().playbook is before.playbook


def test_who_holds_a_pair_keeps_it(clock, policy_file):
    rules = Rules(policy_file, clock=clock)
    held = rules.current()
    write(policy_file, policy("two", 5))
    clock.now += LOOK_EVERY
    rules.current()
    assert held.policy.emotional_budget == 4


def test_a_bad_file_is_said_once_and_what_ran_before_stays(clock, policy_file, logged):
    rules = Rules(policy_file, clock=clock)
    before = rules.current().policy
    write(policy_file, policy("two", -5))
    for _ in range(3):
        clock.now += LOOK_EVERY
        assert rules.current().policy is before
    (said,) = logged
    assert (said["log_level"], said["event"]) == ("error", "rules_refused")
    assert said["error"] == f"{policy_file}, line 2: expected a number from 0 to 1000, found '-5'"
    assert said["kept"] == before.version


def test_a_mended_file_is_in_force(clock, policy_file):
    rules = Rules(policy_file, clock=clock)
    for budget in (-5, 6):
        write(policy_file, policy("two", budget))
        clock.now += LOOK_EVERY
        rules.current()
    assert rules.current().policy.emotional_budget == 6


def test_a_file_that_is_gone_changes_nothing_until_it_is_back(clock, policy_file, logged):
    rules = Rules(policy_file, clock=clock)
    before = rules.current().policy
    policy_file.unlink()
    clock.now += LOOK_EVERY
    assert rules.current().policy is before
    write(policy_file, policy("two", 6))
    clock.now += LOOK_EVERY
    assert rules.current().policy.emotional_budget == 6
    assert [it["event"] for it in logged] == ["rules_refused", "rules_changed"]


def test_a_bad_playbook_does_not_hold_up_a_good_policy(clock, policy_file, playbook_file):
    rules = Rules(policy_file, playbook_file, clock)
    before = rules.current().playbook
    assert before.version.startswith("one+")
    write(playbook_file, "version: two\nrules: []\n")
    write(policy_file, policy("two", 5))
    clock.now += LOOK_EVERY
    assert rules.current().playbook is before
    assert rules.current().policy.emotional_budget == 5


def test_a_changed_playbook_is_in_force(clock, playbook_file):
    rules = Rules(None, playbook_file, clock)
    write(playbook_file, playbook("two"))
    clock.now += LOOK_EVERY
    assert rules.current().playbook.version.startswith("two+")


def test_while_one_thread_reads_the_others_go_on(clock, policy_file):
    """A pipe stands for a slow disk: reading it waits until somebody writes."""
    rules = Rules(policy_file, clock=clock)
    policy_file.unlink()
    os.mkfifo(policy_file)
    clock.now += LOOK_EVERY
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(rules.current)
        with policy_file.open("w") as pipe:  # open once the thread reads
            clock.now += LOOK_EVERY
            assert rules.current().policy.emotional_budget == 4
            assert not slow.done()
            pipe.write(policy("two", 5))
        assert slow.result(10).policy.emotional_budget == 5


def test_a_bad_file_ends_a_process_that_starts_with_one_sentence(policy_file):
    write(policy_file, policy("two", -5))
    with pytest.raises(BadFile):
        Rules(policy_file)
    with pytest.raises(SystemExit) as ended:
        rules_or_end(Settings(policy_file=policy_file))
    assert str(ended.value).startswith(f"triage: {policy_file}, line 2: expected a number")


@pytest.mark.parametrize("module", ["triage.api", "workers", "workers.schedule"])
def test_no_process_starts_with_a_bad_file(module: str, tmp_path: Path):
    bad = write(tmp_path / "playbook.yaml", "version: two\nrules: []\n")
    environment = os.environ | {
        "TRIAGE_PLAYBOOK_FILE": str(bad),
        "TRIAGE_DATA_FOLDER": str(tmp_path / "data"),
    }
    done = subprocess.run(
        [sys.executable, "-m", module],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"triage: {bad}, line 1: expected")
    assert "Traceback" not in done.stderr


def test_a_file_is_known_by_its_keys(policy_file, playbook_file, tmp_path: Path):
    assert check_file(policy_file).startswith("a good policy, version one+")
    assert check_file(playbook_file).startswith("a good playbook, version one+")
    with pytest.raises(BadFile, match="unknown key 'chrage', expected one of version, charge"):
        check_file(write(tmp_path / "policy.yaml", "version: 1\nchrage: {}\n"))
    with pytest.raises(BadFile, match="expected greeting"):
        check_file(write(tmp_path / "playbook.yaml", "version: 1\nrules: []\n"))
