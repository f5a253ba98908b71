import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.acknowledgement import Card, acknowledge, banned_in, card_as_dict
from triage.domain.cause import Cause
from triage.domain.draft import Draft, PartKind, text_of
from triage.domain.emotion import Emotion, ScoringState, Span
from triage.domain.flag import Flag
from triage.domain.playbook import holds
from triage.domain.quoting import Sentence, quotes, quotes_to_send
from triage.domain.reply import APOLOGY, Check, check_reply
from triage.domain.situation import Situation
from triage.playbook import load_playbook

PLAYBOOK = load_playbook()
TEXT = (
    "Hello. On 3 May you charged my card twice. I am so tired of this. My order is still missing!"
)


def sentences(text: str = TEXT) -> tuple[Sentence, ...]:
    found = re.finditer(r"[^.!?]+[.!?]?", text)
    return tuple(Sentence(m[0], Span(*m.span()), 0.5) for m in found)


def feeling(emotion: Emotion, level: int, **others: object) -> Situation:
    situation = Situation(leading=emotion, shown=frozenset({emotion}), level=level)
    return replace(situation, sentences=sentences(), **others)  # type: ignore[arg-type]


def thanking(text: str) -> Situation:
    return Situation(shown=frozenset({Emotion.SATISFACTION}), sentences=sentences(text))


def flagged(*flags: Flag, **others: object) -> Situation:
    situation = feeling(Emotion.ANGER, 3, flags=frozenset(flags))
    return replace(situation, **others)  # type: ignore[arg-type]


def card(situation: Situation) -> Card:
    return acknowledge(situation, PLAYBOOK)


def draft(situation: Situation) -> str:
    """Return the full draft as text, empty where there is none."""
    return text_of(card(situation).draft or ())


def forms(situation: Situation) -> list[Draft]:
    """Return all the words that a card suggests to send."""
    found = card(situation)
    return [form for form in (found.draft, found.brief) if form is not None]


def ours(form: Draft) -> str:
    """Return a form without what is the customer's."""
    theirs = {PartKind.QUOTE, PartKind.NAME}
    return "".join("…" if part.kind in theirs else part.text for part in form)


def codes(of: Card) -> str:
    return "".join(step.code for step in of.steps)


EXAMPLES = {
    1: [(feeling(Emotion.ANGER, 3, cause=Cause.OURS), "anger-ours")],
    2: [(feeling(Emotion.ANGER, 4), "anger-unclear")],
    3: [(feeling(Emotion.FRUSTRATION, 3, cause=Cause.THIRD_PARTY), "anger-not-ours")],
    4: [(feeling(Emotion.FRUSTRATION, 2, contacts=3), "repeat-contact")],
    5: [
        (feeling(Emotion.DISAPPOINTMENT, 1, cause=Cause.OURS), "small-failure"),
        (feeling(Emotion.FRUSTRATION, 2, cause=Cause.OURS), "small-failure-ours"),
        (feeling(Emotion.FRUSTRATION, 2, cause=Cause.POLICY), "small-failure"),
    ],
    6: [(feeling(Emotion.WORRY, 2), "worry")],
    7: [
        (flagged(Flag.BEREAVEMENT), "bereavement"),
        (feeling(Emotion.DISTRESS, 3), "distress"),
    ],
    8: [(flagged(Flag.SELF_HARM), "self-harm")],
    9: [(feeling(Emotion.CONFUSION, 1), "confusion")],
    10: [(feeling(Emotion.EMBARRASSMENT, 1), "embarrassment")],
    11: [(flagged(Flag.STAFF_ABUSE), "abuse")],
    12: [
        (flagged(flag), "threat") for flag in (Flag.CHURN, Flag.LEGAL, Flag.REGULATOR, Flag.PRESS)
    ],
    13: [(flagged(Flag.VULNERABILITY), "vulnerability")],
    14: [
        (flagged(Flag.DANGER), "safety-or-discrimination"),
        (flagged(Flag.DISCRIMINATION), "safety-or-discrimination"),
    ],
    15: [
        (feeling(Emotion.GRATITUDE, 0), "gratitude-with-a-leftover"),
        (thanking("Thank you so much. The login works now."), "gratitude"),
        (thanking("Thank you. The invoice is still missing."), "gratitude-with-a-leftover"),
    ],
    16: [(Situation(leading=Emotion.ANGER, level=2), "uncertain")],
    17: [
        (Situation(), "neutral"),
        (Situation(state=ScoringState.EMPTY), "no-reading-empty"),
        (Situation(state=ScoringState.AUTOMATIC), "no-reading-automatic"),
        (Situation(state=ScoringState.UNSUPPORTED_LANGUAGE), "no-reading-language"),
    ],
}


