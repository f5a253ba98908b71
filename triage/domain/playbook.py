"""The playbook's values, and which rule and steps hold in a situation. Pure.

The first rule that holds is taken, modifiers trim its steps. Reading the file and checking it is
left to `triage.playbook`; turning steps into words, to `draft`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from triage.domain.cause import Cause
from triage.domain.emotion import Emotion, ScoringState, Span
from triage.domain.flag import Flag
from triage.domain.situation import Situation

NAMING = "N"  # the step that names a feeling
APOLOGISING = "A"
LISTENING = "L"
STRAIGHT = str.maketrans("’‘ʼ`´\u00a0", "''''' ")  # one character for one: places stay


@dataclass(frozen=True, slots=True)
class Source:
    """Where the evidence for a piece of advice stands, with its finding in a sentence."""

    code: str
    finding: str
    reference: str


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of step (L listen, F fix, …), why it helps, and the codes of its evidence."""

    code: str
    name: str
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStep:
    """A step as one rule wants it: in a few words, in full, and the sentence to say.

    `say` is None where there is nothing to say; `quoting` is said in its place where the customer
    can be quoted, and holds {heard}.
    """

    code: str
    short: str
    do: str
    say: str | None = None
    quoting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What must hold for a rule; what is left out always does. `None` among emotions: uncertain."""

    emotions: frozenset[Emotion | None] = frozenset()
    level: tuple[int, int] = (0, 4)
    causes: frozenset[Cause] = frozenset()
    flags: frozenset[Flag] = frozenset()
    contacts: int = 0
    states: frozenset[ScoringState] = frozenset()
    certain: bool | None = None
    public: bool | None = None
    leftover: bool | None = None
    untemplated: bool | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What follows an answer: `minutes` after it, None where nothing need follow; what to do then;
    and how it is promised to the customer."""

    minutes: int | None
    text: str
    say: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The three sentences for who has no time: heard and understood, next step, next news.

    `quoting` stands in for `heard` where the customer can be quoted.
    """

    heard: str
    step: str
    news: str
    quoting: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A case that never was, and a reply to it worth imitating."""

    customer: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One situation. Without a `brief` no text may be suggested; `by_name` is false where the name
    on the account may not be the reader's."""

    id: str
    situation: int
    title: str
    when: When
    steps: tuple[RuleStep, ...]
    avoid: tuple[str, ...]
    never: tuple[str, ...]
    follow_up: FollowUp
    evidence: tuple[str, ...]
    brief: Brief | None = None
    close: str | None = None
    example: Example | None = None
    next_need: str | None = None
    lesson: str | None = None
    questions: tuple[str, ...] = ()
    agent_note: str | None = None
    calm: str | None = None
    by_name: bool = True

    @property
    def draft(self) -> bool:
        """Whether words may be suggested at all."""
        return self.brief is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """What changes in the rule that was found: steps dropped, kept, added, tied to another.

    `step` and `news` stand in for those of the three sentences; without `words` none are suggested.
    """

    id: str
    title: str
    when: When
    evidence: tuple[str, ...]
    drop: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    add: tuple[RuleStep, ...] = ()
    needs: Mapping[str, str]
    step: str | None = None
    news: str | None = None
    words: bool = True
    avoid: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that harms, why, and what to say instead where there is something."""

    phrase: str
    why: str
    evidence: tuple[str, ...]
    better: str | None = None

    def is_in(self, text: str) -> bool:
        return self.place(text) is not None

    def place(self, text: str) -> Span | None:
        """Return where the phrase stands first, None where it does not."""
        words = r"\s+".join(map(re.escape, self.phrase.split())).replace("'", "'?")
        found = re.search(rf"(?<!\w){words}(?!\w)", text.translate(STRAIGHT), re.IGNORECASE)
        return Span(found.start(), found.end()) if found else None


@dataclass(frozen=True, slots=True)
class Personal:
    """A slot that makes a reply this customer's, and how to use it."""

    slot: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The rules as data. The last rule always holds. `swaps` are phrases with a better wording that
    are no reason to refuse a text."""

    version: str
    greeting_named: str
    greeting_neutral: str
    sign_off: str
    feelings: Mapping[Emotion, str]
    personal: tuple[Personal, ...]
    steps: Mapping[str, Step]
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    banned: tuple[Phrase, ...]
    swaps: tuple[Phrase, ...]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds in a situation: the rule, what modifies it, and the steps that are left."""

    rule: Rule
    modifiers: tuple[Modifier, ...]
    steps: tuple[RuleStep, ...]

    @property
    def brief(self) -> Brief | None:
        """The three sentences as the modifiers leave them; None where no words may be suggested."""
        if self.rule.brief is None or not all(modifier.words for modifier in self.modifiers):
            return None
        brief = self.rule.brief
        for one in self.modifiers:
            brief = replace(brief, step=one.step or brief.step, news=one.news or brief.news)
        return brief


def plan(situation: Situation, playbook: Playbook) -> Plan:
    """Return the first rule that holds, as its modifiers leave it."""
    rule = next(rule for rule in playbook.rules if holds(rule.when, situation))
    modifiers = _modifiers(rule, situation, playbook)
    return Plan(rule, modifiers, _trimmed(rule.steps, modifiers, situation))


def holds(when: When, situation: Situation) -> bool:
    """Return whether every condition of `when` is met."""
    lowest, highest = when.level
    return (
        lowest <= situation.level <= highest
        and situation.contacts >= when.contacts
        and (not when.flags or not when.flags.isdisjoint(situation.flags))
        and (not when.states or situation.state in when.states)
        and (not when.causes or situation.cause in when.causes)
        and (not when.emotions or situation.felt in when.emotions)
        and (when.certain is None or when.certain == (situation.felt is not None))
        and (when.public is None or when.public == situation.public)
        and (when.leftover is None or when.leftover == situation.leftover)
        and (when.untemplated is None or when.untemplated == situation.untemplated)
    )


def _modifiers(rule: Rule, situation: Situation, playbook: Playbook) -> tuple[Modifier, ...]:
    if not rule.draft:  # a protocol is not softened or shortened
        return ()
    return tuple(modifier for modifier in playbook.modifiers if holds(modifier.when, situation))


def _trimmed(
    steps: tuple[RuleStep, ...], modifiers: tuple[Modifier, ...], situation: Situation
) -> tuple[RuleStep, ...]:
    if situation.felt is None:
        steps = tuple(step for step in steps if step.code != NAMING)
    for modifier in modifiers:
        kept = (s for s in steps if not modifier.keep or s.code in modifier.keep)
        steps = (*(s for s in kept if s.code not in modifier.drop), *modifier.add)
        codes = {step.code for step in steps}
        steps = tuple(s for s in steps if modifier.needs.get(s.code, s.code) in codes)
    return steps
