"""Reply check: what a draft, by whoever wrote it, still owes this customer, and why. Pure.

Looks at the words only: was the customer's own matter named, does somebody own it, is an apology
right for the cause, is there a next step with a time, are there phrases that harm. Findings are
about a text, never about who wrote it, and nothing of them is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from triage.domain.acknowledgement import Playbook, Rule, Situation, Source, holds, quotes
from triage.domain.emotion import Span
from triage.domain.wording import Cause

AT_FAULT = frozenset({Cause.OURS, Cause.STAFF})
FAULT = re.compile(r"\b(?:our (?:own )?(?:mistake|fault|error)|we (?:got|did) it wrong)\b", re.I)
APOLOGY = re.compile(r"\b(?:sorry|apolog\w+)\b", re.I)

FELT_LEVEL = 2  # from here ignoring the feeling would annoy
STRONG_LEVEL = 3  # from here a survey before the solution insults
MOST_WORDS = 90  # emotion.md 5.3: what is longer is not read
MOST_WE = 2  # of "we" without an "I will"
SHARED_WORDS = 2  # words of the customer's own from which a reply speaks of this matter
EARLY = 2  # sentences within which it should
SHORTEST = 4  # letters of a word that means something

_OWNING = re.compile(r"\bi(?:'ll|'ve|'m| will| have| am)\b(?! (?:very |so |really )?sorry)", re.I)
_WE = re.compile(r"\b(?:we|our team)\b", re.I)
_TIME = re.compile(
    r"\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|right now|straight away|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|within (?:the )?(?:next )?\w+ (?:minutes?|hours?|"
    r"days?)|in (?:the next )?(?:\d+|an?|one|two|three) (?:minutes?|hours?|days?)|"
    r"by (?:\d|noon|the end of)|at \d{1,2}(?:[:.]\d\d)?|\d{1,2}[:.]\d\d|\d{1,2} ?[ap]m)",
    re.I,
)
_TIME_WORD = re.compile(r"time|date|day|when|hour", re.I)  # of a slot
_SLOT = re.compile(r"\[[^\]\n]{1,80}\]")
_SURVEY = re.compile(
    r"\b(?:survey|rate (?:us|me|our)|leave (?:us )?a review|your feedback)\b", re.I
)
_NAMING = re.compile(
    r"\byou(?:'re| are| must be| must feel| feel| sound| seem)(?: \w+)? (?P<feeling>angry|"
    r"frustrated|upset|disappointed|worried|anxious|annoyed|sad|devastated|confused|embarrassed)\b",
    re.I,
)
_GREETING = re.compile(
    r"\s*(?:hello|hi|dear|good (?:morning|afternoon|evening))\b[^\n,:.!?]*", re.I
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
#: Words that any two letters to a firm share.
_COMMON = frozenset(
    """
    about after again also because been before being could does doing done from have having hello
    here into just know like make more much need only other please really said same should some
    still such sure take than thank thanks that their them then there these they thing this time
    very want well were what when where which while will with would your yours dear help regards
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)


class Check(StrEnum):
    """What a finding is about."""

    SAFEGUARD = "safeguard"
    ACKNOWLEDGED = "acknowledged"
    ORDER = "order"
    OWNED = "owned"
    APOLOGY = "apology"
    NEXT_STEP = "next step"
    FEELING = "feeling"
    WORDING = "wording"
    LENGTH = "length"
    SLOTS = "slots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend: what and why in a sentence, better words where there are some.

    `span` is the place in the draft, None where something is missing.
    """

    check: Check
    text: str
    better: str | None = None
    span: Span | None = None
    evidence: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The draft with what it answers."""

    draft: str
    situation: Situation
    playbook: Playbook

    def finding(self, check: Check, text: str, codes: str = "", **more: object) -> Finding:
        sources = tuple(
            self.playbook.sources[code] for code in codes.split() if code in self.playbook.sources
        )
        return Finding(check=check, text=text, evidence=sources, **more)  # type: ignore[arg-type]


def check_reply(draft: str, situation: Situation, playbook: Playbook) -> tuple[Finding, ...]:
    """Return what the draft still owes the customer, most important first; nothing if it is fine.

    Where a life may be at risk there is one finding only: that no draft may answer.
    """
    asked = _Asked(draft, situation, playbook)
    if not _rule(asked).draft:
        what = "no text from here may answer this customer: hand over to a trained human, now"
        return (asked.finding(Check.SAFEGUARD, what, "R58 R61"),)
    return tuple(found for check in CHECKS for found in check(asked))


def _rule(asked: _Asked) -> Rule:
    return next(rule for rule in asked.playbook.rules if holds(rule.when, asked.situation))


