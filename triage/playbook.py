"""The playbook file: read from YAML, checked, and turned into the domain's own values.

Everything that could go wrong when somebody edits the file is found here, and said with the file,
the line and what was expected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType

from triage.domain.acknowledgement import (
    NAMING,
    Banned,
    FollowUp,
    Modifier,
    Playbook,
    Rule,
    RuleStep,
    Source,
    Step,
    When,
)
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.reply import APOLOGY, AT_FAULT, FAULT
from triage.domain.wording import Cause
from triage.yamlfile import Field, read_yaml

SHIPPED = Path(__file__).with_name("playbook.yaml")
HIGHEST_LEVEL = 4
STEP_CODES = "LNVOAXFQCTUBSPR"
UNCERTAIN = "uncertain"  # in a rule's emotions: none may be named


def load_playbook(path: Path | None = None) -> Playbook:
    """Return the playbook at `path`, or the one that ships. Raises BadFile."""
    return _playbook(*read_yaml(path or SHIPPED, "a playbook"))


def _playbook(root: Field, digest: str) -> Playbook:
    top = root.mapping("version greeting feelings steps rules modifiers banned sources")
    sources = {code: _source(code, field) for code, field in top["sources"].mapping().items()}
    greeting = top["greeting"].mapping("named neutral")
    read = _Reader(sources)
    steps = {code: read.step(code, field) for code, field in _steps(top["steps"])}
    rules = [(read.rule(field), field) for field in top["rules"].items()]
    banned = tuple(read.banned(field) for field in top["banned"].items())
    modifiers = [(read.modifier(field), field) for field in top["modifiers"].items()]
    _check_rules(rules, top["rules"])
    _check_once([(modifier.id, field) for modifier, field in modifiers])
    _check_wording(_said(rules, modifiers), banned)
    return Playbook(
        version=f"{top['version'].text()}+{digest}",
        greeting_named=greeting["named"].text(),
        greeting_neutral=greeting["neutral"].text(),
        feelings=MappingProxyType(_feelings(top["feelings"])),
        steps=MappingProxyType(steps),
        rules=tuple(rule for rule, _ in rules),
        modifiers=tuple(modifier for modifier, _ in modifiers),
        banned=banned,
        sources=MappingProxyType(sources),
    )


def _source(code: str, field: Field) -> Source:
    if not re.fullmatch(r"[ER]\d+", code):
        raise field.wrong(f"unknown evidence code {code!r}, expected one such as E1 or R55")
    values = field.mapping("finding reference")
    return Source(code, values["finding"].text(), values["reference"].text())


def _steps(field: Field) -> Iterable[tuple[str, Field]]:
    """Return the kinds of step; every code must be explained, since every rule may use it."""
    return field.mapping(" ".join(STEP_CODES)).items()


def _feelings(field: Field) -> dict[Emotion, str]:
    values = field.mapping(" ".join(Emotion))
    return {emotion: values[emotion].text() for emotion in Emotion}


class _Reader:
    """Reads what refers to sources."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources

    def evidence(self, field: Field) -> tuple[str, ...]:
        for item in field.items():
            if item.text() not in self.sources:
                raise item.wrong(f"{item.text()!r} has no source, expected a code under `sources`")
        return field.texts()

    def step(self, code: str, field: Field) -> Step:
        values = field.mapping("name why evidence")
        evidence = self.evidence(values["evidence"])
        return Step(code, values["name"].text(), values["why"].text(), evidence)

    def banned(self, field: Field) -> Banned:
        values = field.mapping("phrase why evidence", "better")
        evidence = self.evidence(values["evidence"])
        better = values["better"].text() if "better" in values else None
        return Banned(values["phrase"].text(), values["why"].text(), evidence, better)

    def rule(self, field: Field) -> Rule:
        values = field.mapping(
            "id situation title when steps avoid never follow_up evidence",
            "agent_note draft by_name",
        )
        rule = Rule(
            id=values["id"].text(),
            situation=values["situation"].number(),
            title=values["title"].text(),
            when=_when(values["when"]),
            steps=tuple(_rule_step(item) for item in values["steps"].items()),
            avoid=values["avoid"].texts(),
            never=values["never"].texts(),
            follow_up=_follow_up(values["follow_up"]),
            evidence=self.evidence(values["evidence"]),
            agent_note=values["agent_note"].text() if "agent_note" in values else None,
            draft="draft" not in values or values["draft"].flag(),
            by_name="by_name" not in values or values["by_name"].flag(),
        )
        _check_draft(rule, field)
        return rule

    def modifier(self, field: Field) -> Modifier:
        optional = "drop keep add needs avoid never note"
        values = field.mapping("id title when evidence", optional)
        needs = values["needs"].mapping() if "needs" in values else {}
        for code in needs:
            if code not in STEP_CODES:
                raise values["needs"].wrong(f"unknown step {code!r}, expected one of {STEP_CODES}")
        return Modifier(
            id=values["id"].text(),
            title=values["title"].text(),
            when=_when(values["when"]),
            evidence=self.evidence(values["evidence"]),
            drop=values["drop"].many_of(STEP_CODES, str) if "drop" in values else frozenset(),
            keep=values["keep"].many_of(STEP_CODES, str) if "keep" in values else frozenset(),
            add=tuple(map(_rule_step, values["add"].items())) if "add" in values else (),
            needs=MappingProxyType({code: to.one_of(STEP_CODES) for code, to in needs.items()}),
            avoid=values["avoid"].texts() if "avoid" in values else (),
            never=values["never"].texts() if "never" in values else (),
            note=values["note"].text() if "note" in values else None,
        )


