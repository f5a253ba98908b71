"""The policy file: what an installation decides otherwise, checked and laid over the defaults.

Whatever the file leaves out is as in `triage/domain/policy.py`. What could go wrong when somebody
edits it is found here, and said with the file, the line and what was expected. `docs/policy.md`
explains every key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from triage.domain.alert_policy import AlertPolicy
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import DEFAULT_POLICY, Lane, Policy
from triage.openings import read_hours, read_opening
from triage.yamlfile import Field, parse_yaml, read_yaml

HIGHEST_LEVEL = 4
MOST_MESSAGES = 100
MOST_MINUTES = 30 * 24 * 60  # of a target
MOST_WEIGHT = 1000.0
MOST_DAYS = 3650  # of a duration
MOST_ALERTS = 10_000  # an hour, and tickets that make one
MOST_WEEKS = 52
EXPERIENCES = (1, 5)

DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?(min|h|d)", re.ASCII)
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

#: Reads the value of a key. Raises BadFile.
Reader = Callable[[Field], Any]


def load_policy(path: Path | None = None) -> Policy:
    """Return the defaults with what the file at `path` says over them. Raises BadFile."""
    return _policy(*read_yaml(path, "a policy")) if path else DEFAULT_POLICY


def parse_policy(text: str | None, name: str) -> Policy:
    """Return the defaults with what a policy file's text says over them. Raises BadFile."""
    return _policy(*parse_yaml(text, name, "a policy")) if text is not None else DEFAULT_POLICY


def _policy(root: Field, digest: str) -> Policy:
    top = root.mapping("version", " ".join(GROUPS))
    said: dict[str, Any] = {"version": top["version"].version(digest)}
    for group, field in top.items():
        if group != "version":
            said |= GROUPS[group](field)
    policy = replace(DEFAULT_POLICY, **said)
    _check_wording(policy, top)
    _check_budget(policy, top)
    return policy


def _check_wording(policy: Policy, top: Mapping[str, Field]) -> None:
    """CAPS and exclamation marks alone must not make a ticket level 2."""
    if policy.wording_cap >= policy.level_cuts[1]:
        field = _first_of(top["charge"], "wording_cap", "level_cuts")
        raise field.wrong(
            f"expected wording_cap ({policy.wording_cap:g}) below the second of level_cuts "
            f"({policy.level_cuts[1]:g}): loud wording alone must not reach level 2"
        )


def _check_budget(policy: Policy, top: Mapping[str, Field]) -> None:
    """A ticket heavier than anybody's whole budget would wait for ever."""
    heaviest = max(policy.emotional_weights)
    if policy.emotional_budget < heaviest:
        field = _first_of(top["assignment"], "emotional_budget", "emotional_weights")
        raise field.wrong(
            f"expected emotional_budget ({policy.emotional_budget:g}) to hold the heaviest of "
            f"emotional_weights ({heaviest:g}): nobody could take such a ticket"
        )


def _first_of(group: Field, *keys: str) -> Field:
    values = group.mapping()
    return next(values[key] for key in keys if key in values)


