# ruff: noqa: E501 - one mistake stands on one line
"""The policy file: laid over the defaults, every mistake named with its line, documented whole."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage import yamlfile
from triage.domain.agent import Hours
from triage.domain.deadline import respond_by, target
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import DEFAULT_POLICY, Lane, Policy
from triage.openings import BESIDES
from triage.policyfile import ASSIGNMENT, CHARGE, GROUPS, load_policy
from triage.yamlfile import BadFile

DOCS = Path(__file__).parents[2] / "docs"
LONDON = ZoneInfo("Europe/London")
MIDNIGHT = datetime(2026, 12, 1, tzinfo=LONDON)

FULL = """\
version: "shop 2"
charge:
  emotion_weights: {anger: 0.9, worry: .5}
  level_cuts: [0.2, 0.4, 0.6, 0.8]
  flag_floors: {churn: 0, minor: 2}
  recent_messages: 5
  calm_decay: 0.5
  trend_step: 0.2
  wording_cap: 0.3
  history_cap: 0.4
  reopened_weight: 0.05
  follow_up_weight: 0.06
  follow_up_most: 3
  missed_promise_weight: 0.2
  hand_over_weight: 0.1
targets:
  safeguard: [10, 10, 10, 10, 10]
  charged: [50, 50, 50, 50, 20]
  gentle: [90, 90, 90, 90, 45]
  standard: [400, 300, 200, 100, 50]
  unscored: [300, 300, 300, 300, 300]
tiers:
  gold: 0.5
  silver: 1
hours:
  zone: Europe/London
  mon-thu: "09:00-17:30"
  fri: 9:00-24:00
  sat-sun: "22:00 - 06:00"
  holidays: {country: GB, region: ENG}
  closed: [2026-12-24]
  round_the_clock: [safeguard, gentle]
assignment:
  least_experience: {charged: 2, standard: 2}
  safeguarding_skill: Care
  emotional_weights: [0, 1, 2, 3, 5]
  emotional_budget: 9.5
  half_life: "90 min"
  heavy_in_a_row: 2
  rest_after_heavy: "2 h"
  cool_down: "0.5 h"
  familiar_for: "60 d"
  soft_skills: [Billing, returns]
  soft_skill_after: "10 min"
  grace_after_shift: "0 min"
  grace_when_late: "1 min"
alerts:
  quiet: "22:00-07:00"
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Policy]:
    """Return a way to load a policy from its text."""

    def loaded(text: str) -> Policy:
        path = tmp_path / "policy.yaml"
        path.write_text(text, "utf-8")
        return load_policy(path)

    return loaded


def test_without_a_file_the_defaults_hold():
    assert load_policy() is DEFAULT_POLICY


def test_what_a_file_leaves_out_is_the_default(load):
    policy = load("version: 2\n")
    assert policy == replace(DEFAULT_POLICY, version=policy.version)


def test_every_field_of_the_policy_can_be_set(load):
    policy = load(FULL)
    same = [
        one.name
        for one in fields(Policy)
        if getattr(policy, one.name) == getattr(DEFAULT_POLICY, one.name)
    ]
    assert same == []


def test_values_are_read_with_their_units(load):
    policy = load(FULL)
    assert policy.level_cuts == (0.2, 0.4, 0.6, 0.8)
    assert policy.targets[Lane.CHARGED] == (50, 50, 50, 50, 20)
    assert policy.half_life == timedelta(minutes=90)
    assert policy.cool_down == timedelta(minutes=30)
    assert policy.familiar_for == timedelta(days=60)
    assert policy.emotional_budget == 9.5
    assert policy.round_the_clock == {Lane.SAFEGUARD, Lane.GENTLE}


def test_names_that_are_left_out_keep_their_default(load):
    policy = load(FULL)
    assert policy.emotion_weights[Emotion.WORRY] == 0.5
    assert policy.emotion_weights[Emotion.DISTRESS] == 0.85
    assert (policy.flag_floors[Flag.CHURN], policy.flag_floors[Flag.SELF_HARM]) == (0, 4)
    assert policy.least_experience[Lane.SAFEGUARD] == 4


