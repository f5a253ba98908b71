"""Acknowledgement: from a situation and the playbook to the card that an agent sees. Pure.

The first rule that holds is taken, modifiers trim its steps, and what the customer wrote is
quoted, never retold. A card invents no fact, sum or date: it leaves [slots]. Where a life may be at
risk it holds a protocol and no draft. Loading and checking the playbook is left to `playbook`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from triage.domain.emotion import Emotion, ScoringState, Span
from triage.domain.flag import Flag
from triage.domain.wording import Cause

PLEASED = (Emotion.GRATITUDE, Emotion.SATISFACTION)
NAMING = "N"  # the step that names a feeling
QUOTES, QUOTE_LENGTH = 2, 160  # at most, and characters
LONGEST_NAME = 30  # characters; what is longer is hardly a first name


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


@dataclass(frozen=True, slots=True)
class RuleStep:
    """A step as one rule wants it: what to do, and the sentence to say (None: nothing to say)."""

    code: str
    do: str
    say: str | None = None


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


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When the customer should hear from us; `minutes` is None where nothing needs to follow."""

    minutes: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One situation. `draft` is false where no text may be suggested, `by_name` where the name on
    the account may not be the reader's."""

    id: str
    situation: int
    title: str
    when: When
    steps: tuple[RuleStep, ...]
    avoid: tuple[str, ...]
    never: tuple[str, ...]
    follow_up: FollowUp
    evidence: tuple[str, ...]
    agent_note: str | None = None
    draft: bool = True
    by_name: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """What changes in the rule that was found: steps dropped, kept, added, tied to another."""

    id: str
    title: str
    when: When
    evidence: tuple[str, ...]
    drop: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    add: tuple[RuleStep, ...] = ()
    needs: Mapping[str, str]
    avoid: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Banned:
    """A phrase that no draft may hold, why, and what to say instead where there is something."""

    phrase: str
    why: str
    evidence: tuple[str, ...]
    better: str | None = None

    def is_in(self, text: str) -> bool:
        return self.place(text) is not None

    def place(self, text: str) -> Span | None:
        """Return where the phrase stands first, None where it does not."""
        found = re.search(rf"(?<!\w){re.escape(self.phrase)}(?!\w)", text.replace("’", "'"), re.I)
        return Span(found.start(), found.end()) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The rules as data. The last rule always holds."""

    version: str
    greeting_named: str
    greeting_neutral: str
    feelings: Mapping[Emotion, str]
    steps: Mapping[str, Step]
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    banned: tuple[Banned, ...]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the customer's, where it stands in the message, and how much it weighs, 0–1."""

    text: str
    span: Span
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the card depends on. `leading` counts as certain only if it is also in `shown`.

    `contacts` is how often the customer has written without an answer, reopenings included.
    """

    state: ScoringState = ScoringState.SCORED
    leading: Emotion | None = None
    shown: frozenset[Emotion] = frozenset()
    level: int = 0
    cause: Cause = Cause.UNCLEAR
    flags: frozenset[Flag] = frozenset()
    contacts: int = 1
    public: bool = False
    first_name: str | None = None
    sentences: tuple[Sentence, ...] = ()

    @property
    def felt(self) -> Emotion | None:
        """The emotion that may be named; None where it is uncertain."""
        if self.state is not ScoringState.SCORED:
            return None
        if self.leading in self.shown:
            return self.leading
        # thanks weigh nothing in the charge, so they never lead; they count where little else does
        pleased = (emotion for emotion in PLEASED if emotion in self.shown)
        return next(pleased, None) if self.level <= 1 else None


@dataclass(frozen=True, slots=True)
class Quote:
    """The customer's own words, at their place in the message."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class CardStep:
    """A step as the agent sees it."""

    code: str
    name: str
    do: str
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How to acknowledge this customer. `opening` is None where nothing may be drafted."""

    rule: str
    title: str
    playbook_version: str
    feeling: str | None
    heard: tuple[Quote, ...]
    steps: tuple[CardStep, ...]
    opening: str | None
    avoid: tuple[str, ...]
    never: tuple[str, ...]
    follow_up: FollowUp
    agent_note: str | None
    evidence: tuple[Source, ...]


def acknowledge(situation: Situation, playbook: Playbook) -> Card:
    """Return the card for the first rule that holds, as its modifiers leave it."""
    rule = next(rule for rule in playbook.rules if holds(rule.when, situation))
    modifiers = _modifiers(rule, situation, playbook)
    steps = _trimmed(rule.steps, modifiers, situation)
    codes = [*rule.evidence, *(code for modifier in modifiers for code in modifier.evidence)]
    return Card(
        rule=rule.id,
        title=rule.title,
        playbook_version=playbook.version,
        feeling=_feeling(situation, playbook),
        heard=quotes(situation.sentences),
        steps=tuple(_shown(step, playbook) for step in steps),
        opening=_opening(rule, steps, situation, playbook) if rule.draft else None,
        avoid=_once(rule.avoid, *(modifier.avoid for modifier in modifiers)),
        never=_once(*_red_lines(rule, modifiers, situation, playbook)),
        follow_up=rule.follow_up,
        agent_note=" ".join(filter(None, [rule.agent_note, *(m.note for m in modifiers)])) or None,
        evidence=tuple(playbook.sources[code] for code in dict.fromkeys(codes)),
    )


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
    )


def quotes(sentences: Iterable[Sentence]) -> tuple[Quote, ...]:
    """Return the sentences that say most about what happened, in the customer's order and words."""
    told = ((_telling(sentence), sentence) for sentence in sentences)
    telling = sorted((each for each in told if each[0] > 0), key=lambda each: -each[0])[:QUOTES]
    return tuple(_quote(s) for _, s in sorted(telling, key=lambda each: each[1].span.start))