def _group(readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of a group whose keys are fields of the policy, each with its reader."""

    def read(group: Field) -> dict[str, Any]:
        values = group.mapping("", " ".join(readers))
        return {key: readers[key](field) for key, field in values.items()}

    return read


def _by_name(
    defaults: Mapping[Any, Any], kind: Callable[[str], Any], known: Collection[str], value: Reader
) -> Reader:
    """Return a reader of values by name, each in the place of its default."""

    def read(field: Field) -> Mapping[Any, Any]:
        said = field.mapping("", " ".join(known))
        found = {kind(name): value(one) for name, one in said.items()}
        return MappingProxyType({**defaults, **found})

    return read


def _cuts(field: Field) -> tuple[float, ...]:
    cuts = tuple(item.decimal(1) for item in field.items())
    rising = all(lower < higher for lower, higher in zip((0.0, *cuts), cuts, strict=False))
    if len(cuts) != HIGHEST_LEVEL or not rising:
        raise field.wrong("expected four numbers that rise, each above 0 and up to 1")
    return cuts


def _weights(field: Field) -> tuple[float, ...]:
    weights = tuple(item.decimal(MOST_WEIGHT) for item in field.items())
    if len(weights) != HIGHEST_LEVEL + 1:
        raise field.wrong("expected five weights, of the levels 0 to 4")
    return weights


def _targets(field: Field) -> dict[str, Any]:
    rows = field.mapping(" ".join(Lane))
    return {"targets": MappingProxyType({Lane(name): _row(row) for name, row in rows.items()})}


def _row(field: Field) -> tuple[int, ...]:
    minutes = tuple(item.number(MOST_MINUTES, lowest=1) for item in field.items())
    if len(minutes) != HIGHEST_LEVEL + 1:
        raise field.wrong("expected five targets in minutes, of the levels 0 to 4")
    if list(minutes) != sorted(minutes, reverse=True):
        raise field.wrong("expected targets that do not grow with the level")
    return minutes


def _tiers(field: Field) -> dict[str, Any]:
    factors = {tier: _factor(factor) for tier, factor in field.mapping().items()}
    return {"tiers": MappingProxyType(factors)}


def _factor(field: Field) -> float:
    if not (factor := field.decimal(1)):
        raise field.wrong("expected a factor above 0 and up to 1")
    return factor


def _duration(field: Field) -> timedelta:
    found = DURATION.fullmatch(field.text())
    if not found or float(found[1]) * UNITS[found[2]] > timedelta(days=MOST_DAYS):
        raise field.wrong(
            f'expected a duration such as "20 min", "4 h" or "30 d", found {field.text()!r}'
        )
    return float(found[1]) * UNITS[found[2]]


def _some_time(field: Field) -> timedelta:
    if not (duration := _duration(field)):
        raise field.wrong("expected a duration above 0")
    return duration


def _skill(field: Field) -> str:
    return field.text().strip().lower()  # as the agents' skills are kept


def _share(field: Field) -> float:
    return field.decimal(1)


CHARGE: Mapping[str, Reader] = {
    "emotion_weights": _by_name(DEFAULT_POLICY.emotion_weights, Emotion, list(Emotion), _share),
    "level_cuts": _cuts,
    "flag_floors": _by_name(
        DEFAULT_POLICY.flag_floors, Flag, list(Flag), lambda it: it.number(HIGHEST_LEVEL)
    ),
    "recent_messages": lambda it: it.number(MOST_MESSAGES, lowest=1),
    "calm_decay": _share,
    "trend_step": _share,
    "wording_cap": _share,
    "history_cap": _share,
    "reopened_weight": _share,
    "follow_up_weight": _share,
    "follow_up_most": lambda it: it.number(MOST_MESSAGES),
    "missed_promise_weight": _share,
    "hand_over_weight": _share,
}

ASSIGNMENT: Mapping[str, Reader] = {
    "least_experience": _by_name(
        DEFAULT_POLICY.least_experience,
        Lane,
        list(Lane),
        lambda it: it.number(max(EXPERIENCES), lowest=min(EXPERIENCES)),
    ),
    "safeguarding_skill": _skill,
    "emotional_weights": _weights,
    "emotional_budget": lambda it: it.decimal(MOST_WEIGHT),
    "half_life": _some_time,
    "heavy_in_a_row": lambda it: it.number(MOST_MESSAGES, lowest=1),
    "rest_after_heavy": _duration,
    "cool_down": _duration,
    "familiar_for": _duration,
    "soft_skills": lambda it: tuple(_skill(item) for item in it.items()),
    "soft_skill_after": _some_time,
    "grace_after_shift": _duration,
    "grace_when_late": _duration,
}


def _up_to_a_day(field: Field) -> timedelta:
    if not timedelta(minutes=1) <= (duration := _duration(field)) <= timedelta(days=1):
        raise field.wrong("expected a duration from 1 min to 1 d")
    return duration


def _above_nothing(field: Field, highest: float) -> float:
    if not (number := field.decimal(highest)):
        raise field.wrong(f"expected a number above 0 and up to {highest:g}")
    return number


ALERTS: Mapping[str, Reader] = {
    "surge_window": _up_to_a_day,
    "surge_least": lambda it: it.number(MOST_ALERTS, lowest=1),
    "surge_false_alarms": lambda it: _above_nothing(it, MOST_ALERTS),
    "surge_weeks": lambda it: it.number(MOST_WEEKS, lowest=1),
    "surge_spread": lambda it: _above_nothing(it, 1),
    "near": _some_time,
    "near_share": _share,
    "many": lambda it: it.number(MOST_ALERTS, lowest=1),
    "most_an_hour": lambda it: it.number(MOST_ALERTS),
    "quiet": read_opening,
}


def _alerts(field: Field) -> dict[str, Any]:
    return {"alerts": AlertPolicy(**_group(ALERTS)(field))}


#: The groups of the file, each with what it says of the policy's fields.
GROUPS: Mapping[str, Callable[[Field], dict[str, Any]]] = {
    "charge": _group(CHARGE),
    "targets": _targets,
    "tiers": _tiers,
    "hours": read_hours,
    "assignment": _group(ASSIGNMENT),
    "alerts": _alerts,
}
