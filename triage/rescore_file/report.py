"""The closing report in tables and sentences, for Markdown and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.masking import mask
from triage.rescore_file.tally import BINS, FEELS, Group, Tally
from triage.whole_page import Shown

CHARGED, LANES, EMOTIONS, FLAGS = "How charged", "Lanes", "Emotions", "Flags"  # tables
LEVEL_NAMES = ("calm", "mild", "moderate", "high", "extreme")
MOST_GROUPS = 25  # of a column, the largest
LONGEST_QUOTE = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run and what came of it."""

    name: str
    began: datetime
    model: str
    policy: str
    counts: dict[str, int]
    tally: Tally
    unmasked: bool


def summary(it: Report) -> str:
    """Return what was scored, in a sentence or two."""
    counts, tally = it.counts, it.tally
    unread = tally.everybody.tickets - tally.states[ScoringState.SCORED]
    return (
        f"{tally.everybody.tickets:,} tickets with {counts['messages']:,} messages from {it.name}, "
        f"scored {it.began:%Y-%m-%d %H:%M} UTC by model {it.model} and policy {it.policy}. "
        f"{counts['repeated']:,} texts were there before, and scored once. "
        f"{unread:,} tickets could not be read; {counts['rejects']:,} rows were rejected."
    )


def notes(it: Report) -> list[str]:
    """Return what the figures mean, and what they do not."""
    return [
        "Charge (0–1, level 0–4) is how much emotional care the next reply needs: neither anger "
        "nor urgency. A ticket's is that of its strongest recent message, raised by flags.",
        f"A ticket counts for an emotion from a probability of {FEELS:.0%}; several at once, or "
        "none. Certain: sure enough to be named to an agent.",
        "The model's limits are in its card: English only, and no safeguarding by it alone.",
    ]


def tables(it: Report) -> list[Shown]:
    """Return the figures, one table each; empty ones are left out."""
    tally = it.tally
    found = [
        Shown(CHARGED, ("level", "tickets", "share"), list(_levels(tally))),
        Shown(LANES, ("lane", "tickets", "share"), _counted(tally.lanes, tuple(Lane), tally)),
        Shown("Hardest tickets", HARDEST, [_hardest(one, it) for one in tally.hardest()]),
        Shown(EMOTIONS, ("emotion", "tickets", "share", "certain"), list(_emotions(tally))),
        Shown(FLAGS, ("flag", "tickets", "share"), _counted(tally.flags, tuple(Flag), tally)),
        Shown("Where conversations go", ("trend", "tickets", "share"), _most(tally.trends, tally)),
        Shown("How sure it is", ("", "tickets", "share"), list(_certainty(tally))),
        Shown("Languages", ("language", "tickets", "share"), _most(tally.languages, tally)),
        *(Shown(by_title(name), GROUPED, _groups(groups)) for name, groups in tally.by.items()),
    ]
    return [one for one in found if one.rows]


def by_title(column: str) -> str:
    return f"By {column}"


GROUPED = ("", "tickets", "mean charge", "level 3 and 4", "share of them")
HARDEST = ("ticket", "level", "charge", "lane", "flags", "the words that carry it")


def _levels(tally: Tally) -> Iterator[tuple[str, ...]]:
    for level, name in enumerate(LEVEL_NAMES):
        count = tally.everybody.levels[level]
        yield f"{level} {name}", f"{count:,}", _share(count, tally)


def _emotions(tally: Tally) -> Iterator[tuple[str, ...]]:
    for emotion in sorted(Emotion, key=lambda it: -tally.felt[it]):
        count = tally.felt[emotion]
        yield emotion, f"{count:,}", _share(count, tally), f"{tally.shown[emotion]:,}"


def _certainty(tally: Tally) -> Iterator[tuple[str, ...]]:
    yield "scored, no emotion certain", f"{tally.uncertain:,}", _share(tally.uncertain, tally)
    for state in ScoringState:
        count = tally.states[state]
        yield state.replace("_", " "), f"{count:,}", _share(count, tally)


def _groups(groups: dict[str, Group]) -> list[tuple[str, ...]]:
    largest = sorted(groups.items(), key=lambda it: -it[1].tickets)[:MOST_GROUPS]
    return [
        (
            name,
            f"{it.tickets:,}",
            f"{it.charge / it.tickets:.2f}",
            f"{it.heavy:,}",
            f"{it.heavy / it.tickets:.1%}",
        )
        for name, it in largest
    ]


def _hardest(result: dict[str, Any], it: Report) -> tuple[str, ...]:
    quote = result["evidence"][0]["text"] if result["evidence"] else ""
    said = quote if it.unmasked else mask(quote, result["language"]).text
    short = " ".join(said.split())
    if len(short) > LONGEST_QUOTE:
        short = f"{short[: LONGEST_QUOTE - 1]}…"
    flags = ", ".join(flag.replace("_", " ") for flag in result["flags"])
    charge = f"{result['charge']:.2f}"
    return result["ticket"], str(result["level"]), charge, result["lane"], flags, short


def _counted(counts: Counter[str], names: Sequence[str], tally: Tally) -> list[tuple[str, ...]]:
    return [(it.replace("_", " "), f"{counts[it]:,}", _share(counts[it], tally)) for it in names]


def _most(counts: Counter[str], tally: Tally) -> list[tuple[str, ...]]:
    return [(name, f"{count:,}", _share(count, tally)) for name, count in counts.most_common(10)]


def _share(count: int, tally: Tally) -> str:
    return f"{count / tally.everybody.tickets:.1%}" if tally.everybody.tickets else "–"


def histogram(tally: Tally) -> list[tuple[float, int]]:
    """Return how many tickets have a charge from each of the steps on."""
    return [(number / BINS, count) for number, count in enumerate(tally.charges)]