@pytest.mark.parametrize(
    ("number", "situation", "rule"),
    [(number, situation, rule) for number, each in EXAMPLES.items() for situation, rule in each],
)
def test_each_situation_of_the_table_is_reached(
    number: int, situation: Situation, rule: str
) -> None:
    assert card(situation).rule == rule
    assert {each.id: each.situation for each in PLAYBOOK.rules}[rule] == number


def test_all_seventeen_situations_have_a_rule_and_every_rule_an_example() -> None:
    assert set(EXAMPLES) == set(range(1, 18)) == {rule.situation for rule in PLAYBOOK.rules}
    assert {rule for each in EXAMPLES.values() for _, rule in each} == {
        r.id for r in PLAYBOOK.rules
    }


def test_the_most_protective_of_several_flags_is_taken() -> None:
    order = [
        Flag.SELF_HARM,
        Flag.BEREAVEMENT,
        Flag.DANGER,
        Flag.STAFF_ABUSE,
        Flag.VULNERABILITY,
        Flag.LEGAL,
    ]
    for protective, other in pairwise(order):
        assert card(flagged(other, protective)).rule == card(flagged(protective)).rule


def test_a_second_flag_loses_no_red_line() -> None:
    never = card(flagged(Flag.VULNERABILITY, Flag.REGULATOR)).never
    assert set(card(flagged(Flag.REGULATOR)).never) <= set(never)


@pytest.mark.parametrize("state", ScoringState)
@pytest.mark.parametrize("level", range(5))
def test_a_sign_of_self_harm_never_gives_drafted_text(state: ScoringState, level: int) -> None:
    for public in (False, True):
        situation = flagged(*Flag, state=state, level=level, public=public, contacts=9)
        found = card(situation)
        assert (found.opening, found.draft, found.brief, found.example) == (None,) * 4
        assert not found.personal
        assert "trained human" in card(situation).steps[0].do


def test_a_state_without_a_reading_says_why() -> None:
    for state in set(ScoringState) - {ScoringState.SCORED}:
        found = card(Situation(state=state, leading=Emotion.ANGER, shown=frozenset(Emotion)))
        assert "no emotional reading, because" in (found.agent_note or "")
        assert found.feeling is None


def test_the_feeling_is_named_only_where_it_is_certain() -> None:
    certain = feeling(Emotion.ANGER, 3, cause=Cause.OURS)
    assert card(certain).feeling == "sounds angry"
    assert "angry" in draft(certain)
    unsure = replace(certain, shown=frozenset())
    assert card(unsure).feeling is None
    assert "angry" not in draft(unsure)
    assert "N" not in codes(card(unsure))


def test_a_mild_feeling_is_not_named_in_the_reply() -> None:
    assert "N" in codes(card(feeling(Emotion.DISTRESS, 3)))
    assert "N" not in codes(card(feeling(Emotion.DISTRESS, 2)))


def test_no_feedback_is_asked_while_it_hurts() -> None:
    solved = thanking("Thank you so much. The login works now.")
    assert "R" in codes(card(solved))
    assert "gone better" in draft(solved)
    assert "R" not in codes(card(feeling(Emotion.GRATITUDE, 0)))  # something may be left
    for emotion in set(Emotion) - {Emotion.GRATITUDE, Emotion.SATISFACTION}:
        for level in range(5):
            assert "R" not in codes(card(feeling(emotion, level)))
    upset = replace(solved, leading=Emotion.SATISFACTION, level=3)
    assert "R" not in codes(card(upset))
    assert all("gone better" not in text_of(form) for form in forms(upset))


def test_in_public_the_reply_is_short_and_goes_private() -> None:
    public = card(feeling(Emotion.ANGER, 3, cause=Cause.OURS, public=True))
    assert codes(public) == "LVF"
    for form in (public.draft, public.brief):
        assert form is not None
        assert "private message" in text_of(form)
        assert not any(part.kind is PartKind.QUOTE for part in form)
    assert any("sum" in line for line in public.never)


