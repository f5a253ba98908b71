# ruff: noqa: E501 - one mistake stands on one line
from pathlib import Path

import pytest

from triage.playbook import SHIPPED, load_playbook
from triage.yamlfile import BadFile

TEXT = SHIPPED.read_text("utf-8")
SAFE = '      - {step: L, short: "they listen'  # of the protocol for a risk to life
BRIEF = '      step: "Today I [the step you are taking], and you will see it by [time]."'


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
    assert other.version.startswith("2+")
    assert load_playbook().version == load_playbook().version


WRONG = {
    "an unknown key": ('    title: "Matter of fact"', '    titel: "x"', "unknown key 'titel'"),
    "an unknown step": ("{step: L, short: \"the history", "{step: Z, short: \"the history", "unknown 'Z'"),
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
    "fault where it is not ours": ("I can see why that is hard to accept.", "Our mistake.", "admits fault"),
    "no default rule": ("    when: {}", "    when: {public: true}", "a last rule that always holds"),
    "a rule behind one that always holds": ("when: {flags: [bereavement]}", "when: {}", "to be the last rule"),
    "an id used twice": ("- id: worry", "- id: distress", "'distress' is used twice"),
    "a key used twice": ("    by_name: false", "    by_name: false\n    by_name: false", "a second time"),
    "drafted text for self-harm": (SAFE, SAFE.replace("{step: L,", "{step: L, say: \"I am here.\","), "expected no words to say"),
    "three sentences for self-harm": ("    calm: \"You do not have to solve", '    brief: {heard: "I see.", step: "I will call by [time].", news: "I write by [day]."}\n    calm: "You do not have to solve', "is a protocol"),
    "words before the protocol for self-harm": ("    when: {flags: [self_harm]}", "    when: {flags: [self_harm], level: [2, 4]}", "as the first rule"),
    "no protocol for self-harm": ("    when: {flags: [self_harm]}", "    when: {flags: [danger]}", "as the first rule"),
    "a gap among the situations": ("    situation: 10\n", "    situation: 9\n", "no rule for situation 10"),
    "a situation beyond the table": ("    situation: 10\n", "    situation: 18\n", "unknown situation 18"),
    "a rule without three sentences but with an example": ("    brief:\n      heard: \"That is easily", "    agent_note: |\n      heard: \"That is easily", "is a protocol without `brief`"),
    "three sentences that are two": ('      news: "I will write again by [day], and there is no', '      nws: "I will write again by [day], and there is no', "unknown key 'nws'"),
    "two sentences in the place of one": (BRIEF, BRIEF.replace(", and you", ". You"), "expected one sentence"),
    "a rule without a lesson": ('    lesson: "A slip that one', '    calm: "A slip that one', "stands here a second time"),
    "a rule without what comes next": ("    next_need: \"The leftover", "    agent_note: \"The leftover", "has no `next_need`"),
    "a rule without a worked example": ("    example:\n      customer: \"Silly me", "    agent_note: |\n      customer: \"Silly me", "has no `example`"),
    "three questions": ('      - "What would settle this for you?"', '      - "What would settle this for you?"\n      - "What else?"\n      - "Who?"', "two at most"),
    "a question that leads": ('"What would settle this for you?"', '"Would a voucher settle this for you?"', "is no open question"),
    "feedback before it is solved": ('{step: P, short: "two real options"', '{step: R, short: "two real options"', "after thanks only"),
    "no time for the next step": ("[The answer, or what you are doing and by when.]", "[The answer.]", "names no time"),
    "no promise of news": (', say: "You will hear from me by [day and time] with the result."', "", "promises no news"),
    "a number in our words": ("You need not sort this out alone.", "I will pay back 42 today.", "a number in"),
    "a bracket that stays open": ("You need not sort this out alone.", "You need [not.", "a bracket is open"),
    "a bracket within another": ("You need not sort this out alone.", "You [need [not] now].", "a bracket is open"),
    "quoting twice": ('say: "I take this seriously, and it was right to tell me."', 'say: "I take this seriously.", quoting: "You said: {heard}."', "quotes the customer twice"),
    "quoting nobody": ("You wrote: {heard}. It makes sense", "You wrote. It makes sense", "expected {heard} in it, once"),
    "quoting without words for who cannot be quoted": ('say: "To be sure that I have it right: [the matter in one sentence].", quoting', "quoting", "expected `say`"),
    "an apology for what is not ours": ("I would like to find the way that works for you.", "I am sorry about it.", "where the cause is ours only"),
    "an apology outside of its step": ("Thank you for staying with it.", "I apologise.", "apologises more than once"),
    "an apology that a modifier adds": ("I will answer there by [time].\"\n    never", "I am sorry.\"\n    never", "expected that in a rule"),
    "a banned phrase in a worked example": ("Hello Dana, ordering the wrong size is easily done", "Hello Dana, calm down, it is easily done", "'calm down' is banned"),
    "a phrase with a better wording": ("You need not sort this out alone.", "You have to wait.", "'you have to' is banned"),
    "a slot of personal words that is none": ('slot: "[the channel they prefer]"', 'slot: "the channel"', "one slot in square brackets"),
    "a draft too long to be read": ("You need not sort this out alone.", "You need not sort this out alone" + ", nor today" * 9 + ".", "expected 85 at most"),
    "evidence that is none": ("evidence: [E6, E7, E19]", "evidence: []", "at least one code"),
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


#: The decision table of docs/acknowledgement.md by rule: situation, order, minutes, evidence.
TABLE = {
    "self-harm": (8, "SLQSU", 60, "R58 R59 R60 R61"),
    "bereavement": (7, "VLOFCU", 1440, "R55 R56 R57 E4 E16"),
    "safety-or-discrimination": (14, "LVOFSU", 240, "E11 E13"),
    "abuse": (11, "LFBS", 240, "R89 R90 R91 R92 E13"),
    "vulnerability": (13, "TXQFU", 1440, "R55 R56 R57 R60"),
    "threat": (12, "LOFXC", 240, "E2 E11 E13 E23"),
    "no-reading-language": (17, "LF", 240, "E16"),
    "no-reading-empty": (17, "LQ", None, "E16"),
    "no-reading-automatic": (17, "F", None, "E16"),
    "repeat-contact": (4, "LOAFUC", 480, "E13 E16 E18 R54"),
    "anger-ours": (1, "LNVAOFUC", 480, "E1 E3 E4 E5 E6 E8 E10 E11 E16"),
    "anger-not-ours": (3, "LVXPCU", 240, "E2 E7 E11 E13"),
    "anger-unclear": (2, "LNVOQFU", 240, "E1 E2 E8 E13 E15 E16"),
    "worry": (6, "VFXUC", 240, "E1 E4 E5 E13"),
    "distress": (7, "LNVOFCU", 480, "E1 E4 E7 E8 E16"),
    "embarrassment": (10, "VFP", None, "E9 E12"),
    "confusion": (9, "VFQC", 480, "E4 E7 R55"),
    "small-failure-ours": (5, "AFC", 1440, "E6 E10 E12 E15"),
    "small-failure": (5, "TFC", 1440, "E6 E12 E15"),
    "gratitude-with-a-leftover": (15, "TPF", 1440, "E5 E8 E17"),
    "gratitude": (15, "TPR", None, "E5 E8 E17"),
    "uncertain": (16, "LQF", 240, "E8 R25"),
    "neutral": (17, "FCT", None, "E6 E7 E19"),
}


def test_every_row_of_the_decision_table_is_in_the_playbook_as_it_stands_there() -> None:
    found = {
        rule.id: (
            rule.situation,
            "".join(step.code for step in rule.steps),
            rule.follow_up.minutes,
            " ".join(rule.evidence),
        )
        for rule in load_playbook().rules
    }
    assert found == TABLE


#: Words of the table's columns "do not" and "never", by situation.
RED_LINES = {
    1: ["policy", "third", "We", "Calm down", "feel that way", "As I said", "colleague", "decide"],
    2: ["denying fault", "looking into it", "Guessing", "User error", "No one else"],
    3: ["pretends to fault", "lecture", "your fault", "nothing I can do", "exception"],
    4: ["script again", "already given", "reinstall", "without a handover", "Closing it as solved"],
    5: ["Drama", "short delay"],
    6: ["sympathy", "Jargon", "Don't worry", "Guaranteeing"],
    7: ["repeat", "survey", "how you feel", "Cheerfulness", "as if they were reading"],
    8: ["as a ticket", "phone number", "automatic reply", "Debating", "serious", "secret", "debt"],
    9: ["Jargon", "Five questions", "clearly stated", "Simply"],
    10: ["Dwelling", "Agreeing", "joke", "Blame"],
    11: ["tone", "Lecturing", "stop the service", "Insulting", "matter unanswered"],
    12: ["Arguing", "others read it", "retention", "regulator", "court", "liability"],
    13: ["Diagnosing", "without a basis", "others read it", "You people"],
    14: ["Disputing", "proof", "did not mean it"],
    15: ["Gushing", "Selling", "behind the thanks"],
    16: ["Guessing the feeling", "sarcasm for praise"],
    17: ["Filler", "understand your frustration"],
}


@pytest.mark.parametrize("situation", RED_LINES)
def test_no_red_line_of_the_table_is_missing(situation: int) -> None:
    rules = [rule for rule in load_playbook().rules if rule.situation == situation]
    lines = " ".join(line for rule in rules for line in (*rule.avoid, *rule.never))
    assert [words for words in RED_LINES[situation] if words not in lines] == []


BANNED = """calm down|I understand how you feel|I understand exactly|sorry you feel|sorry if
any inconvenience|unfortunately, our policy|just|simply|obviously|as I said|don't worry|user error
your fault|no one else|nothing I can do|I know how you feel|see you in court|are you serious
as clearly stated|you people|confidential|did not mean it|a short delay
I understand your frustration""".replace("\n", "|").split("|")


@pytest.mark.parametrize("phrase", BANNED)
def test_what_the_table_forbids_to_say_is_banned(phrase: str) -> None:
    assert any(banned.is_in(f"Well, {phrase}.") for banned in load_playbook().banned)


def test_a_banned_phrase_comes_with_why_evidence_and_mostly_better_words() -> None:
    playbook = load_playbook()
    phrases = (*playbook.banned, *playbook.swaps)
    assert all(it.why and it.evidence for it in phrases)
    assert sum(it.better is None for it in phrases) <= 2  # what nobody should say in any words
    assert all(it.better for it in playbook.swaps)


def test_every_rule_for_a_heavy_case_has_a_calm_line_for_the_agent() -> None:
    heavy = [r for r in load_playbook().rules if r.when.flags or r.when.level[1] >= 3]
    exempt = {"neutral", "gratitude", "gratitude-with-a-leftover"}
    assert [r.id for r in heavy if not r.calm and r.id not in exempt and not r.when.states] == []


def test_every_rule_with_words_teaches_and_looks_ahead() -> None:
    for rule in load_playbook().rules:
        assert all(step.short and step.do for step in rule.steps)
        assert not rule.draft or (rule.lesson and rule.next_need), rule.id
