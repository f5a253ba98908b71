"""A language is named only when the text tells; a hint decides what is too short."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My order 12345 has not arrived and nobody answers me", "en"),
        ("Wo ist meine Bestellung, ich warte seit drei Wochen", "de"),
        ("¿Dónde está mi pedido? Llevo tres semanas esperando", "es"),
        ("La facture est fausse, merci de corriger cela rapidement", "fr"),
        ("返金してください", "ja"),
        ("Где мой заказ?", "ru"),
    ],
)
def test_a_language_is_told_by_its_text(text: str, expected: str):
    assert language.detect(text) == expected


@pytest.mark.parametrize("text", ["refund?", "asap", "12345", "aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNl"])
def test_nobody_can_tell_the_language_of_too_little(text: str):
    assert language.detect(text) is None


@pytest.mark.parametrize(
    ("hint", "expected"),
    [("de-AT", "de"), ("en_GB", "en"), ("FR", "fr"), ("", None), ("english", None), ("12", None)],
)
def test_the_hint_decides_where_the_text_does_not(hint: str, expected: str | None):
    assert language.detect("refund?", hint) == expected


def test_a_text_that_tells_overrules_the_hint():
    assert language.detect("Nobody has answered my letters for weeks", "de") == "en"


@settings(max_examples=200)
@given(st.text(), st.text(max_size=5) | st.none())
def test_any_text_and_hint_get_an_answer(text: str, hint: str | None):
    found = language.detect(text, hint)
    assert found is None or found.isalpha()