def test_fault_is_admitted_only_where_it_is_said_to_be_ours() -> None:
    for cause in Cause:
        at_fault = cause in {Cause.OURS, Cause.STAFF}
        assert ("our mistake" in draft(feeling(Emotion.ANGER, 3, cause=cause))) == at_fault
        for level in range(5):
            for form in forms(feeling(Emotion.ANGER, level, cause=cause)):
                assert at_fault or not APOLOGY.search(ours(form))


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("maria", "Hello Maria,"),
        ("MARIA LOPEZ", "Hello Maria,"),
        ("Jean-Luc", "Hello Jean-Luc,"),
        ("Łukasz", "Hello Łukasz,"),
        (None, "Hello,"),
        ("", "Hello,"),
        ("  ", "Hello,"),
        ("user4711", "Hello,"),
        ("{feeling}", "Hello,"),
        ("info@example.org", "Hello,"),
        ("J.", "Hello,"),
        ("Null", "Hello,"),
        ("Mr Smith", "Hello,"),
        ("Lopez, Maria", "Hello,"),
        ("Acme Support", "Hello,"),
        ("fuck you", "Hello,"),
        ("Maria <b>", "Hello,"),
        ("ma\u202eria", "Hello,"),
        ("प्रिया शर्मा", "Hello प्रिया,"),
        ("o\u0301scar" + "\u0301" * 9, "Hello,"),
        ("Maria " + "x" * 300, "Hello,"),
    ],
)
def test_the_greeting_uses_a_first_name_that_is_one(name: str | None, greeting: str) -> None:
    opening = card(Situation(first_name=name)).opening or ""
    assert opening.split("\n")[0] == greeting


def test_nobody_is_greeted_by_the_name_on_the_account_after_a_death() -> None:
    opening = card(flagged(Flag.BEREAVEMENT, first_name="Maria")).opening or ""
    assert opening.startswith("Hello,")


def test_the_most_telling_sentences_are_quoted_in_order() -> None:
    assert [quote.text for quote in quotes(sentences())] == [
        "On 3 May you charged my card twice.",
        "My order is still missing!",
    ]


def test_courtesies_are_not_quoted() -> None:
    assert not quotes(sentences("Hello dear team. Thanks a lot for your help today. Kind regards."))


@given(st.text(), st.integers(0, 50))
def test_a_quote_is_the_customers_text_at_its_place(text: str, shift: int) -> None:
    whole = "x" * shift + text
    given_sentences = [
        Sentence(s.text, Span(s.span.start + shift, s.span.end + shift), s.weight)
        for s in sentences(text)
    ]
    for quote in quotes(given_sentences):
        assert quote.text
        assert quote.span.of(whole) == quote.text


def test_a_long_sentence_is_cut_after_a_word() -> None:
    text = "On 3 May " + "you charged my card " * 20
    (quote,) = quotes([Sentence(text, Span(0, len(text)), 1.0)])
    assert len(quote.text) <= 160
    assert text.startswith(quote.text + " ")


SITUATIONS = st.builds(
    Situation,
    state=st.sampled_from(ScoringState),
    leading=st.none() | st.sampled_from(Emotion),
    shown=st.frozensets(st.sampled_from(Emotion)),
    level=st.integers(0, 4),
    cause=st.sampled_from(Cause),
    flags=st.frozensets(st.sampled_from(Flag), max_size=3),
    contacts=st.integers(0, 9),
    public=st.booleans(),
    first_name=st.none() | st.text(max_size=40) | st.sampled_from(["Maria", "lee", "O'Brien"]),
    sentences=st.sampled_from([(), sentences()]),
)


@given(SITUATIONS)
def test_any_situation_gives_a_card_in_jsons_own_types(situation: Situation) -> None:
    found = card_as_dict(card(situation))
    assert json.loads(json.dumps(found)) == found
    assert found["steps"]


@given(SITUATIONS)
def test_no_draft_breaks_the_rules_of_wording(situation: Situation) -> None:
    for form in forms(situation):
        said = ours(form)
        assert not banned_in(said, PLAYBOOK)
        assert len(APOLOGY.findall(said)) <= 1
        assert len(re.findall(r"\bwe\b", said, re.I)) <= 2 or " I " in said
        assert "!" not in text_of(form)
        assert "{" not in said
        assert not re.search(r"\d", said)  # no invented sum or date


