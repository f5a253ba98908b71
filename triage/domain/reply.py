"""Reply check: what a draft, by whoever wrote it, still owes this customer, and why. Pure.

Looks at the words only: was the customer's own matter named, does somebody own it, is an apology
right for the cause, is there a next step with a time, is it the right name and the right feeling,
are there phrases that harm. The customer's own sentences, quoted, are not held against a draft.
Findings are about a text, never about who wrote it, and nothing of them is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from triage.domain.addressing import greeted_name, is_theirs
from triage.domain.cause import Cause
from triage.domain.emotion import Emotion, Span
from triage.domain.feelings import NamedFeeling, named_feelings
from triage.domain.greeting import first_name
from triage.domain.playbook import APOLOGISING, LISTENING, STRAIGHT, Playbook, Source, plan
from triage.domain.quoting import quotes
from triage.domain.situation import Situation

AT_FAULT = frozenset({Cause.OURS, Cause.STAFF})
ELSEWHERE = frozenset({Cause.THIRD_PARTY, Cause.POLICY, Cause.OWN_SLIP, Cause.LIFE_EVENT})
FAULT = re.compile(
    r"\b(?:(?:our|my) (?:own )?(?:mistake|fault|error|oversight|negligence)"
    r"|(?:we|i) (?:got|did) (?:it|this|that) wrong|(?:we|i) made an? (?:mistake|error)"
    r"|(?:we are|i am) (?:at fault|to blame|liable))\b",
    re.I,
)
APOLOGY = re.compile(r"\b(?:sorry|apolog\w+|(?:please )?forgive (?:us|me))\b", re.I)
#: Sympathy with a loss is no apology for a fault.
CONDOLENCE = re.compile(
    r"\bsorry (?:about|for|to hear (?:about|of)) (?:the |your |his |her |their )(?:[\w']+ ){0,4}?"
    r"(?:loss|death|passing|bereavement)\b",
    re.I,
)
#: Having to write again, or to wait, is ours whatever caused the matter.
FOR_THE_REPEAT = re.compile(
    r"(?:sorry|apolog\w+) (?:that you (?:had|have had|have) to"
    r" (?:write|ask|call|wait|chase|contact)|for (?:the|your|our) (?:long )?(?:wait|delay|silence)"
    r"|for (?:making you|having you) (?:wait|write))",
    re.I,
)
TIME_WORD = re.compile(r"time|date|day|when|hour", re.I)  # of a slot

FELT_LEVEL = 2  # from here ignoring the feeling would annoy
STRONG_LEVEL = 3  # from here a survey before the solution insults
MOST_WORDS = 90  # emotion.md 5.3: what is longer is not read
MOST_WE = 2  # of "we" without an "I will"
SHARED_WORDS = 2  # words of the customer's own from which a reply speaks of this matter
EARLY = 2  # sentences within which it should
SHORTEST = 4  # letters of a word that means something
MOST_QUOTES = 20  # that are looked at
REPEATED = 2  # contacts from which the customer had to write again

_OWNING = re.compile(r"\bi(?:'ll|'ve|'m| will| have| am)\b(?! (?:very |so |really )?sorry)", re.I)
_WE = re.compile(r"\b(?:we|our team)\b", re.I)
_TIME = re.compile(
    r"\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|right now|straight away|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|within (?:the )?(?:next )?\w+ (?:minutes?|hours?|"
    r"days?)|in (?:the next )?(?:\d+|an?|one|two|three) (?:minutes?|hours?|days?)|"
    r"by (?:\d|noon|the end of)|at \d{1,2}(?:[:.]\d\d)?|\d{1,2}[:.]\d\d|\d{1,2} ?[ap]m)",
    re.I,
)
_SLOT = re.compile(r"\[[^\[\]\n]{1,120}\]")
_QUOTED = re.compile(r"“([^“”]{1,400})”")
_SURVEY = re.compile(
    r"\b(?:survey|rate (?:us|me|our)|leave (?:us )?a review|your feedback)\b", re.I
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
    NAME = "name"
    TONE = "tone"
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
    """The draft with what it answers; `own` is the draft with the customer's words blanked."""

    draft: str
    own: str
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
    asked = _Asked(draft, _without_quotes(draft, situation), situation, playbook)
    if not plan(situation, playbook).rule.draft:
        what = "no text from here may answer this customer: hand over to a trained human, now"
        return (asked.finding(Check.SAFEGUARD, what, "R58 R61"),)
    return tuple(found for check in CHECKS for found in check(asked))


