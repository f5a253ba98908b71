"""The playbook file: read from YAML, checked, and turned into the domain's own values.

Everything that could go wrong when somebody edits the file is found here, and said with the file,
the line and what was expected. What may be said is checked by `playbook_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from triage.domain.cause import Cause
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.playbook import (
    NAMING,
    Brief,
    Example,
    FollowUp,
    Modifier,
    Personal,
    Phrase,
    Playbook,
    Rule,
    RuleStep,
    Source,
    Step,
    When,
)
from triage.playbook_checks import check_modifiers, check_rule, check_rules, check_wording
from triage.yamlfile import Field, parse_yaml, read_yaml

SHIPPED = Path(__file__).with_name("playbook.yaml")
HIGHEST_LEVEL = 4
STEP_CODES = "LNVOAXFQCTUBSPR"
UNCERTAIN = "uncertain"  # in a rule's emotions: none may be named
HEARD = "{heard}"  # where the customer's own words stand


def load_playbook(path: Path | None = None) -> Playbook:
    """Return the playbook at `path`, or the one that ships. Raises BadFile."""
    return _playbook(*read_yaml(path or SHIPPED, "a playbook"))


def parse_playbook(text: str | None, name: str) -> Playbook:
    """Return the playbook of a file's text, or the one that ships. Raises BadFile."""
    return _playbook(*parse_yaml(text, name, "a playbook")) if text is not None else load_playbook()


