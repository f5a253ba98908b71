"""Cues: what intensifies a message, what only resembles it, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.tables import examples
from triage.domain.cues import CUES, CueKind, _cue_book, cues

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


@pytest.mark.parametrize(("kind", "text"), examples(PRESENT))
def test_a_cue_is_found(kind: CueKind, text: str) -> None:
    assert kind in {cue.kind for cue in cues(text)}


@pytest.mark.parametrize(("kind", "text"), examples(ABSENT))
def test_what_only_resembles_a_cue_is_none(kind: CueKind, text: str) -> None:
    assert kind not in {cue.kind for cue in cues(text)}


def test_polite_words_are_no_cue() -> None:
    assert not cues("Dear team, could you please help me? Thank you very much. Kind regards")


def test_a_plain_bug_report_holds_no_cue() -> None:
    assert not cues("The CSV export returns a 403 error since this morning, in Firefox and Chrome.")


def test_a_cue_gives_the_words_it_was_found_in() -> None:
    text = "Well. This is UNACCEPTABLE, I’m STILL waiting!!"
    found = {(cue.kind, cue.span.of(text)) for cue in cues(text)}
    assert (CueKind.STRONG_WORD, "UNACCEPTABLE") in found
    assert (CueKind.REPETITION, "STILL waiting") in found
    assert (CueKind.PUNCTUATION_RUN, "!!") in found
    assert (CueKind.CAPS, "STILL") in found


def test_every_phrase_compiles() -> None:
    assert {kind for kind, _ in CUES} <= set(CueKind)
    assert all(phrase.match for phrase in _cue_book().phrases)


@given(st.text())
def test_any_text_gives_places_inside_it(text: str) -> None:
    for cue in cues(text):
        assert 0 <= cue.span.start < cue.span.end <= len(text)