def _when(field: Field) -> When:
    values = field.mapping("", "emotions level causes flags contacts states certain public")
    emotions = values.get("emotions")
    return When(
        emotions=emotions.many_of([*Emotion, UNCERTAIN], _emotion) if emotions else frozenset(),
        level=_level(values["level"]) if "level" in values else (0, HIGHEST_LEVEL),
        causes=values["causes"].many_of(Cause, Cause) if "causes" in values else frozenset(),
        flags=values["flags"].many_of(Flag, Flag) if "flags" in values else frozenset(),
        contacts=values["contacts"].number() if "contacts" in values else 0,
        states=values["states"].many_of(ScoringState, ScoringState)
        if "states" in values
        else frozenset(),
        certain=values["certain"].flag() if "certain" in values else None,
        public=values["public"].flag() if "public" in values else None,
    )


def _emotion(name: str) -> Emotion | None:
    return None if name == UNCERTAIN else Emotion(name)


def _level(field: Field) -> tuple[int, int]:
    ends = [item.number(HIGHEST_LEVEL) for item in field.items()]
    if len(ends) != 2 or ends[0] > ends[1]:  # noqa: PLR2004 - a lowest and a highest
        raise field.wrong("expected the lowest and the highest level, such as [3, 4]")
    return ends[0], ends[1]


def _rule_step(field: Field) -> RuleStep:
    values = field.mapping("step do", "say")
    say = values["say"].text() if "say" in values else None
    code = values["step"].one_of(STEP_CODES)
    filled = {"{feeling}"} if code == NAMING else set()
    if slots := set(re.findall(r"{.*?}", say or "")) - filled:
        raise field.wrong(f"unknown slot {slots.pop()} in {code}, expected [what to fill in]")
    return RuleStep(code, values["do"].text(), say)


def _follow_up(field: Field) -> FollowUp:
    values = field.mapping("minutes text")
    minutes = values["minutes"]
    unset = minutes.text() == "null"
    return FollowUp(None if unset else minutes.number(), values["text"].text())


def _check_draft(rule: Rule, field: Field) -> None:
    said = " ".join(step.say for step in rule.steps if step.say)
    if (Flag.SELF_HARM in rule.when.flags or not rule.draft) and (said or rule.draft):
        raise field.wrong(f"{rule.id!r} is a protocol, expected `draft: false` and no `say`")
    if FAULT.search(said) and not (rule.when.causes and rule.when.causes <= AT_FAULT):
        raise field.wrong(f"{rule.id!r} admits fault, expected `causes` of ours or staff only")
    if len(APOLOGY.findall(said)) > 1:
        raise field.wrong(f"{rule.id!r} apologises more than once, expected one apology at most")


def _check_rules(rules: list[tuple[Rule, Field]], field: Field) -> None:
    _check_once([(rule.id, place) for rule, place in rules])
    if not rules or rules[-1][0].when != When():
        raise field.wrong("expected a last rule that always holds (`when: {}`)")
    for rule, place in rules[:-1]:
        if rule.when == When():
            raise place.wrong(f"{rule.id!r} always holds, expected it to be the last rule")


def _check_once(ids: list[tuple[str, Field]]) -> None:
    counted = Counter(name for name, _ in ids)
    for name, field in reversed(ids):
        if counted[name] > 1:
            raise field.wrong(f"the id {name!r} is used twice, expected once")


def _said(
    rules: list[tuple[Rule, Field]], modifiers: list[tuple[Modifier, Field]]
) -> Iterator[tuple[str, Field]]:
    """Yield every sentence to say, with the line of its rule."""
    steps = [(step, field) for rule, field in rules for step in rule.steps]
    steps += [(step, field) for modifier, field in modifiers for step in modifier.add]
    return ((step.say, field) for step, field in steps if step.say)


def _check_wording(said: Iterator[tuple[str, Field]], banned: tuple[Banned, ...]) -> None:
    for sentence, field in said:
        if "!" in sentence:
            raise field.wrong(f"expected no exclamation mark in {sentence!r}")
        for ban in banned:
            if ban.is_in(sentence):
                raise field.wrong(f"{ban.phrase!r} is banned ({ban.why}), expected other words")