def test_skills_are_compared_as_agents_have_them(load):
    policy = load(FULL)
    assert (policy.safeguarding_skill, policy.soft_skills) == ("care", ("billing", "returns"))


def test_the_week_has_the_hours_of_each_day(load):
    calendar = load(FULL).calendar
    assert calendar.zone == LONDON
    assert [calendar.hours[day].end for day in range(7)] == [
        *[time(17, 30)] * 4,
        time(0),
        *[time(6)] * 2,
    ]
    assert calendar.hours[4] == Hours(time(9), time(0))


def test_days_may_go_over_the_weekend(load):
    policy = load("version: 2\nhours: {zone: UTC, sat-mon: 09:00-17:00}\n")
    assert set(policy.calendar.hours) == {5, 6, 0}


def test_public_holidays_and_single_dates_are_closed(load):
    policy = load(FULL)
    closed = policy.calendar.closed
    assert date(2026, 12, 24) in closed  # a single date
    assert date(2026, 12, 25) in closed
    assert date(2026, 12, 28) in closed  # the holiday that fell on a Saturday
    assert date(2026, 12, 23) not in closed
    on_wednesday = datetime(2026, 12, 23, 17, tzinfo=LONDON)
    due = respond_by(on_wednesday, Lane.STANDARD, 3, policy)  # 100 minutes of opening hours
    assert due == datetime(2026, 12, 27, 23, 10, tzinfo=LONDON)


def test_a_country_whose_holidays_are_known_for_some_years_only_can_be_used(load):
    hours = "{zone: Asia/Kolkata, mon-sat: 10:00-19:00, holidays: {country: IN}}"
    assert date(2026, 1, 26) in load(f"version: 2\nhours: {hours}\n").calendar.closed


def test_a_tier_shortens_the_target(load):
    assert target(Lane.STANDARD, 0, load(FULL), "gold") == timedelta(minutes=200)


def test_the_version_changes_with_the_content(load):
    one, other = load(FULL), load(FULL.replace("gold: 0.5", "gold: 0.6"))
    assert one.version.startswith("shop 2+")
    assert one.version != other.version
    assert load(FULL).version == one.version