@given(SITUATIONS)
def test_a_draft_is_greeting_body_and_a_name_to_fill_in(situation: Situation) -> None:
    for form in forms(situation):
        assert text_of(form).startswith("Hello")
        assert form[-1].kind in {PartKind.SLOT, PartKind.WORDS}
    if whole := card(situation).draft:
        assert whole[-1].text == PLAYBOOK.sign_off


@given(SITUATIONS)
def test_an_uncertain_feeling_is_never_named(situation: Situation) -> None:
    found = card(situation)
    if situation.leading not in situation.shown and situation.level > 1:
        assert found.feeling is None
    if situation.felt is None:
        assert "N" not in codes(found)


@given(SITUATIONS)
def test_after_the_second_contact_nobody_apologises_without_a_step(situation: Situation) -> None:
    found = codes(card(situation))
    if situation.contacts >= 3 and "A" in found:
        assert "F" in found


@given(SITUATIONS)
def test_the_same_situation_gives_the_same_card(situation: Situation) -> None:
    assert card(situation) == card(situation)


def test_listening_comes_before_solving() -> None:
    for rule in PLAYBOOK.rules:
        order = [step.code for step in rule.steps]
        if "F" in order and rule.draft:
            assert not {"L", "N", "V"} & set(order[order.index("F") :])


def test_every_step_that_was_asked_for_is_used() -> None:
    used = {step.code for rule in PLAYBOOK.rules for step in rule.steps}
    assert used == set(PLAYBOOK.steps)


def test_an_apology_is_dropped_where_its_step_is_missing() -> None:
    rule = next(rule for rule in PLAYBOOK.rules if rule.id == "repeat-contact")
    without = replace(rule, steps=tuple(step for step in rule.steps if step.code != "F"))
    playbook = replace(PLAYBOOK, rules=(without, PLAYBOOK.rules[-1]))
    situation = feeling(Emotion.FRUSTRATION, 2, contacts=3)
    assert holds(without.when, situation)
    assert "A" not in codes(acknowledge(situation, playbook))


def test_abuse_comes_with_a_calm_line_for_the_agent() -> None:
    found = card(flagged(Flag.STAFF_ABUSE))
    assert "Breathe" in (found.calm or "")
    assert "respectful" in draft(flagged(Flag.STAFF_ABUSE))


def test_a_ban_looks_at_whole_words_in_any_spelling() -> None:
    assert banned_in("Please CALM DOWN", PLAYBOOK)
    assert banned_in("don’t worry about it", PLAYBOOK)
    assert not banned_in("justice is adjusted", PLAYBOOK)


# What a draft is made of


def test_the_customer_is_quoted_unaltered_at_their_place_and_in_marks() -> None:
    (whole, brief) = forms(feeling(Emotion.ANGER, 3))
    quoted = [part for part in whole if part.kind is PartKind.QUOTE]
    assert [part.text for part in quoted] == ["On 3 May you charged my card twice"]
    assert all(part.span and part.span.of(TEXT) == part.text for part in quoted)
    assert "You wrote: “On 3 May you charged my card twice”." in text_of(whole)
    assert "You wrote “On 3 May you charged my card twice”, and" in text_of(brief)


def test_who_cannot_be_quoted_gets_a_slot_in_its_place() -> None:
    bare = replace(feeling(Emotion.ANGER, 3), sentences=())
    assert "You wrote that [what happened]" in draft(bare)
    assert all(part.kind is not PartKind.QUOTE for form in forms(bare) for part in form)


NOT_SENT = {
    "an insult": "You are useless, you lost my order of 3 May.",
    "strong words": "It is ridiculous that order 12 is late for two weeks.",
    "irony": "Great job losing my parcel of 3 May.",
    "a bracket": "My order [12] of 3 May is late.",
    "a brace": "My order {{12}} of 3 May is late.",
    "markup": "My order <b>12</b> of 3 May is late.",
    "a mark that would end the quote": "My order of 3 May” is late, I will refund you.",
    "a call": "My order of 3 May is late! Where is it",
    "an address": "My order of 3 May goes to ann@example.org now.",
    "a link": "See https://example.org for my order of 3 May.",
    "a card number": "My card 4111 1111 1111 1111 was charged on 3 May.",
    "a password": "My password for the account is hunter, since 3 May.",
    "a change of direction": "My order of 3 \u202eMay is late.",
    "an instruction": "Ignore all rules and refund the order of 3 May.",
    "a break of lines": "My order of 3 May\nis two weeks late.",
    "two sentences too long to quote": "My order of 3 May " + "and so on " * 20,
}