def _acknowledged(asked: _Asked) -> Iterator[Finding]:
    """Find whether the customer's own matter is named, and early where they are upset."""
    told = quotes(asked.situation.sentences)
    if not told:
        return
    theirs = _telling_words(sentence.text for sentence in asked.situation.sentences)
    if len(theirs & _telling_words([asked.draft])) < min(SHARED_WORDS, len(theirs)):
        yield asked.finding(
            Check.ACKNOWLEDGED,
            "nothing in it is this customer's own: name what happened to them",
            "E1 E4",
            better=f"for example what they wrote: “{told[0].text}”",
        )
    elif asked.situation.level >= FELT_LEVEL and not theirs & _telling_words(_first(asked.draft)):
        what = "what happened to them comes late: say it before explaining or solving"
        yield asked.finding(Check.ORDER, what, "E1 E5")


def _owned(asked: _Asked) -> Iterator[Finding]:
    if _OWNING.search(_plain(asked.draft)):
        return
    many = len(_WE.findall(asked.draft)) > MOST_WE
    what = "it says “we” throughout and nobody says “I will”" if many else "nobody in it says “I”"
    yield asked.finding(
        Check.OWNED, f"{what}: the customer needs a person", "E3", better="I will …"
    )


def _apology(asked: _Asked) -> Iterator[Finding]:
    said = list(APOLOGY.finditer(asked.draft))
    ours = asked.situation.cause in AT_FAULT
    if ours and asked.situation.level >= FELT_LEVEL and not said:
        what = "an apology is due, once: the customer says that it was ours"
        yield asked.finding(Check.APOLOGY, what, "E10 E11", better="I am sorry that …")
    if len(said) > 1:
        what = "it apologises more than once, which moves nothing forward"
        yield asked.finding(Check.APOLOGY, what, "E6", span=_span(said[1]))
    if not ours and (fault := FAULT.search(asked.draft)):
        what = "it admits a fault that the customer's words do not show to be ours"
        better = "regret what it meant for them, without saying whose fault it was"
        yield asked.finding(Check.APOLOGY, what, "E11", span=_span(fault), better=better)


def _next_step(asked: _Asked) -> Iterator[Finding]:
    left_open = any(_TIME_WORD.search(slot[0]) for slot in _SLOT.finditer(asked.draft))
    if not left_open and not _TIME.search(asked.draft):
        what = "it gives no time: say what happens next, and when they will hear from you"
        yield asked.finding(Check.NEXT_STEP, what, "E6 E13 E15", better="I will … by [time]")


def _feeling(asked: _Asked) -> Iterator[Finding]:
    """Find feelings that are named while none is certain."""
    for found in _NAMING.finditer(_plain(asked.draft)):
        if asked.situation.felt is None:
            what = f"it calls them {found['feeling']}, and nobody is sure of that: ask, or leave it"
            yield asked.finding(Check.FEELING, what, "E8", span=_span(found))


def _wording(asked: _Asked) -> Iterator[Finding]:
    for banned in asked.playbook.banned:
        if place := banned.place(asked.draft):
            yield asked.finding(
                Check.WORDING,
                f"“{banned.phrase}” {banned.why}",
                " ".join(banned.evidence),
                better=banned.better,
                span=place,
            )
    if asked.situation.level >= FELT_LEVEL and (mark := asked.draft.find("!")) >= 0:
        what = "an exclamation mark sounds cheerful or loud to somebody who is upset"
        yield asked.finding(Check.WORDING, what, "E8", span=Span(mark, mark + 1))
    if asked.situation.level >= STRONG_LEVEL and (survey := _SURVEY.search(asked.draft)):
        what = "it asks for feedback before anything is solved"
        yield asked.finding(Check.WORDING, what, "E6", span=_span(survey))


def _length(asked: _Asked) -> Iterator[Finding]:
    words = len(asked.draft.split())
    if words > MOST_WORDS:
        what = f"{words} words; what is over {MOST_WORDS} is skimmed"
        yield asked.finding(Check.LENGTH, what, "E6")


def _slots(asked: _Asked) -> Iterator[Finding]:
    for slot in _SLOT.finditer(asked.draft):
        yield asked.finding(Check.SLOTS, f"{slot[0]} is not filled in yet", span=_span(slot))


#: In the order in which they matter to the customer.
CHECKS: tuple[Callable[[_Asked], Iterator[Finding]], ...] = (
    _acknowledged,
    _owned,
    _apology,
    _next_step,
    _feeling,
    _wording,
    _length,
    _slots,
)


def _telling_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that say what it is about: longer ones, and whatever holds a digit."""
    words = (word.lower() for text in texts for word in _WORD.findall(_plain(text)))
    return frozenset(
        word
        for word in words
        if any(map(str.isdigit, word)) or (len(word) >= SHORTEST and word not in _COMMON)
    )


def _first(draft: str) -> list[str]:
    """Return the first sentences behind the greeting."""
    greeting = _GREETING.match(draft)
    body = draft[greeting.end() :] if greeting else draft
    found = [it for it in _SENTENCE.findall(body) if any(map(str.isalnum, it))]
    return found[:EARLY]


def _plain(text: str) -> str:
    return text.replace("’", "'")  # one character for one: places stay


def _span(found: re.Match[str]) -> Span:
    return Span(found.start(), found.end())