WRONG = {
    "no version": ('version: "shop 2"\n', "", "expected version here"),
    "a version without text": ('"shop 2"', "", "expected a text"),
    "a version too long to be kept": ('"shop 2"', "x" * 49, "expected a version of 48 characters"),
    "an unknown group": ("tiers:", "teirs:", "unknown key 'teirs', expected one of version, charge"),
    "an unknown key": ("  calm_decay", "  calm_decai", "unknown key 'calm_decai'"),
    "a key used twice": ("  calm_decay: 0.5", "  calm_decay: 0.5\n  calm_decay: 0.5", "a second time"),
    "a key that is no word": ("  calm_decay: 0.5", "  [calm]: 0.5", "a word as the key"),
    "a tier that is no word": ("  gold: 0.5", "  [gold]: 0.5", "a word as the key"),
    "a group that is none": ("tiers:\n  gold: 0.5\n  silver: 1", "tiers: 0.5", "expected keys and values"),
    "an unknown emotion": ("anger: 0.9", "fury: 0.9", "unknown key 'fury', expected one of anger"),
    "an unknown flag": ("churn: 0", "rude: 0", "unknown key 'rude', expected one of self_harm"),
    "an unknown lane": ("  gentle: [", "  kind: [", "unknown key 'kind', expected one of safeguard"),
    "an unknown lane of experience": ("charged: 2,", "slow: 2,", "unknown key 'slow'"),
    "an unknown lane by night": ("[safeguard, gentle]", "[safeguard, night]", "unknown 'night'"),
    "a lane that is missing": ("  gentle: [90, 90, 90, 90, 45]\n", "", "expected gentle here"),
    "a level that is missing": ("[50, 50, 50, 50, 20]", "[50, 50, 50, 20]", "five targets in minutes"),
    "a level too many": ("[50, 50, 50, 50, 20]", "[50, 50, 50, 50, 20, 10]", "five targets in minutes"),
    "a target of nothing": ("50, 20]", "50, 0]", "whole number from 1 to 43200, found '0'"),
    "a negative target": ("50, 20]", "50, -20]", "whole number from 1 to 43200, found '-20'"),
    "a target in parts of a minute": ("50, 20]", "50, 20.5]", "whole number from 1 to 43200"),
    "a target in words": ("50, 20]", "50, soon]", "whole number from 1 to 43200, found 'soon'"),
    "a target of years": ("[300, 300, 300, 300, 300]", "[99999, 300, 300, 300, 300]", "from 1 to 43200"),
    "a target that grows with the level": ("200, 100, 50]", "200, 210, 50]", "do not grow with the level"),
    "cuts that do not rise": ("[0.2, 0.4, 0.6, 0.8]", "[0.2, 0.4, 0.4, 0.8]", "four numbers that rise"),
    "a cut of nothing": ("[0.2, 0.4, 0.6, 0.8]", "[0, 0.4, 0.6, 0.8]", "four numbers that rise"),
    "a cut too many": ("[0.2, 0.4, 0.6, 0.8]", "[0.2, 0.4, 0.6, 0.7, 0.8]", "four numbers that rise"),
    "a cut beyond 1": ("[0.2, 0.4, 0.6, 0.8]", "[0.2, 0.4, 0.6, 1.8]", "a number from 0 to 1, found '1.8'"),
    "wording that reaches level 2": ("wording_cap: 0.3", "wording_cap: 0.4", "loud wording alone"),
    "a tier that takes no time": ("gold: 0.5", "gold: 0", "a factor above 0 and up to 1"),
    "a tier that lengthens": ("gold: 0.5", "gold: 1.5", "a number from 0 to 1, found '1.5'"),
    "a tier in words": ("gold: 0.5", "gold: fast", "a number from 0 to 1, found 'fast'"),
    "a negative weight": ("anger: 0.9", "anger: -0.9", "a number from 0 to 1, found '-0.9'"),
    "a weight beyond 1": ("anger: 0.9", "anger: 1.1", "a number from 0 to 1"),
    "a weight that is no number": ("anger: 0.9", "anger: .nan", "a number from 0 to 1, found '.nan'"),
    "a negative emotional weight": ("[0, 1, 2, 3, 5]", "[0, 1, 2, 3, -5]", "a number from 0 to 1000"),
    "a weight that is missing": ("[0, 1, 2, 3, 5]", "[0, 1, 2, 3]", "expected five weights"),
    "a budget that no heavy ticket fits": ("emotional_budget: 9.5", "emotional_budget: 4", "nobody could take"),
    "a floor beyond level 4": ("minor: 2", "minor: 5", "a whole number up to 4, found '5'"),
    "no message that counts": ("recent_messages: 5", "recent_messages: 0", "a whole number from 1 to 100"),
    "no heavy ticket ever": ("heavy_in_a_row: 2", "heavy_in_a_row: 0", "a whole number from 1 to 100"),
    "an experience beyond 5": ("charged: 2,", "charged: 6,", "a whole number from 1 to 5"),
    "a duration without unit": ('"90 min"', "90", "a duration such as"),
    "a duration in other words": ('"90 min"', "90 seconds", "a duration such as"),
    "a negative duration": ('"90 min"', '"-90 min"', "a duration such as"),
    "a duration of a lifetime": ('"60 d"', '"99999 d"', "a duration such as"),
    "a half-life of nothing": ('"90 min"', '"0 min"', "a duration above 0"),
    "a wish that lasts for nothing": ('"10 min"', '"0 h"', "a duration above 0"),
    "skills that are no list": ("[Billing, returns]", "billing", "expected a list"),
    "a skill without text": ("[Billing, returns]", '[""]', "expected a text"),
    "a number where a list is wanted": ("[0.2, 0.4, 0.6, 0.8]", "0.2", "expected a list"),
    "a list where a number is wanted": ("calm_decay: 0.5", "calm_decay: [0.5]", "a number from 0 to 1, found 'several values'"),
    "an unknown zone": ("Europe/London", "Europe/Londn", "unknown zone 'Europe/Londn'"),
    "a zone that is a folder": ("Europe/London", "Europe", "unknown zone 'Europe'"),
    "an unknown day": ("  fri:", "  fry:", "unknown key 'fry', expected zone, holidays"),
    "a day named twice": ("  fri:", "  thu:", "thu has hours already"),
    "hours that are none": ('"09:00-17:30"', '"9 to 5"', "hours such as"),
    "an hour that no clock shows": ('"09:00-17:30"', '"09:00-25:30"', "hours such as"),
    "a date that is none": ("[2026-12-24]", "[2026-02-30]", "a date such as 2026-12-24"),
    "an unknown country": ("country: GB", "country: XX", "unknown country 'XX', expected a code such as GB"),
    "a class of the library": ("country: GB", "country: HolidayBase", "unknown country"),
    "an unknown region": ("region: ENG", "region: BY", "unknown region 'BY', expected one of ENG, NIR"),
    "a region where there are none": ("{country: GB, region: ENG}", "{country: SG, region: ENG}", "expected none there"),
    "broken YAML": ("  gold: 0.5", "  gold: ]", "expected YAML"),
    "a character that no text has": ("gold", "g\x01ld", "expected YAML"),
}  # fmt: skip