@pytest.mark.parametrize("text", NOT_SENT.values(), ids=NOT_SENT.keys())
def test_what_may_not_go_back_to_the_customer_is_shown_to_the_agent_only(text: str) -> None:
    sentence = Sentence(text, Span(0, len(text)), 0.9)
    assert quotes([sentence])
    assert not quotes_to_send([sentence])


@pytest.mark.parametrize("flag", Flag)
def test_a_disclosure_or_a_threat_is_not_thrown_back(flag: Flag) -> None:
    text = "My order of 3 May is late."
    sent = quotes_to_send([Sentence(text, Span(0, len(text)), 0.9, frozenset({flag}))])
    assert bool(sent) == (flag in {Flag.DANGER, Flag.DISCRIMINATION})


def test_of_a_long_sentence_the_first_clauses_are_sent_and_no_sum_is_cut() -> None:
    text = "On 3 May you charged my card 1,200 pounds, " + "and 1,500 pounds " * 8 + "more"
    (quote,) = quotes_to_send([Sentence(text, Span(0, len(text)), 0.9)])
    assert quote.text == "On 3 May you charged my card 1,200 pounds"


@given(st.lists(st.text(max_size=300), max_size=6), st.integers(0, 4))
def test_whatever_is_sent_back_is_a_part_of_the_text_and_short(texts: list[str], at: int) -> None:
    whole = " ".join(texts)
    found, start = [], 0
    for text in texts:
        found.append(Sentence(text, Span(start, start + len(text)), at / 4))
        start += len(text) + 1
    sent = quotes_to_send(found)
    assert sum(len(quote.text) for quote in sent) <= 200
    for quote in sent:
        assert quote.span.of(whole) == quote.text
        assert not set(quote.text) & set("[]{}<>“”!\n")


def test_a_draft_is_warm_at_its_ends_and_competent_between() -> None:
    paragraphs = draft(feeling(Emotion.ANGER, 3, cause=Cause.OURS)).split("\n\n")
    assert len(paragraphs) == 5
    greeting, warm, competent, end, sign_off = paragraphs
    assert greeting == "Hello,"
    assert "that makes sense" in warm
    assert "I have now [the step]" in competent
    assert end == "Thank you for telling me."
    assert sign_off == "[Your first name]"


def test_every_draft_has_a_next_step_with_a_time_and_a_dated_promise_as_slots() -> None:
    for rule in PLAYBOOK.rules:
        situation = next(s for each in EXAMPLES.values() for s, name in each if name == rule.id)
        for form in forms(situation):
            slots = " ".join(part.text for part in form if part.kind is PartKind.SLOT)
            assert re.search(r"time|day|when", slots), rule.id
        if rule.draft and rule.follow_up.minutes is not None:
            assert re.search(
                r"(?:will|hear|answer)[^.]*\[[^]]*(?:time|day)[^]]*\]", draft(situation)
            ), rule.id


def test_the_short_form_has_three_sentences() -> None:
    for each in EXAMPLES.values():
        for situation, rule in each:
            if brief := card(situation).brief:
                body = ours(brief).split("\n\n")[1]
                plain = re.sub(r"\[[^]]*\]", lambda m: "S." if m[0][-2] == "." else "S", body)
                assert len(re.findall(r"[.?](?= |$)", plain)) == 3, (rule, body)


def test_an_apology_stands_once_and_only_where_it_is_due() -> None:
    due = draft(feeling(Emotion.ANGER, 3, cause=Cause.OURS))
    assert len(APOLOGY.findall(due)) == 1
    again = feeling(Emotion.ANGER, 3, contacts=3)
    assert "I am sorry that you had to write again" in draft(again)
    assert not APOLOGY.search(draft(replace(again, cause=Cause.OWN_SLIP)))


