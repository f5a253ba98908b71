"""What a playbook may say: checked when it is loaded, so that no card can break it later.

Complains with the file, the line and what was expected (`Field.wrong`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from triage.domain.flag import Flag
from triage.domain.playbook import APOLOGISING, Modifier, Phrase, Rule, When
from triage.domain.reply import APOLOGY, AT_FAULT, CONDOLENCE, FAULT, MOST_WORDS, TIME_WORD
from triage.domain.situation import PLEASED
from triage.yamlfile import Field

SITUATIONS = range(1, 18)  # of the decision table, docs/acknowledgement.md
MOST_QUESTIONS = 2
MOST_SENTENCE_WORDS = 40
MOST_SAID = MOST_WORDS - 5  # words: greeting and sign-off are added
ASKING = "R"  # the step that asks how it went
OPEN_QUESTION = re.compile(r"(?:what|which|how|when|where|who)\b.*\?", re.IGNORECASE)
SLOT = re.compile(r"\[[^\[\]]+\]")

Rules = Sequence[tuple[Rule, Field]]
Modifiers = Sequence[tuple[Modifier, Field]]


def check_rule(rule: Rule, field: Field) -> None:
    """Check what one rule says by itself."""
    said = list(_full(rule))
    if not rule.draft:
        _check_protocol(rule, field, said)
        return
    if Flag.SELF_HARM in rule.when.flags:
        raise field.wrong(f"{rule.id!r} is a protocol, expected no `brief`")
    for wanted in ("next_need", "lesson"):
        if getattr(rule, wanted) is None:
            raise field.wrong(f"{rule.id!r} has no `{wanted}`, expected one")
    if rule.example is None and not rule.when.states:
        raise field.wrong(f"{rule.id!r} has no `example`, expected a case and a reply")
    _check_quoting(rule, field)
    _check_questions(rule, field)
    _check_asking(rule, field)
    _check_time(rule, field, said)
    _check_length(rule, field, said)
    for text in (" ".join(said), *map(" ".join, _briefs(rule))):
        _check_fault(rule, field, text)


def check_rules(rules: Rules, field: Field) -> None:
    """Check that the rules leave no gap, that each can be reached, and none before a life."""
    _check_once([(rule.id, place) for rule, place in rules])
    if not rules or rules[-1][0].when != When():
        raise field.wrong("expected a last rule that always holds (`when: {}`)")
    for rule, place in rules[:-1]:
        if rule.when == When():
            raise place.wrong(f"{rule.id!r} always holds, expected it to be the last rule")
    first, place = rules[0]
    if Flag.SELF_HARM not in first.when.flags or first.when != When(flags=first.when.flags):
        raise place.wrong("expected the protocol for `flags: [self_harm]` as the first rule")
    for rule, place in rules:
        if rule.situation not in SITUATIONS:
            raise place.wrong(f"unknown situation {rule.situation}, expected 1 to 17")
    if missing := sorted(set(SITUATIONS) - {rule.situation for rule, _ in rules}):
        raise field.wrong(f"no rule for situation {missing[0]}, expected one for each of 1 to 17")


def check_modifiers(modifiers: Modifiers) -> None:
    """Check what modifiers add."""
    _check_once([(modifier.id, field) for modifier, field in modifiers])
    for modifier, field in modifiers:
        said = " ".join(_added(modifier))
        if FAULT.search(said) or APOLOGY.search(said):
            raise field.wrong(
                f"{modifier.id!r} apologises or admits fault, expected that in a rule"
            )


def check_wording(rules: Rules, modifiers: Modifiers, phrases: tuple[Phrase, ...]) -> None:
    """Check that nothing to say holds a phrase that harms, an exclamation mark or a number."""
    for sentence, field in _said(rules, modifiers):
        if "!" in sentence:
            raise field.wrong(f"expected no exclamation mark in {sentence!r}")
        for phrase in phrases:
            if phrase.is_in(sentence):
                raise field.wrong(f"{phrase.phrase!r} is banned ({phrase.why}), expected others")
    for sentence, field in _said(rules, modifiers, examples=False):
        if re.search(r"\d", sentence):
            raise field.wrong(f"a number in {sentence!r}, expected [a slot]: facts are the agent's")


def _check_protocol(rule: Rule, field: Field, said: list[str]) -> None:
    if said or rule.close or rule.example or rule.follow_up.say:
        raise field.wrong(f"{rule.id!r} is a protocol without `brief`, expected no words to say")


def _check_quoting(rule: Rule, field: Field) -> None:
    if sum(step.quoting is not None for step in rule.steps) > 1:
        raise field.wrong(f"{rule.id!r} quotes the customer twice, expected `quoting` in one step")


def _check_questions(rule: Rule, field: Field) -> None:
    if len(rule.questions) > MOST_QUESTIONS:
        raise field.wrong(f"{rule.id!r} asks {len(rule.questions)} questions, expected two at most")
    for question in rule.questions:
        if not OPEN_QUESTION.fullmatch(question):
            raise field.wrong(f"{question!r} is no open question, expected What, How, When …?")


def _check_asking(rule: Rule, field: Field) -> None:
    asks = any(step.code == ASKING for step in rule.steps)
    if asks and not (rule.when.emotions and rule.when.emotions <= set(PLEASED)):
        raise field.wrong(f"{rule.id!r} asks for feedback, expected that after thanks only")


def _check_time(rule: Rule, field: Field, said: list[str]) -> None:
    """Check that the next step has a time and the next news a promise, both as slots."""
    if not any(TIME_WORD.search(slot) for slot in SLOT.findall(" ".join(said))):
        raise field.wrong(f"{rule.id!r} names no time, expected a slot such as [time]")
    promises = [step.say for step in rule.steps if step.code == "U"] + [rule.follow_up.say]
    if rule.follow_up.minutes is not None and not any(promises):
        raise field.wrong(f"{rule.id!r} promises no news, expected a step U or `say` in follow_up")


def _check_length(rule: Rule, field: Field, said: list[str]) -> None:
    if (words := sum(len(text.split()) for text in said)) > MOST_SAID:
        raise field.wrong(f"{rule.id!r} says {words} words, expected {MOST_SAID} at most")
    for sentence in (text for brief in _briefs(rule) for text in brief):
        if len(sentence.split()) > MOST_SENTENCE_WORDS or len(_ends(sentence)) != 1:
            raise field.wrong(f"expected one sentence of {MOST_SENTENCE_WORDS} words: {sentence!r}")


def _ends(sentence: str) -> list[str]:
    """Return where sentences end; a slot may hold the full stop."""
    plain = SLOT.sub(lambda slot: "S." if slot[0][-2] == "." else "S", sentence)
    return re.findall(r"[.?](?=\s|$)", plain)


def _check_fault(rule: Rule, field: Field, said: str) -> None:
    ours = bool(rule.when.causes) and rule.when.causes <= AT_FAULT
    apologies = APOLOGY.findall(CONDOLENCE.sub("", said))
    if FAULT.search(said) and not ours:
        raise field.wrong(f"{rule.id!r} admits fault, expected `causes` of ours or staff only")
    if len(APOLOGY.findall(said)) > 1:
        raise field.wrong(f"{rule.id!r} apologises more than once, expected one apology at most")
    if apologies and not ours and rule.when.contacts < 2:  # noqa: PLR2004 - a repeat is ours
        raise field.wrong(f"{rule.id!r} apologises, expected that where the cause is ours only")
    if apologies and not any(step.code == APOLOGISING for step in rule.steps):
        raise field.wrong(f"{rule.id!r} apologises outside of its step, expected a step A")


def _check_once(ids: list[tuple[str, Field]]) -> None:
    counted = Counter(name for name, _ in ids)
    for name, field in reversed(ids):
        if counted[name] > 1:
            raise field.wrong(f"the id {name!r} is used twice, expected once")


def _full(rule: Rule) -> Iterator[str]:
    """Yield the sentences of the full draft."""
    yield from (step.say for step in rule.steps if step.say)
    yield from (text for text in (rule.follow_up.say, rule.close) if text)


def _briefs(rule: Rule) -> Iterator[tuple[str, ...]]:
    if rule.brief:
        for heard in filter(None, (rule.brief.heard, rule.brief.quoting)):
            yield heard, rule.brief.step, rule.brief.news


def _added(modifier: Modifier) -> Iterator[str]:
    yield from (text for step in modifier.add for text in (step.say, step.quoting) if text)
    yield from (text for text in (modifier.step, modifier.news) if text)


def _said(
    rules: Rules, modifiers: Modifiers, *, examples: bool = True
) -> Iterator[tuple[str, Field]]:
    """Yield every sentence to say, with the line of its rule."""
    for rule, field in rules:
        texts: Iterable[str] = (*_full(rule), *(text for brief in _briefs(rule) for text in brief))
        yield from ((text, field) for text in texts)
        yield from ((step.quoting, field) for step in rule.steps if step.quoting)
        if examples and rule.example:
            yield rule.example.reply, field
    for modifier, field in modifiers:
        yield from ((text, field) for text in _added(modifier))