def banned_in(text: str, playbook: Playbook) -> tuple[Banned, ...]:
    """Return the banned phrases that `text` holds."""
    return tuple(banned for banned in playbook.banned if banned.is_in(text))


def card_as_dict(card: Card) -> dict[str, object]:
    """Return the card in JSON's own types."""
    return {
        "rule": card.rule,
        "title": card.title,
        "playbook_version": card.playbook_version,
        "feeling": card.feeling,
        "heard": [
            {"text": quote.text, "start": quote.span.start, "end": quote.span.end}
            for quote in card.heard
        ],
        "steps": [
            {
                "code": step.code,
                "name": step.name,
                "do": step.do,
                "why": step.why,
                "evidence": list(step.evidence),
            }
            for step in card.steps
        ],
        "opening": card.opening,
        "avoid": list(card.avoid),
        "never": list(card.never),
        "follow_up": {"minutes": card.follow_up.minutes, "text": card.follow_up.text},
        "agent_note": card.agent_note,
        "evidence": [
            {"code": source.code, "finding": source.finding, "reference": source.reference}
            for source in card.evidence
        ],
    }


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


def _shown(step: RuleStep, playbook: Playbook) -> CardStep:
    kind = playbook.steps[step.code]
    return CardStep(step.code, kind.name, step.do, kind.why, kind.evidence)


def _opening(
    rule: Rule, steps: tuple[RuleStep, ...], situation: Situation, playbook: Playbook
) -> str:
    said = " ".join(step.say for step in steps if step.say)
    if felt := situation.felt:
        said = said.replace("{feeling}", playbook.feelings[felt])
    return f"{_greeting(rule, situation, playbook)}\n\n{said}"


def _greeting(rule: Rule, situation: Situation, playbook: Playbook) -> str:
    name = _first_name(situation.first_name) if rule.by_name else None
    return playbook.greeting_named.replace("{name}", name) if name else playbook.greeting_neutral


def _first_name(written: str | None) -> str | None:
    """Return what can be used to greet; a helpdesk's name field holds all sorts of things."""
    name = (written or "").split()[0] if (written or "").strip() else ""
    if len(name) > LONGEST_NAME or not re.fullmatch(r"[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*", name):
        return None
    return name.title() if name.islower() or name.isupper() else name


def _feeling(situation: Situation, playbook: Playbook) -> str | None:
    felt = situation.felt
    return f"sounds {playbook.feelings[felt]}" if felt else None


def _red_lines(
    rule: Rule, modifiers: tuple[Modifier, ...], situation: Situation, playbook: Playbook
) -> Iterator[tuple[str, ...]]:
    """Yield what is forbidden, by the rules of other raised flags too: none loses a red line."""
    yield rule.never
    yield from (modifier.never for modifier in modifiers)
    others = (other for other in playbook.rules if rule.draft and other.when.flags)
    yield from (other.never for other in others if holds(other.when, situation))


def _once(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for each in lists for item in each))


#: Words that tell what happened, to what or whom, and when.
FACTS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow week weeks
    month months day days hour hours deadline invoice order parcel delivery account card refund
    payment charged paid subscription contract password file files data phone agent driver email
    cancel cancelled hospital funeral husband wife mother father son daughter lost broke broken
    deleted told
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)
COURTESY = re.compile(
    r"\W*(?:hi|hello|hey|dear|good (?:morning|day|evening)|thanks|thank you|many thanks|kind|best"
    r"|warm|regards|cheers|sincerely|yours|sent from)\b",
    re.IGNORECASE,
)


def _telling(sentence: Sentence) -> float:
    """Return how much a sentence says about what happened: its weight and up to three facts."""
    words = {word.strip(".,;:!?()\"'") for word in sentence.text.lower().split()}
    if len(words) < 3 or COURTESY.match(sentence.text):  # noqa: PLR2004
        return 0.0
    numbers = sum(word[:1].isdigit() for word in words)
    return max(0.0, sentence.weight) + 0.25 * min(len(words & FACTS) + numbers, 3)


def _quote(sentence: Sentence) -> Quote:
    """Return the sentence without the blanks around it, cut after a word where it is too long."""
    start = sentence.span.start + len(sentence.text) - len(sentence.text.lstrip())
    text = sentence.text.strip()
    if len(text) > QUOTE_LENGTH:
        text = text[:QUOTE_LENGTH].rsplit(maxsplit=1)[0]
    return Quote(text, Span(start, start + len(text)))