def _playbook(root: Field, digest: str) -> Playbook:
    top = root.mapping(
        "version greeting sign_off feelings personal steps rules modifiers banned swaps sources"
    )
    sources = {code: _source(code, field) for code, field in top["sources"].mapping().items()}
    greeting = top["greeting"].mapping("named neutral")
    read = _Reader(sources)
    steps = {code: read.step(code, field) for code, field in _steps(top["steps"])}
    rules = [(read.rule(field), field) for field in top["rules"].items()]
    modifiers = [(read.modifier(field), field) for field in top["modifiers"].items()]
    banned = tuple(read.phrase(field) for field in top["banned"].items())
    swaps = tuple(read.phrase(field) for field in top["swaps"].items())
    check_rules(rules, top["rules"])
    check_modifiers(modifiers)
    check_wording(rules, modifiers, (*banned, *swaps))
    return Playbook(
        version=top["version"].version(digest),
        greeting_named=_pattern(greeting["named"], "{name}"),
        greeting_neutral=_pattern(greeting["neutral"]),
        sign_off=_pattern(top["sign_off"]),
        feelings=MappingProxyType(_feelings(top["feelings"])),
        personal=tuple(_personal(field) for field in top["personal"].items()),
        steps=MappingProxyType(steps),
        rules=tuple(rule for rule, _ in rules),
        modifiers=tuple(modifier for modifier, _ in modifiers),
        banned=banned,
        swaps=swaps,
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


def _personal(field: Field) -> Personal:
    values = field.mapping("slot use")
    slot = values["slot"]
    if not re.fullmatch(r"\[[^\[\]]+\]", slot.text()):
        raise slot.wrong("expected one slot in square brackets")
    return Personal(slot.text(), values["use"].text())


class _Reader:
    """Reads what refers to sources."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources

    def evidence(self, field: Field) -> tuple[str, ...]:
        for item in field.items():
            if item.text() not in self.sources:
                raise item.wrong(f"{item.text()!r} has no source, expected a code under `sources`")
        if not field.items():
            raise field.wrong("expected at least one code of evidence")
        return field.texts()

    def step(self, code: str, field: Field) -> Step:
        values = field.mapping("name why evidence")
        evidence = self.evidence(values["evidence"])
        return Step(code, values["name"].text(), values["why"].text(), evidence)

    def phrase(self, field: Field) -> Phrase:
        values = field.mapping("phrase why evidence", "better")
        evidence = self.evidence(values["evidence"])
        return Phrase(
            values["phrase"].text(), values["why"].text(), evidence, _text(values, "better")
        )

    def rule(self, field: Field) -> Rule:
        values = field.mapping(
            "id situation title when steps avoid never follow_up evidence",
            "brief close example next_need lesson questions agent_note calm by_name",
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
            brief=_brief(values["brief"]) if "brief" in values else None,
            close=_pattern(values["close"]) if "close" in values else None,
            example=_example(values["example"]) if "example" in values else None,
            next_need=_text(values, "next_need"),
            lesson=_text(values, "lesson"),
            questions=values["questions"].texts() if "questions" in values else (),
            agent_note=_text(values, "agent_note"),
            calm=_text(values, "calm"),
            by_name="by_name" not in values or values["by_name"].flag(),
        )
        check_rule(rule, field)
        return rule

    def modifier(self, field: Field) -> Modifier:
        optional = "drop keep add needs step news words avoid never note"
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
            step=_pattern(values["step"]) if "step" in values else None,
            news=_pattern(values["news"]) if "news" in values else None,
            words="words" not in values or values["words"].flag(),
            avoid=values["avoid"].texts() if "avoid" in values else (),
            never=values["never"].texts() if "never" in values else (),
            note=_text(values, "note"),
        )


def _text(values: dict[str, Field], key: str) -> str | None:
    return values[key].text() if key in values else None


def _when(field: Field) -> When:
    values = field.mapping(
        "", "emotions level causes flags contacts states certain public leftover untemplated"
    )
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
        certain=_flag(values, "certain"),
        public=_flag(values, "public"),
        leftover=_flag(values, "leftover"),
        untemplated=_flag(values, "untemplated"),
    )


def _flag(values: dict[str, Field], key: str) -> bool | None:
    return values[key].flag() if key in values else None


def _emotion(name: str) -> Emotion | None:
    return None if name == UNCERTAIN else Emotion(name)


def _level(field: Field) -> tuple[int, int]:
    ends = [item.number(HIGHEST_LEVEL) for item in field.items()]
    if len(ends) != 2 or ends[0] > ends[1]:  # noqa: PLR2004 - a lowest and a highest
        raise field.wrong("expected the lowest and the highest level, such as [3, 4]")
    return ends[0], ends[1]


def _rule_step(field: Field) -> RuleStep:
    values = field.mapping("step short do", "say quoting")
    code = values["step"].one_of(STEP_CODES)
    if "quoting" in values and "say" not in values:
        raise field.wrong(f"{code} has `quoting` only, expected `say` for who cannot be quoted")
    filled = ["{feeling}"] if code == NAMING else []
    return RuleStep(
        code=code,
        short=values["short"].text(),
        do=values["do"].text(),
        say=_pattern(values["say"], may=filled) if "say" in values else None,
        quoting=_pattern(values["quoting"], HEARD) if "quoting" in values else None,
    )


def _brief(field: Field) -> Brief:
    values = field.mapping("heard step news", "quoting")
    return Brief(
        heard=_pattern(values["heard"]),
        step=_pattern(values["step"]),
        news=_pattern(values["news"]),
        quoting=_pattern(values["quoting"], HEARD) if "quoting" in values else None,
    )


def _example(field: Field) -> Example:
    values = field.mapping("customer reply")
    return Example(values["customer"].text(), values["reply"].text())


def _follow_up(field: Field) -> FollowUp:
    values = field.mapping("minutes text", "say")
    minutes = values["minutes"]
    unset = minutes.text() == "null"
    say = _pattern(values["say"]) if "say" in values else None
    return FollowUp(None if unset else minutes.number(), values["text"].text(), say)


def _pattern(field: Field, must: str | None = None, may: Iterable[str] = ()) -> str:
    """Return words to say: {this} may be filled in, [that] is left to the agent, in one level."""
    text = field.text()
    known = {must, *may}
    if unknown := [each for each in re.findall(r"{.*?}|[{}]", text) if each not in known]:
        raise field.wrong(f"unknown slot {unknown[0]}, expected [what to fill in]")
    if must and text.count(must) != 1:
        raise field.wrong(f"expected {must} in it, once")
    if re.search(r"[\[\]]", re.sub(r"\[[^\[\]]+\]", "", text)):
        raise field.wrong(f"a bracket is open or within another in {text!r}, expected [slots]")
    return text
