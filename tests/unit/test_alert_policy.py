"""The policy file's section of alerts: read with its units, refused with a sentence, documented."""

import re
from dataclasses import fields, replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from triage.domain.agent import Hours
from triage.domain.alert_policy import AlertPolicy
from triage.policyfile import ALERTS, load_policy
from triage.yamlfile import BadFile

DOCS = Path(__file__).parents[2] / "docs" / "alerts.md"
ROWS = dict(re.findall(r"^\| `alerts\.(\w+)` \| (.*?) \|", DOCS.read_text("utf-8"), re.MULTILINE))
FULL = """\
version: 1
alerts:
  surge_window: "20 min"
  surge_least: 8
  surge_false_alarms: 0.5
  surge_weeks: 4
  surge_spread: 0.2
  near: "5 min"
  near_share: 0.25
  many: 20
  most_an_hour: 3
  quiet: "22:00-07:00"
"""
EXPECTED = AlertPolicy(
    surge_window=timedelta(minutes=20),
    surge_least=8,
    surge_false_alarms=0.5,
    surge_weeks=4,
    surge_spread=0.2,
    near=timedelta(minutes=5),
    near_share=0.25,
    many=20,
    most_an_hour=3,
    quiet=Hours(time(22), time(7)),
)


def load(folder: Path, text: str) -> AlertPolicy:
    path = folder / "policy.yaml"
    path.write_text(text, "utf-8")
    return load_policy(path).alerts


def test_every_value_can_be_set_with_its_unit(tmp_path):
    assert load(tmp_path, FULL) == EXPECTED
    for one in fields(AlertPolicy):
        assert getattr(EXPECTED, one.name) != getattr(AlertPolicy(), one.name)


def test_what_is_left_out_stays(tmp_path):
    only = 'version: 1\nalerts: {near: "3 min"}\n'
    assert load(tmp_path, only) == replace(AlertPolicy(), near=timedelta(minutes=3))
    assert load(tmp_path, "version: 1\n") == AlertPolicy()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"20 min"', '"0.5 min"', "expected a duration from 1 min to 1 d"),
        ('"20 min"', '"2 d"', "expected a duration from 1 min to 1 d"),
        ("surge_least: 8", "surge_least: 0", "expected a whole number from 1"),
        ("alarms: 0.5", "alarms: 0", "expected a number above 0"),
        ("alarms: 0.5", "alarms: -1", "expected a number from 0"),
        ("spread: 0.2", "spread: 0", "expected a number above 0 and up to 1"),
        ("weeks: 4", "weeks: 99", "expected a whole number from 1 to 52"),
        ('near: "5 min"', 'near: "0 min"', "expected a duration above 0"),
        ("share: 0.25", "share: 2", "expected a number from 0 to 1"),
        ("many: 20", "many: few", "expected a whole number"),
        ('"22:00-07:00"', '"at night"', 'expected hours such as "09:00-17:30"'),
        ("  many", "  lots", "unknown key 'lots', expected one of surge_window"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, before, after, says):
    assert before in FULL
    with pytest.raises(BadFile) as raised:
        load(tmp_path, FULL.replace(before, after))
    assert says in str(raised.value)
    assert re.search(r"policy\.yaml, line \d+: ", str(raised.value))


def test_the_docs_name_every_key_with_its_default():
    names = [one.name for one in fields(AlertPolicy)]
    assert list(ALERTS) == names
    assert list(ROWS) == names
    for name, said in ROWS.items():
        assert said.strip("`") == written(getattr(AlertPolicy(), name)), name


def written(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value // timedelta(minutes=1)} min"
    return "none" if value is None else f"{value:g}"