#: Mistakes that stand in one place and are found in another, by the line that is named.
FOUND_ELSEWHERE = {
    "no version": "charge:",
    "a lane that is missing": "  safeguard: [",
}


def line_of(start: str, text: str) -> int:
    return text[: text.index(start)].count("\n") + 1


def first_difference(text: str) -> int:
    ours, theirs = FULL.splitlines(), text.splitlines()
    return next(at for at, (a, b) in enumerate(zip(ours, theirs, strict=False), 1) if a != b)


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_named_with_file_line_and_what_was_expected(load, name: str):
    before, after, expected = WRONG[name]
    assert before in FULL
    text = FULL.replace(before, after, 1)
    if name in FOUND_ELSEWHERE:
        line = line_of(FOUND_ELSEWHERE[name], text)
    else:
        line = first_difference(text)
    with pytest.raises(BadFile) as raised:
        load(text)
    said = str(raised.value)
    assert expected in said
    assert f"policy.yaml, line {line}: " in said
    assert "expected" in said
    assert "\n" not in said


def test_hours_need_a_zone_and_an_opening(load):
    for hours, expected in (
        ("{mon-fri: 09:00-17:30}", "expected zone here, such as Europe/London"),
        ("{zone: Europe/London}", "expected a day with hours"),
        ("{zone: UTC, closed: [2026-12-24], round_the_clock: []}", "expected a day with hours"),
    ):
        with pytest.raises(BadFile, match=f"line 2: .*{expected}"):
            load(f"version: 2\nhours: {hours}\n")


def test_a_cut_below_the_default_wording_is_named_where_it_stands(load):
    with pytest.raises(BadFile, match="line 3: expected wording_cap"):
        load("version: 2\ncharge:\n  level_cuts: [0.1, 0.2, 0.6, 0.8]\n")


def test_a_weight_beyond_the_default_budget_is_named_where_it_stands(load):
    with pytest.raises(BadFile, match="line 3: expected emotional_budget"):
        load("version: 2\nassignment:\n  emotional_weights: [0, 1, 2, 3, 13]\n")


