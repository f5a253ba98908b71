"""Review alerts: what holds now, how often one was raised in the last week, and what would have
been raised with other thresholds. Nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from triage.domain.alert_policy import AlertPolicy
from triage.domain.alert_rate import Happened, Rate, rate
from triage.domain.alert_replay import Fired, play
from triage.domain.alerts import Kind
from triage.domain.policy import Policy
from triage.domain.surge import WEEK, common_words
from triage.errors import BadInput
from triage.store import alert_facts, alert_history
from triage.store.alert_history import Shown
from triage.store.database import Database

NUMBER = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)
MOST_FALSE_ALARMS = 100.0  # a week
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What holds now, the last week with the newest first, and the words of its surges by alert."""

    holding: Sequence[Shown]
    week: Sequence[Shown]
    words: Mapping[int, Sequence[str]]
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """What would have been raised in the last week, newest first, by these rules."""

    rules: AlertPolicy
    fired: Sequence[Fired]
    rate: Rate


def review(database: Database, policy: Policy, now: datetime) -> Review:
    """Return what the page of alerts shows. Raises StoreUnavailable."""
    with database.reading() as connection:
        week = alert_history.since(connection, now - WEEK)
        surges = [it for it in week if it.kind is Kind.SURGE]
        found = {
            it.id: alert_facts.subjects(connection, policy.alerts, it.raised_at) for it in surges
        }
        holding = alert_history.holding(connection, now - WEEK)
    counted = [Happened(it.raised_at, it.kind, it.quiet) for it in week]
    return Review(
        holding=holding,
        week=week,
        words={number: common_words(*subjects) for number, subjects in found.items()},
        rate=rate(counted, now - WEEK, now, zone_of(policy)),
    )


def unseen(database: Database, now: datetime) -> list[Shown]:
    """Return what is told, holds and was seen by nobody. Raises StoreUnavailable."""
    with database.reading() as connection:
        return alert_history.unseen(connection, now - WEEK)


def try_out(database: Database, policy: Policy, rules: AlertPolicy, now: datetime) -> TriedOut:
    """Play the rules over the last week. Raises StoreUnavailable."""
    tried, start = replace(policy, alerts=rules), now - WEEK
    with database.reading() as connection:
        history = alert_history.history(connection, tried, start, now)
    fired = play(history, tried, start, now)
    counted = [Happened(it.at, it.raised.alert.kind, it.raised.quiet) for it in fired]
    return TriedOut(rules=rules, fired=fired[::-1], rate=rate(counted, start, now, zone_of(policy)))


def edited(rules: AlertPolicy, sensitivity: str, near: str) -> AlertPolicy:
    """Return the rules with what somebody typed; what they left empty stays. Raises BadInput."""
    if sensitivity:
        rules = replace(rules, surge_false_alarms=_sensitivity(sensitivity))
    if near:
        rules = replace(rules, near=_near(near))
    return rules


def zone_of(policy: Policy) -> tzinfo:
    """Return by whose clock days and quiet hours are counted."""
    return policy.calendar.zone if policy.calendar else UTC


def _sensitivity(text: str) -> float:
    number = float(text) if NUMBER.fullmatch(text) else 0.0
    if not 0 < number <= MOST_FALSE_ALARMS:
        raise BadInput(f"sensitivity: expected a number above 0 and up to {MOST_FALSE_ALARMS:g}")
    return number


def _near(text: str) -> timedelta:
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) <= len("1440") else 0
    if not 0 < minutes <= MOST_MINUTES:
        raise BadInput(f"near: expected whole minutes from 1 to {MOST_MINUTES}")
    return timedelta(minutes=minutes)
