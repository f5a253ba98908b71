"""Acknowledgement: from a situation and the playbook to the card that an agent sees. Pure.

What the customer wrote is quoted, never retold. A card invents no fact, sum or date: it leaves
[slots]. Where a life may be at risk it holds a protocol and no words to send. Which rule holds is
told by `playbook`, the words by `draft`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.domain.cause import Cause
from triage.domain.draft import Draft, brief_draft, full_draft, text_of
from triage.domain.hand_over import HandOver, Said
from triage.domain.playbook import (
    Example,
    FollowUp,
    Personal,
    Phrase,
    Plan,
    Playbook,
    RuleStep,
    Source,
    holds,
    plan,
)
from triage.domain.quoting import Quote, quotes
from triage.domain.situation import Situation

__all__ = ["Card", "CardStep", "Playbook", "acknowledge", "banned_in", "card_as_dict"]


@dataclass(frozen=True, slots=True)
class CardStep:
    """A step as the agent sees it: in a few words, in full, and why it helps."""

    code: str
    name: str
    short: str
    do: str
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How to acknowledge this customer.

    For experts: feeling, steps in a few words, red lines, follow-up. For beginners: `draft`, a
    whole reply with slots. For who has no time: `brief`, three sentences. The last two are None
    where no words may be suggested. `questions` are there where the cause is unclear.
    """

    rule: str
    situation: int
    title: str
    playbook_version: str
    feeling: str | None
    heard: tuple[Quote, ...]
    steps: tuple[CardStep, ...]
    draft: Draft | None
    brief: Draft | None
    avoid: tuple[str, ...]
    never: tuple[str, ...]
    follow_up: FollowUp
    questions: tuple[str, ...]
    personal: tuple[Personal, ...]
    next_need: str | None
    lesson: str | None
    example: Example | None
    calm: str | None
    agent_note: str | None
    hand_over: HandOver | None
    evidence: tuple[Source, ...]

    @property
    def opening(self) -> str | None:
        """What to say first, as plain text: the three sentences."""
        return text_of(self.brief) if self.brief else None


def acknowledge(situation: Situation, playbook: Playbook) -> Card:
    """Return the card for the first rule that holds, as its modifiers leave it."""
    found = plan(situation, playbook)
    rule, modifiers = found.rule, found.modifiers
    codes = [*rule.evidence, *(code for modifier in modifiers for code in modifier.evidence)]
    draft = full_draft(found, situation, playbook)
    return Card(
        rule=rule.id,
        situation=rule.situation,
        title=rule.title,
        playbook_version=playbook.version,
        feeling=_feeling(situation, playbook),
        heard=quotes(situation.sentences),
        steps=tuple(_shown(step, playbook) for step in found.steps),
        draft=draft,
        brief=brief_draft(found, situation, playbook),
        avoid=_once(rule.avoid, *(modifier.avoid for modifier in modifiers)),
        never=_once(*_red_lines(found, situation, playbook)),
        follow_up=rule.follow_up,
        questions=rule.questions if situation.cause is Cause.UNCLEAR else (),
        personal=playbook.personal if draft else (),
        next_need=rule.next_need,
        lesson=rule.lesson,
        example=rule.example,
        calm=rule.calm,
        agent_note=" ".join(filter(None, [rule.agent_note, *(m.note for m in modifiers)])) or None,
        hand_over=situation.hand_over,
        evidence=tuple(playbook.sources[code] for code in dict.fromkeys(codes)),
    )


def banned_in(text: str, playbook: Playbook) -> tuple[Phrase, ...]:
    """Return the banned phrases that `text` holds."""
    return tuple(banned for banned in playbook.banned if banned.is_in(text))


def card_as_dict(card: Card) -> dict[str, object]:
    """Return the card in JSON's own types."""
    return {
        "rule": card.rule,
        "situation": card.situation,
        "title": card.title,
        "playbook_version": card.playbook_version,
        "feeling": card.feeling,
        "heard": [_place(quote) for quote in card.heard],
        "steps": [
            {
                "code": step.code,
                "name": step.name,
                "short": step.short,
                "do": step.do,
                "why": step.why,
                "evidence": list(step.evidence),
            }
            for step in card.steps
        ],
        "opening": card.opening,
        "brief": _parts(card.brief),
        "draft": _parts(card.draft),
        "avoid": list(card.avoid),
        "never": list(card.never),
        "follow_up": {"minutes": card.follow_up.minutes, "text": card.follow_up.text},
        "questions": list(card.questions),
        "personal": [{"slot": one.slot, "use": one.use} for one in card.personal],
        "next_need": card.next_need,
        "lesson": card.lesson,
        "example": {"customer": card.example.customer, "reply": card.example.reply}
        if card.example
        else None,
        "calm": card.calm,
        "agent_note": card.agent_note,
        "hand_over": _summary(card.hand_over) if card.hand_over else None,
        "evidence": [
            {"code": source.code, "finding": source.finding, "reference": source.reference}
            for source in card.evidence
        ],
    }


def _place(quote: Quote) -> dict[str, object]:
    return {"text": quote.text, "start": quote.span.start, "end": quote.span.end}


def _parts(draft: Draft | None) -> list[dict[str, object]] | None:
    """Return a draft's parts; a quote has its place, so that it can be found in the message."""
    if draft is None:
        return None
    return [
        {"kind": str(part.kind), "text": part.text}
        | ({"start": part.span.start, "end": part.span.end} if part.span else {})
        for part in draft
    ]


def _summary(summary: HandOver) -> dict[str, object]:
    return {
        "who": summary.who,
        "contacts": summary.contacts,
        "missed": summary.missed,
        "happened": _said(summary.happened),
        "promised": _said(summary.promised),
        "open": _said(summary.open),
    }


def _said(said: tuple[Said, ...]) -> list[dict[str, object]]:
    return [
        {"message_id": it.message, "text": it.text, "start": it.span.start, "end": it.span.end}
        for it in said
    ]


def _shown(step: RuleStep, playbook: Playbook) -> CardStep:
    kind = playbook.steps[step.code]
    return CardStep(step.code, kind.name, step.short, step.do, kind.why, kind.evidence)


def _feeling(situation: Situation, playbook: Playbook) -> str | None:
    felt = situation.felt
    return f"sounds {playbook.feelings[felt]}" if felt else None


def _red_lines(found: Plan, situation: Situation, playbook: Playbook) -> Iterator[tuple[str, ...]]:
    """Yield what is forbidden, by the rules of other raised flags too: none loses a red line."""
    yield found.rule.never
    yield from (modifier.never for modifier in found.modifiers)
    others = (other for other in playbook.rules if other.draft and other.when.flags)
    yield from (other.never for other in others if holds(other.when, situation))


def _once(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for each in lists for item in each))