def reads_rude(sentence: Span, playbook: Playbook) -> Finding:
    """Return the finding that a draft reads rude, where a model says so of this sentence."""
    sources = tuple(playbook.sources[it] for it in ("E7", "E16") if it in playbook.sources)
    return Finding(
        check=Check.TONE,
        text="this may read cold or rude: say the same so that you would like to be told it",
        span=sentence,
        evidence=sources,
    )


def _without_quotes(draft: str, situation: Situation) -> str:
    """Return the draft with what it quotes of the customer blanked out; every place stays."""
    theirs = "\n".join(sentence.text for sentence in situation.sentences)
    own = draft
    for quoted in islice(_QUOTED.finditer(draft), MOST_QUOTES):
        if quoted[1] in theirs:
            blank = " " * (quoted.end() - quoted.start())
            own = own[: quoted.start()] + blank + own[quoted.end() :]
    return own


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
    elif _opens_with_theirs(asked) and not theirs & _telling_words(_first(asked.draft)):
        what = "what happened to them comes late: say it before explaining or solving"
        yield asked.finding(Check.ORDER, what, "E1 E5")


def _opens_with_theirs(asked: _Asked) -> bool:
    """Whether it should: where ignoring it would annoy, and no disclosure is best left unnamed."""
    steps = plan(asked.situation, asked.playbook).steps
    return asked.situation.level >= FELT_LEVEL and any(step.code == LISTENING for step in steps)


def _owned(asked: _Asked) -> Iterator[Finding]:
    if _OWNING.search(_plain(asked.own)):
        return
    many = len(_WE.findall(asked.own)) > MOST_WE
    what = "it says “we” throughout and nobody says “I will”" if many else "nobody in it says “I”"
    yield asked.finding(
        Check.OWNED, f"{what}: the customer needs a person", "E3", better="I will …"
    )


def _apology(asked: _Asked) -> Iterator[Finding]:
    text = _plain(asked.own)
    sympathy = [_span(it) for it in CONDOLENCE.finditer(text)]
    said = [it for it in APOLOGY.finditer(text) if not _within(it, sympathy)]
    if not said and _is_due(asked):
        what = "an apology is due, once: the customer says that it was ours"
        yield asked.finding(Check.APOLOGY, what, "E10 E11", better="I am sorry that …")
    if len(said) > 1:
        what = "it apologises more than once, which moves nothing forward"
        yield asked.finding(Check.APOLOGY, what, "E6", span=_span(said[1]))
    yield from _apology_of_others(asked, text, said)
    if asked.situation.cause not in AT_FAULT and (fault := FAULT.search(text)):
        what = "it admits a fault that the customer's words do not show to be ours"
        better = "regret what it meant for them, without saying whose fault it was"
        yield asked.finding(Check.APOLOGY, what, "E11", span=_span(fault), better=better)


def _is_due(asked: _Asked) -> bool:
    """Whether the card would apologise too: for our own, where the feeling is more than slight."""
    ours = asked.situation.cause in AT_FAULT and asked.situation.level >= FELT_LEVEL
    steps = plan(asked.situation, asked.playbook).steps
    return ours and any(step.code == APOLOGISING for step in steps)


def _apology_of_others(asked: _Asked, text: str, said: list[re.Match[str]]) -> Iterator[Finding]:
    """Find an apology for what the customer themselves lays at another door."""
    if asked.situation.cause not in ELSEWHERE:
        return
    repeated = asked.situation.contacts >= REPEATED
    ours = [_span(it) for it in FOR_THE_REPEAT.finditer(text)] if repeated else []
    for found in said[:1]:
        if not _within(found, ours):
            what = "it apologises for what the customer does not say was ours"
            better = "say that you see what it means for them, and what you can do"
            yield asked.finding(Check.APOLOGY, what, "E7 E11", span=_span(found), better=better)


