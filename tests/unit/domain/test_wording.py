from collections.abc import Mapping
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.wording import (
    CAUSES,
    CUES,
    Cause,
    CueKind,
    Phrasebook,
    _cause_book,
    _cue_book,
    cause,
    cues,
    fold,
)

Kind = TypeVar("Kind")

PRESENT = {
    CueKind.CAPS: [
        "I want my MONEY back RIGHT now",
        "This is NOT what I ordered and NOBODY cares",
        "WHY does it take so long, please HELP me",
        "you charged me TWICE and I said NEVER again",
    ],
    CueKind.PUNCTUATION_RUN: ["where is it??", "Again!!!", "what?!", "really!?"],
    CueKind.STRONG_WORD: [
        "This is unacceptable",
        "what a disgusting way to treat people",
        "the worst support ever",
        "never again",
        "absolutely ridiculous",
        "pathetic",
        "I am furious",
        "you are a joke of a company",
        "I'm sick of this",
    ],
    CueKind.INSULT_AT_US: [
        "you people are useless",
        "you idiots",
        "your support is a joke",
        "bunch of amateurs",
        "shame on you",
        "are you stupid?",
        "You are a bunch of thieves",
    ],
    CueKind.REPETITION: [
        "I waited sooooo long",
        "again and again",
        "for the third time",
        "I'm still waiting",
        "yet another error",
        "pleeeease",
    ],
    CueKind.RHETORICAL: [
        "do you even read these?",
        "how hard can it be",
        "great job losing my parcel",
        "thanks for nothing",
        "what kind of company is this",
        "are you kidding me",
        "Fantastic service, lost my order again",
        "Oh great, another week",
    ],
    CueKind.REPEAT_CONTACT: [
        "this is the third time I write",
        "as I said before",
        "nobody answers",
        "no reply since Monday",
        "I have emailed you three times",
        "I already told you that",
        "I haven't heard back",
        "this is my second email",
    ],
}

ABSENT = {
    CueKind.CAPS: [
        "The HTTP API returns JSON instead of XML",
        "our VAT number and the IBAN",
        "PLEASE CALL ME BACK ABOUT MY ORDER",  # how this person types
        "one LOUD word",
        "MAX_RETRIES and MIN_WAIT are set",
        "SELECT name FROM users WHERE id",
    ],
    CueKind.PUNCTUATION_RUN: ["Thank you!", "Why?", "a ! and a ?"],
    CueKind.STRONG_WORD: [
        "the export fails with 403",
        "in the worst case we wait",
        "not the worst idea",
        "disaster recovery plan",
        "garbage collection pauses",
        "the trash folder... I mean rubbish bin icon",
        "I hate to bother you",
        "I am terrible at computers",
        "that is not unacceptable",
    ],
    CueKind.INSULT_AT_US: [
        "you are very kind",
        "your support is great",
        "you guys are amazing",
        "an idiot-proof guide",
        "the useless field can go",
    ],
    CueKind.REPETITION: [
        "see www.example.com",
        "chapter viii",
        "hmmm, let me see",
        "it still works",
        "key AAAAB3NzaC1yc2EAAAADAQABAAABgQDaaa",
        "a second invoice",
    ],
    CueKind.RHETORICAL: [
        "how do I export this?",
        "great job on the new export",
        "thanks for sending the invoice",
        "thank you so much for your help",
        "excellent service, nothing to add",
        "what is the right plan for us?",
        "do you read attachments?",
    ],
    CueKind.REPEAT_CONTACT: [
        "this is my first message",
        "please reply soon",
        "the second ticket type is missing in the menu",
        "three users cannot log in",
        "no answer needed",
    ],
}

BLAME = {
    Cause.OURS: [
        "you charged me twice",
        "your driver left it in the rain",
        "your app deleted everything",
        "You have closed my account for no reason",
        "I received the wrong size",
        "it is your mistake",
    ],
    Cause.STAFF: [
        "your agent told me it was free",
        "your colleague promised a refund",
        "the lady on the phone said it was fine",
        "your colleague hung up on me",
        "I was told by support that it would work",
    ],
    Cause.THIRD_PARTY: [
        "my bank declined the payment",
        "the courier lost it",
        "DHL never delivered",
        "somebody hacked my account",
        "Royal Mail left it outside",
    ],
    Cause.POLICY: [
        "your policy makes no sense",
        "your price increase is far too high",
        "why is there a cancellation fee",
        "the price has gone up",
        "you say it is non-refundable",
    ],
    Cause.OWN_SLIP: [
        "my mistake",
        "I accidentally deleted it",
        "it was my own fault",
        "I forgot my password",
        "I entered the wrong address",
        "silly me",
    ],
    Cause.LIFE_EVENT: [
        "my husband died",
        "I was diagnosed with cancer",
        "I have been very ill",
        "I lost my job",
        "my mother passed away",
    ],
    Cause.UNCLEAR: [
        "it does not work",
        "the export fails with 403",
        "where is my parcel?",
        "this is not my fault",
        "you did not charge me, all good",
        "I accidentally clicked it and your app deleted everything",
    ],
}


def examples(table: Mapping[Kind, list[str]]) -> list[tuple[Kind, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), examples(PRESENT))
def test_a_cue_is_found(kind: CueKind, text: str) -> None:
    assert kind in {cue.kind for cue in cues(text)}


@pytest.mark.parametrize(("kind", "text"), examples(ABSENT))
def test_what_only_resembles_a_cue_is_none(kind: CueKind, text: str) -> None:
    assert kind not in {cue.kind for cue in cues(text)}


@pytest.mark.parametrize(("blamed", "text"), examples(BLAME))
def test_who_is_held_responsible(blamed: Cause, text: str) -> None:
    assert cause(text) == blamed


def test_polite_words_are_no_cue() -> None:
    assert not cues("Dear team, could you please help me? Thank you very much. Kind regards")


def test_a_plain_bug_report_holds_no_cue() -> None:
    assert not cues("The CSV export returns a 403 error since this morning, in Firefox and Chrome.")


def test_the_nearest_to_us_is_named_where_several_are_blamed() -> None:
    assert cause("my bank says that you charged me twice") == Cause.OURS
    assert cause("you charged me twice and your agent told me it was fine") == Cause.STAFF


def test_a_cue_gives_the_words_it_was_found_in() -> None:
    text = "Well. This is UNACCEPTABLE, I’m STILL waiting!!"
    found = {(cue.kind, cue.span.of(text)) for cue in cues(text)}
    assert (CueKind.STRONG_WORD, "UNACCEPTABLE") in found
    assert (CueKind.REPETITION, "STILL waiting") in found
    assert (CueKind.PUNCTUATION_RUN, "!!") in found
    assert (CueKind.CAPS, "STILL") in found


def test_every_phrase_compiles() -> None:
    assert {kind for kind, _ in CAUSES} == set(Cause) - {Cause.UNCLEAR}
    assert {kind for kind, _ in CUES} <= set(CueKind)
    assert all(phrase.match for book in (_cue_book(), _cause_book()) for phrase in book.phrases)


def test_a_phrase_that_could_never_be_found_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with plain words"):
        Phrasebook([(Cause.OURS, "this (?:or)|that")])


def test_folding_keeps_every_character_in_its_place() -> None:
    assert fold("İt’s `FINE`") == "İt's 'fine'"


@given(st.text())
def test_any_text_gives_places_inside_it(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert cause(text) in Cause
    for cue in cues(text):
        assert 0 <= cue.span.start < cue.span.end <= len(text)
