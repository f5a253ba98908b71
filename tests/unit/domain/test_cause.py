"""Cause: whom or what the writer of a message holds responsible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.tables import examples
from triage.domain.cause import CAUSES, Cause, _cause_book, cause

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


@pytest.mark.parametrize(("blamed", "text"), examples(BLAME))
def test_who_is_held_responsible(blamed: Cause, text: str) -> None:
    assert cause(text) == blamed


def test_the_nearest_to_us_is_named_where_several_are_blamed() -> None:
    assert cause("my bank says that you charged me twice") == Cause.OURS
    assert cause("you charged me twice and your agent told me it was fine") == Cause.STAFF


def test_every_phrase_compiles() -> None:
    assert {kind for kind, _ in CAUSES} == set(Cause) - {Cause.UNCLEAR}
    assert all(phrase.match for phrase in _cause_book().phrases)


@given(st.text())
def test_any_text_has_a_cause(text: str) -> None:
    assert cause(text) in Cause