@pytest.mark.parametrize("text", ["", "- version", "policy", "# nothing\n"])
def test_a_file_that_holds_no_policy_is_said(load, text: str):
    with pytest.raises(BadFile, match=r"policy\.yaml, line 1: expected"):
        load(text)


@pytest.mark.parametrize(
    ("loader", "said"),
    [
        (
            yaml.CSafeLoader,
            r"policy\.yaml, line 1: expected YAML \(exceeded maximum nesting depth\)",
        ),
        (yaml.SafeLoader, r"policy\.yaml: expected YAML that is nested less deeply"),
    ],
)
@pytest.mark.parametrize("opened", ["[", "a: {"])
def test_a_file_nested_without_end_is_said(load, monkeypatch, loader, said: str, opened: str):
    monkeypatch.setattr(yamlfile, "LOADER", loader)
    with pytest.raises(BadFile, match=said):
        load(opened * 5_000)


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize("bad", ["\ud800", "'\udfff'", "\x00", "\x7f", "[", "'"])
def test_a_text_that_is_no_yaml_is_said_with_its_line(monkeypatch, loader, bad: str):
    monkeypatch.setattr(yamlfile, "LOADER", loader)
    with pytest.raises(BadFile, match=r"given, line [23]: expected YAML"):
        yamlfile.parse_yaml(f"a: 1\nb: {bad}", "given", "a policy")


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(BadFile, match="expected a readable UTF-8 file"):
        load_policy(tmp_path / "none.yaml")


@given(
    at=st.integers(0, len(FULL)),
    gone=st.integers(0, 8),
    put=st.text("[]{}:,-0.5a'\"&*\n ", max_size=4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_file_it_is_a_policy_or_a_sentence(
    load, at: int, gone: int, put: str
):
    with contextlib.suppress(BadFile):
        policy = load(FULL[:at] + put + FULL[at + gone :])
        for lane in Lane:
            assert min(policy.targets[lane]) > 0
            assert respond_by(MIDNIGHT, lane, 0, policy) > MIDNIGHT


def test_the_example_of_the_docs_is_good():
    policy = load_policy(DOCS / "examples" / "policy.yaml")
    assert policy.tiers["gold"] == 0.5
    assert policy.least_experience[Lane.CHARGED] == 2
    assert date(2026, 12, 31) in policy.calendar.closed


ROW = re.compile(r"^\| `([^`]+)`.*? \| (.*?) \| .* \|$", re.MULTILINE)
ROWS = dict(ROW.findall((DOCS / "policy.md").read_text("utf-8")))


def test_the_docs_explain_every_key_and_no_other():
    groups = {name for name in GROUPS if name not in {"charge", "assignment"}}
    within = [f"charge.{key}" for key in CHARGE] + [f"assignment.{key}" for key in ASSIGNMENT]
    hours = [f"hours.{key}" for key in (*BESIDES, "mon")]
    assert set(ROWS) == {"version", *groups, *within, *hours}


def test_the_docs_explain_every_field_of_the_policy():
    explained = {key.rpartition(".")[2] for key in ROWS}
    assert {one.name for one in fields(Policy)} - explained == {"calendar"}  # which is the hours


@pytest.mark.parametrize("name", [one.name for one in fields(Policy)])
def test_the_docs_name_the_default(name: str):
    said = next((it for key, it in ROWS.items() if key.rpartition(".")[2] == name), None)
    if said and not said.startswith("see "):
        assert said.strip("`") == written(getattr(DEFAULT_POLICY, name))


def written(value: Any) -> str:
    """Return a value as the docs write it."""
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        size, unit = next(
            (s, u) for s, u in ((1440, "d"), (60, "h"), (1, "min")) if not minutes % s
        )
        return f"{minutes // size} {unit}"
    if isinstance(value, tuple | frozenset):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:g}"
    return f"{{{', '.join(f'{key}: {written(one)}' for key, one in value.items())}}}"