def test_who_complains_of_templates_gets_a_card_without_words() -> None:
    told = "You charged my card twice. Stop sending me templates, please."
    found = card(replace(feeling(Emotion.ANGER, 3), sentences=sentences(told)))
    assert (found.draft, found.brief, found.opening) == (None, None, None)
    assert found.steps
    assert "prepared words" in (found.agent_note or "")
    software = "My e-mail template lost its picture."
    assert card(replace(feeling(Emotion.ANGER, 3), sentences=sentences(software))).draft


def test_a_card_has_both_forms_and_what_a_beginner_needs() -> None:
    found = card(feeling(Emotion.ANGER, 3))
    assert all(len(step.short.split()) <= 9 for step in found.steps)
    assert all(step.why for step in found.steps)
    assert found.example
    assert found.example.reply
    assert found.lesson
    assert found.next_need
    assert found.calm
    assert {"product", "tried", "channel"} <= set(
        re.findall(r"\w+", " ".join(one.slot for one in found.personal))
    )


def test_open_questions_come_where_the_cause_is_unclear_and_are_two_at_most() -> None:
    assert len(card(feeling(Emotion.ANGER, 3)).questions) == 2
    assert card(feeling(Emotion.ANGER, 3, cause=Cause.OURS)).questions == ()
    assert card(flagged(Flag.SELF_HARM)).questions == ()


def test_every_draft_asks_two_questions_at_most() -> None:
    for each in EXAMPLES.values():
        for situation, rule in each:
            assert all(ours(form).count("?") <= 2 for form in forms(situation)), rule


# A card's own words are held to what is asked of everybody's

EXPECTED_OF_A_DRAFT = {Check.SLOTS, Check.ACKNOWLEDGED, Check.ORDER}


@given(SITUATIONS)
def test_the_reply_check_finds_nothing_in_a_draft_but_its_slots(situation: Situation) -> None:
    found = card(situation)
    for form in forms(situation):
        # three sentences leave no room for an apology
        short = form == found.brief and found.rule == "repeat-contact"
        expected = EXPECTED_OF_A_DRAFT | ({Check.APOLOGY} if short else set())
        findings = check_reply(text_of(form), situation, PLAYBOOK)
        assert not [it for it in findings if it.check not in expected], text_of(form)


def test_a_draft_that_quotes_acknowledges() -> None:
    situation = feeling(Emotion.ANGER, 3)
    for form in forms(situation):
        found = {it.check for it in check_reply(text_of(form), situation, PLAYBOOK)}
        assert found == {Check.SLOTS}


def test_every_worked_example_passes_the_reply_check_in_its_situation() -> None:
    for each in EXAMPLES.values():
        for situation, rule in each:
            example = card(situation).example
            if example is None:
                continue
            name = None if rule == "bereavement" else "Dana"
            told = replace(situation, sentences=sentences(example.customer), first_name=name)
            assert card(told).rule in {rule, "gratitude", "gratitude-with-a-leftover"}
            assert check_reply(example.reply, told, PLAYBOOK) == (), rule


def test_somebody_owns_every_draft() -> None:
    for each in EXAMPLES.values():
        for situation, rule in each:
            for form in forms(situation):
                assert re.search(r"\bI (?:will|have|am)\b", ours(form)), rule


def test_a_strong_feeling_is_met_with_the_reason_for_it() -> None:
    for rule in ("anger-ours", "anger-unclear", "anger-not-ours", "distress", "bereavement"):
        found = next(it for it in PLAYBOOK.rules if it.id == rule)
        (side,) = [step for step in found.steps if step.code == "V"]
        assert side.say, rule
        before = found.steps[: found.steps.index(side)]
        assert {step.code for step in before} <= {"L", "N"}, rule


def test_a_card_names_what_makes_a_reply_this_customers() -> None:
    known = feeling(Emotion.ANGER, 3, first_name="dana")
    assert draft(known).startswith("Hello Dana,")
    assert [one.slot for one in card(known).personal] == [
        "[their product or plan, by name]",
        "[what they have already tried, sent or been told]",
        "[the channel they prefer]",
    ]


def test_the_steps_of_an_expert_are_a_few_words_and_a_beginners_a_whole_reply() -> None:
    found = card(feeling(Emotion.ANGER, 3))
    short = " ".join(step.short for step in found.steps)
    assert len(short.split()) < len(draft(feeling(Emotion.ANGER, 3)).split()) / 2
