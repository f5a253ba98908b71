"""Cause: whom or what the writer of a message holds responsible. Pure; English only."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from triage.domain.emotion import Span
from triage.domain.lexicon import causes as lexicon
from triage.domain.phrasebook import Phrasebook, ends, fold


class Cause(StrEnum):
    """Whom or what the writer holds responsible. What was really the cause, no wording shows."""

    OURS = "ours"
    STAFF = "staff"
    THIRD_PARTY = "third_party"
    POLICY = "policy"
    OWN_SLIP = "own_slip"
    LIFE_EVENT = "life_event"
    UNCLEAR = "unclear"


CAUSES: tuple[tuple[Cause, str], ...] = (
    (Cause.OURS, lexicon.OURS),
    (Cause.STAFF, lexicon.STAFF),
    (Cause.POLICY, lexicon.POLICY),
    (Cause.THIRD_PARTY, lexicon.THIRD_PARTY),
    (Cause.OWN_SLIP, lexicon.OWN_SLIP),
    (Cause.LIFE_EVENT, lexicon.LIFE_EVENT),
)

NOT_SO = re.compile(
    r"(?:not|n't|isnt|wasnt|never|no|nor|without)(?: (?:all|really|even|necessarily))? $"
)

#: Who is named first of several: the nearest to us, except that an own slip never makes it ours.
NEAREST_FIRST = (
    Cause.STAFF, Cause.OURS, Cause.POLICY, Cause.THIRD_PARTY, Cause.OWN_SLIP, Cause.LIFE_EVENT,
)  # fmt: skip


def cause(text: str) -> Cause:
    """Return whom the writer holds responsible; UNCLEAR where nobody, or both sides."""
    named: set[Cause] = set()
    for _, part in ends(text):
        folded = fold(part)
        named |= {kind for kind, span in _cause_book().find(folded) if not _denied(folded, span)}
    if Cause.OWN_SLIP in named and named & {Cause.OURS, Cause.STAFF}:
        return Cause.UNCLEAR
    return next((kind for kind in NEAREST_FIRST if kind in named), Cause.UNCLEAR)


def _denied(folded: str, span: Span) -> bool:
    return bool(NOT_SO.search(folded[max(0, span.start - 24) : span.start]))


@cache
def _cause_book() -> Phrasebook[Cause]:
    return Phrasebook(CAUSES)
