"""The words that a card suggests: a full draft for beginners, three sentences for who has no time.

A draft is made of parts, and each part says whose it is: our wording from the playbook, the
customer's own words at their place, a [slot] that only a person may fill, or the name to greet by.
Nothing else ever stands in it. Pure; a draft never sends itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from triage.domain.emotion import Span
from triage.domain.greeting import first_name
from triage.domain.playbook import Plan, Playbook, RuleStep
from triage.domain.quoting import Quote, quotes_to_send
from triage.domain.situation import Situation

WARM = frozenset("LNVAT")  # steps that open a reply (E5: warm, competent, warm)
NEWS = "U"  # the step that promises news
PIECE = re.compile(r"(\[[^\[\]]*\]|\{\w+\})")
PARAGRAPH = "\n\n"


class PartKind(StrEnum):
    """Whose words a part of a draft is made of."""

    WORDS = "words"  # ours, from the playbook
    QUOTE = "quote"  # the customer's, unaltered
    SLOT = "slot"  # nobody's yet
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a draft; `span` is a quote's place in the customer's message."""

    kind: PartKind
    text: str
    span: Span | None = None


Draft = tuple[Part, ...]


def full_draft(plan: Plan, situation: Situation, playbook: Playbook) -> Draft | None:
    """Return the whole reply in the order of the steps; None where no words may be suggested."""
    if plan.brief is None:
        return None
    say = _Saying(situation, playbook)
    spoken = [step for step in plan.steps if step.say]
    opening = _leading(spoken)
    ending = spoken[-1:] if spoken[-1:] != opening[-1:] and spoken[-1].code in WARM | {NEWS} else []
    middle = spoken[len(opening) : len(spoken) - len(ending)]
    last = [*(say.step(step) for step in ending), *say.close(plan)]
    paragraphs = [map(say.step, opening), map(say.step, middle), last]
    body = [paragraph for each in paragraphs if (paragraph := _joined(each, " "))]
    return _joined([say.greeting(plan), *body, say.template(playbook.sign_off)], PARAGRAPH)


def brief_draft(plan: Plan, situation: Situation, playbook: Playbook) -> Draft | None:
    """Return three sentences behind the greeting; None where no words may be suggested."""
    if (brief := plan.brief) is None:
        return None
    say = _Saying(situation, playbook, most_quotes=1)
    heard = brief.quoting if brief.quoting and say.quoted else brief.heard
    said = _joined(map(say.template, (heard, brief.step, brief.news)), " ")
    return _joined([say.greeting(plan), said], PARAGRAPH)


def text_of(draft: Draft) -> str:
    """Return the draft as plain text."""
    return "".join(part.text for part in draft)


def words_of(text: str) -> Part:
    """Return our own words as a part."""
    return Part(PartKind.WORDS, text)


class _Saying:
    """Turns the playbook's patterns into parts for one customer."""

    def __init__(self, situation: Situation, playbook: Playbook, most_quotes: int = 9) -> None:
        self.situation, self.playbook = situation, playbook
        # where others read along, nothing is repeated
        found = () if situation.public else quotes_to_send(situation.sentences)[:most_quotes]
        self.quoted = tuple(sorted(found, key=lambda quote: quote.span.start))

    def step(self, step: RuleStep) -> Draft:
        return self.template((self.quoted and step.quoting) or step.say or "")

    def close(self, plan: Plan) -> list[Draft]:
        """Return the promise of news, where no step made it, and the last warm line."""
        made = any(s.code == NEWS and s.say for s in plan.steps)
        made |= any(modifier.keep for modifier in plan.modifiers)  # what it adds instead promises
        promise = None if made else plan.rule.follow_up.say
        return [self.template(text) for text in (promise, plan.rule.close) if text]

    def greeting(self, plan: Plan) -> Draft:
        name = first_name(self.situation.first_name) if plan.rule.by_name else None
        if name is None:
            return (words_of(self.playbook.greeting_neutral),)
        before, _, after = self.playbook.greeting_named.partition("{name}")
        return words_of(before), Part(PartKind.NAME, name), words_of(after)

    def template(self, text: str) -> Draft:
        return tuple(part for piece in PIECE.split(text) if piece for part in self._piece(piece))

    def _piece(self, piece: str) -> Draft:
        if piece == "{heard}":
            return _joined(map(_in_marks, self.quoted), " and ")
        if piece == "{feeling}" and (felt := self.situation.felt):
            return (words_of(self.playbook.feelings[felt]),)
        return (Part(PartKind.SLOT if piece.startswith("[") else PartKind.WORDS, piece),)


def _leading(steps: list[RuleStep]) -> list[RuleStep]:
    """Return the warm steps with which it opens."""
    ends = (at for at, step in enumerate(steps) if step.code not in WARM)
    return steps[: next(ends, len(steps))]


def _in_marks(quote: Quote) -> Draft:
    return words_of("“"), Part(PartKind.QUOTE, quote.text, quote.span), words_of("”")


def _joined(drafts: Iterable[Draft], between: str) -> Draft:
    return tuple(_with_between([draft for draft in drafts if draft], between))


def _with_between(drafts: list[Draft], between: str) -> Iterator[Part]:
    for at, draft in enumerate(drafts):
        if at:
            yield words_of(between)
        yield from draft