def _within(found: re.Match[str], spans: Iterable[Span]) -> bool:
    return any(it.start <= found.start() < it.end for it in spans)


def _next_step(asked: _Asked) -> Iterator[Finding]:
    left_open = any(TIME_WORD.search(slot[0]) for slot in _SLOT.finditer(asked.own))
    if not left_open and not _TIME.search(asked.own):
        what = "it gives no time: say what happens next, and when they will hear from you"
        yield asked.finding(Check.NEXT_STEP, what, "E6 E13 E15", better="I will … by [time]")


def _feeling(asked: _Asked) -> Iterator[Finding]:
    """Find feelings that are named while none is certain, or while another is."""
    for named in named_feelings(_plain(asked.own)):
        if what := _wrong_with(named, asked.situation):
            yield asked.finding(Check.FEELING, what, "E8", span=named.span)


def _wrong_with(named: NamedFeeling, situation: Situation) -> str | None:
    if (felt := situation.felt) is None:
        return f"it calls them {named.word}, and nobody is sure of that: ask, or leave it"
    sure: set[Emotion] = {felt, *situation.shown}
    if not named.means.isdisjoint(sure):
        return None
    return f"it calls them {named.word}, and their words say {felt}: name that, or nothing"


def _name(asked: _Asked) -> Iterator[Finding]:
    """Find a greeting by a name that is not the customer's, or may be that of who died."""
    found = greeted_name(asked.own)
    if found is None:
        return
    name, known = found.of(asked.own), asked.situation.first_name
    by_name = plan(asked.situation, asked.playbook).rule.by_name
    if not by_name and known and is_theirs(name, known):
        what = "the name on the account may be that of the person who died: greet without a name"
        yield asked.finding(Check.NAME, what, "R55", span=found)
    elif by_name and first_name(known) and not is_theirs(name, known or ""):
        what = f"it greets “{name}”, and the account says “{known}”: check the name"
        yield asked.finding(Check.NAME, what, "E4", span=found)


def _wording(asked: _Asked) -> Iterator[Finding]:
    for phrase in (*asked.playbook.banned, *asked.playbook.swaps):
        if place := phrase.place(asked.own):
            yield asked.finding(
                Check.WORDING,
                f"“{phrase.phrase}” {phrase.why}",
                " ".join(phrase.evidence),
                better=phrase.better,
                span=place,
            )
    if asked.situation.level >= FELT_LEVEL and (mark := asked.own.find("!")) >= 0:
        what = "an exclamation mark sounds cheerful or loud to somebody who is upset"
        yield asked.finding(Check.WORDING, what, "E8", span=Span(mark, mark + 1))
    if asked.situation.level >= STRONG_LEVEL and (survey := _SURVEY.search(asked.own)):
        what = "it asks for feedback before anything is solved"
        yield asked.finding(Check.WORDING, what, "E6", span=_span(survey))


def _length(asked: _Asked) -> Iterator[Finding]:
    words = len(asked.own.split())
    if words > MOST_WORDS:
        what = f"{words} words; what is over {MOST_WORDS} is skimmed"
        yield asked.finding(Check.LENGTH, what, "E6")


def _slots(asked: _Asked) -> Iterator[Finding]:
    for slot in _SLOT.finditer(asked.own):
        yield asked.finding(Check.SLOTS, f"{slot[0]} is not filled in yet", span=_span(slot))


#: In the order in which they matter to the customer.
CHECKS: tuple[Callable[[_Asked], Iterator[Finding]], ...] = (
    _acknowledged,
    _owned,
    _apology,
    _next_step,
    _feeling,
    _name,
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
    return text.translate(STRAIGHT)  # one character for one: places stay


def _span(found: re.Match[str]) -> Span:
    return Span(found.start(), found.end())
