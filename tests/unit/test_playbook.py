# ruff: noqa: E501 - one mistake stands on one line
from pathlib import Path

import pytest

from triage.playbook import SHIPPED, load_playbook
from triage.yamlfile import BadFile

TEXT = SHIPPED.read_text("utf-8")


@pytest.fixture
def edited(tmp_path: Path):
    """Return a way to load the shipped playbook with one place changed."""

    def load(before: str, after: str):
        assert before in TEXT
        path = tmp_path / "playbook.yaml"
        path.write_text(TEXT.replace(before, after, 1), "utf-8")
        return load_playbook(path)

    return load


def line_of(before: str) -> int:
    return TEXT[: TEXT.index(before)].count("\n") + 1


def test_the_shipped_playbook_loads() -> None:
    playbook = load_playbook()
    assert playbook.rules[-1].id == "neutral"
    assert {f"E{number}" for number in range(1, 24)} <= set(playbook.sources)
    assert all(source.finding and source.reference for source in playbook.sources.values())


def test_the_version_changes_with_the_content(edited) -> None:
    other = edited("Matter of fact", "A matter of fact")
    assert other.version != load_playbook().version
    assert other.version.startswith("1+")
    assert load_playbook().version == load_playbook().version


WRONG = {
    "an unknown key": ('    title: "Matter of fact"', '    titel: "x"', "unknown key 'titel'"),
    "an unknown step": ("{step: L, do: \"Read the whole", "{step: Z, do: \"Read the whole", "unknown 'Z'"),
    "an unknown emotion": ("{emotions: [distress]", "{emotions: [sad]", "unknown 'sad', expected one of anger"),
    "an unknown flag": ("{flags: [staff_abuse]}", "{flags: [rude]}", "unknown 'rude'"),
    "an unknown cause": ("causes: [ours, staff]", "causes: [theirs]", "unknown 'theirs'"),
    "an unknown state": ("{states: [empty]}", "{states: [blank]}", "unknown 'blank'"),
    "evidence without a source": ("evidence: [E6, E7, E19]", "evidence: [E99]", "'E99' has no source"),
    "a source with a strange code": ("  E22: {finding", "  X22: {finding", "unknown evidence code 'X22'"),
    "a missing source": ("  E23: {finding", "  E24: {finding", "'E23' has no source"),
    "a source without reference": (', reference: "Fortune, 23 March 2016"', "", "expected reference here"),
    "a banned phrase": ("Thank you for letting me know.", "Calm down.", "'calm down' is banned"),
    "an exclamation mark": ("Thank you for letting me know.", "Thanks!", "no exclamation mark"),
    "an unknown slot": ("Thank you for letting me know.", "Thanks {sum}.", "unknown slot {sum}"),
    "a feeling outside its step": ("Thank you for letting me know.", "So {feeling}.", "unknown slot {feeling}"),
    "two apologies": ("I will put it right myself.", "I am sorry again.", "apologises more than once"),
    "fault where it is not ours": ("I can see why you counted on that.", "Our mistake.", "admits fault"),
    "no default rule": ("    when: {}", "    when: {public: true}", "a last rule that always holds"),
    "a rule behind one that always holds": ("when: {flags: [bereavement]}", "when: {}", "to be the last rule"),
    "an id used twice": ("- id: worry", "- id: distress", "'distress' is used twice"),
    "a key used twice": ("    draft: false\n    steps:\n      - {step: S", "    draft: false\n    draft: false\n    steps:\n      - {step: S", "a second time"),
    "drafted text for self-harm": ("    draft: false\n    steps:\n      - {step: S", "    steps:\n      - {step: S", "is a protocol"),
    "a level beyond four": ("level: [3, 4], causes: [ours", "level: [3, 5], causes: [ours", "whole number up to 4"),
    "levels the wrong way round": ("level: [3, 4], causes: [ours", "level: [4, 3], causes: [ours", "lowest and the highest"),
    "minutes that are no number": ("minutes: 1440", "minutes: soon", "expected a whole number"),
    "a text that is empty": ('title: "Matter of fact"', 'title: ""', "expected a text"),
    "a list that is none": ("evidence: [E6, E7, E19]", "evidence: E6", "expected a list"),
    "keys that are none": ("follow_up: {minutes: 1440", "follow_up: [soon] #", "expected keys and values"),
    "neither true nor false": ("certain: false", "certain: perhaps", "expected true or false"),
    "an unknown step in a modifier": ("needs: {A: F}", "needs: {Z: F}", "unknown step 'Z'"),
    "a feeling without a word": ('  hope: "hopeful of help"\n', "", "expected hope here"),
    "broken YAML": ("rules:\n", "rules: [\n", "expected YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named_with_file_line_and_what_was_expected(
    edited, before: str, after: str, expected: str
) -> None:
    with pytest.raises(BadFile) as raised:
        edited(before, after)
    assert expected in str(raised.value)
    assert "playbook.yaml, line " in str(raised.value)
    assert "expected" in str(raised.value)


def test_the_line_is_that_of_the_mistake(edited) -> None:
    with pytest.raises(BadFile, match=f"line {line_of('{flags: [staff_abuse]}')}:"):
        edited("{flags: [staff_abuse]}", "{flags: [rude]}")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="expected a readable UTF-8 file"):
        load_playbook(tmp_path / "none.yaml")


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "playbook.yaml").write_text("")
    with pytest.raises(BadFile, match="found nothing"):
        load_playbook(tmp_path / "playbook.yaml")


def test_nothing_in_the_file_is_ever_executed(tmp_path: Path) -> None:
    path = tmp_path / "playbook.yaml"
    path.write_text("version: !!python/object/apply:os.system ['true']")
    with pytest.raises(BadFile):
        load_playbook(path)
