"""docs/acknowledgement.md is true: every strategy has its test, the table is the playbook's."""

import ast
import re
from pathlib import Path

import pytest

from triage.playbook import load_playbook

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "acknowledgement.md").read_text(encoding="utf-8")
STRATEGIES = """active listening|put yourself in their shoes|acknowledge and name the emotion
compassion before solution|stay calm and patient|positive language|ownership
apologise once, only when due|immediate step with a time|personalise
anticipate the next need, go above and beyond|follow up
thank, and seek feedback after the solution|barrier: too little time
barrier: too little training|barrier: a negative view of complaints""".replace("\n", "|").split("|")


def rows_of(heading: str) -> list[list[str]]:
    """Return the cells of the table behind a heading, without its head."""
    section = TEXT.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


STRATEGY_ROWS = rows_of("Every strategy, where it is, and the test that shows it")


def named_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_strategy_has_its_row():
    assert [row[0] for row in STRATEGY_ROWS] == STRATEGIES


@pytest.mark.parametrize("row", STRATEGY_ROWS, ids=lambda row: row[0])
def test_every_test_that_is_named_exists(row: list[str]):
    _, does, where, shown = row
    assert does
    assert where
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
    assert named, "expected at least one test"
    for path, test in named:
        assert test in named_in(path), f"{path} has no {test}"


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(\.\./([^)#]+)\)", TEXT))))
def test_every_file_that_is_named_exists(link: str):
    assert (ROOT / link).exists()


def test_the_decision_table_is_the_playbooks():
    found = [
        [
            str(rule.situation),
            rule.id,
            "-".join(step.code for step in rule.steps),
            "none" if rule.follow_up.minutes is None else str(rule.follow_up.minutes),
            " ".join(rule.evidence),
        ]
        for rule in load_playbook().rules
    ]
    assert rows_of("The decision table") == found


def test_the_number_of_hostile_messages_is_the_files():
    cases = (ROOT / "tests" / "data" / "adversarial_cards.yaml").read_text(encoding="utf-8")
    counted = sum(line.startswith("- {id:") for line in cases.splitlines())
    assert f"{counted} messages made to bring" in TEXT
    assert f"0 of {counted}" in TEXT
