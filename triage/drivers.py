"""Drivers: what charged tickets have in common, by tag, source and channel, and by their subjects.

Only what many have in common is shown: a tag of LEAST tickets, a word of LEAST customers. No word
is counted that is part of the customer's own name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.domain.figure import Cell, Figure, Times, shares
from triage.domain.log_odds import log_odds
from triage.domain.team import Team
from triage.store import agents, trends
from triage.store.trends import Subject, Topic
from triage.trends import Seen

LEAST = 5
SHOWN = 15  # of each kind
MOST_SUBJECTS = 10_000  # the newest
WORD = re.compile(r"[^\W\d_]{3,30}")  # letters only: no numbers, no addresses


def drivers(seen: Seen) -> Figure:
    """The share of charged tickets of each source, channel, tag, and skill or team asked for."""
    since, until = seen.window.since, seen.window.until
    with seen.database.reading() as connection:
        topics = trends.topics(connection, since, until)
        team = Team.at(agents.all_agents(connection, seen.policy, until), until)
    tags = _by_name((name, it) for it in topics for name in it.tags)
    asked = {"skill asked": team.skills, "team asked": team.teams - team.skills}
    kinds = {
        "source": _by_name((it.source, it) for it in topics),
        "channel": _by_name((it.channel, it) for it in topics),
        **{kind: {it: tags[it] for it in names if it in tags} for kind, names in asked.items()},
        "tag": {it: tags[it] for it in tags.keys() - team.skills - team.teams},
    }
    columns = ("kind", "name", "tickets", "charged", "share", "low", "high", "angry")
    return Figure(
        "drivers", columns, tuple(it for kind in kinds for it in _rows(kind, kinds[kind]))
    )


def words(seen: Seen) -> Figure:
    """The words that subjects of charged tickets hold more often than the others'."""
    with seen.database.reading() as connection:
        found = trends.subjects(connection, seen.window.since, seen.window.until, MOST_SUBJECTS)
    charged, others = _words(found)
    rows = [
        (it.word, it.here, it.there, Times(it.times), Times(it.between.low), Times(it.between.high))
        for it in log_odds(charged, others)
        if it.between.low > 1
    ]
    columns = ("word", "charged with it", "others with it", "times", "low", "high")
    return Figure("words", columns, tuple(rows[:SHOWN]))


@dataclass(slots=True)
class _Sum:
    """How many tickets have something in common, and how many of them are charged, or angry."""

    tickets: int = 0
    charged: int = 0
    angry: int = 0


def _by_name(found: Iterable[tuple[str, Topic]]) -> dict[str, _Sum]:
    whole: defaultdict[str, _Sum] = defaultdict(_Sum)
    for name, it in found:
        one = whole[name]
        one.tickets += it.tickets
        one.charged += it.charged
        one.angry += it.angry
    return whole


def _rows(kind: str, sums: Mapping[str, _Sum]) -> list[tuple[Cell, ...]]:
    """Return a row for each, the largest share of charged tickets first."""
    large = [(name, it) for name, it in sums.items() if it.tickets >= LEAST]
    large.sort(key=lambda row: (-row[1].charged / row[1].tickets, row[0]))
    return [
        (kind, name, it.tickets, it.charged, *shares(it.charged, it.tickets), it.angry)
        for name, it in large[:SHOWN]
    ]


def _words(subjects: Iterable[Subject]) -> tuple[Counter[str], Counter[str]]:
    """Return how many charged tickets, and how many others, hold each word of enough customers."""
    charged, others = Counter[str](), Counter[str]()
    whose: defaultdict[str, set[str]] = defaultdict(set)
    for one in subjects:
        held = set(WORD.findall(one.text.casefold())) - set(WORD.findall(one.name.casefold()))
        (charged if one.charged else others).update(held)
        for word in held:
            if len(whose[word]) < LEAST:
                whose[word].add(one.customer)
    rare = [word for word, customers in whose.items() if len(customers) < LEAST]
    for counted in (charged, others):
        for word in rare:
            counted.pop(word, None)
    return charged, others
