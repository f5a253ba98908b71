"""Risk flags: what a person must see however calm the words are, with the words that raised them.

Self-harm, danger and bereavement are raised even when unsure; what merely sounds like them ("kill
the process", "dead on arrival") never. English only; a model may add to this, not take away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from triage.domain.emotion import Span
from triage.domain.flag import Flag
from triage.domain.lexicon import risks
from triage.domain.phrasebook import Phrasebook, ends, fold


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag and the words that raised it."""

    flag: Flag
    span: Span

    def moved(self, offset: int) -> RaisedFlag:
        """Return the same flag for a text in which this one's text begins at `offset`."""
        return replace(self, span=Span(self.span.start + offset, self.span.end + offset))


class Force(StrEnum):
    """What can take back a phrase."""

    SURE = "sure"
    UNLESS_DENIED = "unless_denied"  # "I am not going to sue"
    UNLESS_TECHNICAL = "unless_technical"  # denied, or said of machines: "our server is on fire"
    IN_TWO_WAYS = "in_two_ways"  # counts beside another weak sign of the same flag only


SHOWN_PER_FLAG = 3  # spans; more explain no better and an attacker could make them thousands

LEXICON: tuple[tuple[Flag, Force, str], ...] = (
    (Flag.SELF_HARM, Force.SURE, risks.SELF_HARM_SURE),
    (Flag.SELF_HARM, Force.UNLESS_DENIED, risks.SELF_HARM_UNLESS_DENIED),
    (Flag.SELF_HARM, Force.IN_TWO_WAYS, risks.SELF_HARM_IN_TWO_WAYS),
    (Flag.DANGER, Force.SURE, risks.DANGER_SURE),
    (Flag.DANGER, Force.UNLESS_DENIED, risks.DANGER_UNLESS_DENIED),
    (Flag.DANGER, Force.UNLESS_TECHNICAL, risks.DANGER_UNLESS_TECHNICAL),
    (Flag.BEREAVEMENT, Force.SURE, risks.BEREAVEMENT_SURE),
    (Flag.BEREAVEMENT, Force.UNLESS_TECHNICAL, risks.BEREAVEMENT_UNLESS_TECHNICAL),
    (Flag.VULNERABILITY, Force.UNLESS_DENIED, risks.VULNERABILITY_UNLESS_DENIED),
    (Flag.VULNERABILITY, Force.UNLESS_TECHNICAL, risks.VULNERABILITY_UNLESS_TECHNICAL),
    (Flag.CHURN, Force.UNLESS_DENIED, risks.CHURN_UNLESS_DENIED),
    (Flag.LEGAL, Force.UNLESS_DENIED, risks.LEGAL_UNLESS_DENIED),
    (Flag.REGULATOR, Force.UNLESS_DENIED, risks.REGULATOR_UNLESS_DENIED),
    (Flag.PRESS, Force.UNLESS_DENIED, risks.PRESS_UNLESS_DENIED),
    (Flag.DISCRIMINATION, Force.UNLESS_DENIED, risks.DISCRIMINATION_UNLESS_DENIED),
    (Flag.STAFF_ABUSE, Force.SURE, risks.STAFF_ABUSE_SURE),
    (Flag.MINOR, Force.UNLESS_DENIED, risks.MINOR_UNLESS_DENIED),
)

BEFORE, AFTER = 48, 32  # characters around a phrase in which those are looked for


def risk_flags(text: str) -> tuple[RaisedFlag, ...]:
    """Return the flags that `text` raises with the words that raised them, by place.

    Of a long text the first and the last 10,000 characters are looked at; of one flag the first
    three places are given.
    """
    raised = [flag.moved(offset) for offset, part in ends(text) for flag in _raised_in(fold(part))]
    counted: Counter[Flag] = Counter()
    shown = []
    for flag in sorted(raised, key=lambda each: (each.span.start, each.flag)):
        counted[flag.flag] += 1
        if counted[flag.flag] <= SHOWN_PER_FLAG:
            shown.append(flag)
    return tuple(shown)


def _raised_in(folded: str) -> Iterator[RaisedFlag]:
    weak: dict[Flag, dict[str, RaisedFlag]] = {}
    reached: dict[Flag, int] = {}
    for (flag, force), span in _book().find(folded):
        if span.start < reached.get(flag, 0) or _taken_back(folded, force, span):
            continue
        if force is Force.IN_TWO_WAYS:
            weak.setdefault(flag, {})[span.of(folded)] = RaisedFlag(flag, span)
            continue
        reached[flag] = span.end
        yield RaisedFlag(flag, span)
    for signs in weak.values():
        if len(signs) > 1:
            yield from signs.values()


def _taken_back(folded: str, force: Force, span: Span) -> bool:
    if force is Force.SURE or force is Force.IN_TWO_WAYS:
        return False
    before = folded[max(0, span.start - BEFORE) : span.start]
    if risks.DENIAL.search(before):
        return True
    around = before + folded[span.start : span.end + AFTER]
    return force is Force.UNLESS_TECHNICAL and bool(risks.TECHNICAL.search(around))


@cache
def _book() -> Phrasebook[tuple[Flag, Force]]:
    return Phrasebook(((flag, force), phrases) for flag, force, phrases in LEXICON)
