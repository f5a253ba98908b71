"""What is masked, what stays readable, where each place of the text has gone, and how quickly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.masking import Kind, mask

PERSONAL = [  # text, language, kind, what is shown
    ("write to jane.doe+shop@mail.example.co.uk please", "en", Kind.EMAIL, "j…@mail.example.co.uk"),
    ("<mailto:müller@exämple.de>", "de", Kind.EMAIL, "m…@exämple.de"),
    ("it is o'neil_99@example.org.", "en", Kind.EMAIL, "o…@example.org"),
    ("tel. +49 171 1234567", "en", Kind.PHONE, "•••• 4567"),
    ("+44 (0)20 7946 0958 is mine", "en", Kind.PHONE, "•••• 0958"),
    ("0049 171 1234567", "de", Kind.PHONE, "•••• 4567"),
    ("call 020 7946 0958 today", "en", Kind.PHONE, "•••• 0958"),
    ("my number 07911123456 thanks", "en", Kind.PHONE, "•••• 3456"),
    ("(212) 555-0123", "en", Kind.PHONE, "•••• 0123"),
    ("212.736.5000", "en", Kind.PHONE, "•••• 5000"),
    ("please call me on 2125550123", "en", Kind.PHONE, "•••• 0123"),
    ("Rufen Sie mich an: 0171 1234567", "de", Kind.PHONE, "•••• 4567"),
    ("mein Handy 01711234567", "de", Kind.PHONE, "•••• 4567"),
    ("au 06 12 34 56 78 svp", "fr", Kind.PHONE, "•••• 5678"),
    ("llámame al 612 345 678", "es", Kind.PHONE, "•••• 5678"),
    ("ring på 20 12 34 56", "da", Kind.PHONE, "•••• 3456"),
    ("bel 06-12345678", "nl", Kind.PHONE, "•••• 5678"),
    ("٠٢٠ ٧٩٤٦ ٠٩٥٨", "en", Kind.PHONE, "•••• 0958"),
    ("card 4111 1111 1111 1111 exp 12/27", "en", Kind.CARD, "•••• 1111"),
    ("5500-0000-0000-0004", "en", Kind.CARD, "•••• 0004"),
    ("order 4111111111111111 was charged", "en", Kind.CARD, "•••• 1111"),
    ("amex 3782 822463 10005", "en", Kind.CARD, "•••• 0005"),
    ("IBAN DE89 3704 0044 0532 0130 00, danke", "de", Kind.ACCOUNT, "DE •••• 3000"),
    ("gb29nwbk60161331926819.", "en", Kind.ACCOUNT, "GB •••• 6819"),
    ("SSN 078-05-1120", "en", Kind.IDENTITY, "••••"),
    ("536-90-4399 is my social", "en", Kind.IDENTITY, "••••"),
    ("national insurance QQ123456C", "en", Kind.IDENTITY, "••••"),
    ("my passport is C01X00T47", "en", Kind.IDENTITY, "••••"),
    ("NHS number 943 476 5919", "en", Kind.IDENTITY, "••••"),
    ("BSN 111222333", "nl", Kind.IDENTITY, "••••"),
    ("Steuer-ID 36 574 261 809", "de", Kind.IDENTITY, "••••"),
    ("DNI 54362315K", "es", Kind.IDENTITY, "••••"),
    ("X-ray? no, X2482300W", "es", Kind.IDENTITY, "••••"),
    ("RCCMNL83S18D969H", "it", Kind.IDENTITY, "••••"),
    ("131052-308T", "fi", Kind.IDENTITY, "••••"),
    ("811228-9874", "sv", Kind.IDENTITY, "••••"),
    ("2 95 10 99 126 111 93", "fr", Kind.IDENTITY, "••••"),
    ("756.9217.0769.85", "de", Kind.IDENTITY, "••••"),
    ("390.533.447-05", "pt", Kind.IDENTITY, "••••"),
    ("44051401359", "pl", Kind.IDENTITY, "••••"),
    ("710319/2745", "cs", Kind.IDENTITY, "••••"),
]
STAYS = [
    ("Order 55 is late, as was 54321", "en"),
    ("order number 2125550123", "en"),
    ("my order is 302-1234567-1234567", "en"),
    ("order #4711-2291, invoice no. 20241120-3", "en"),
    ("case 00123456, ticket 1234567890", "en"),
    ("Bestellnummer 0171 1234567", "de"),
    ("Rechnung Nr. 01711234567", "de"),
    ("Sendungsnummer 00340434161094042557", "de"),
    ("numéro de commande 0612345678", "fr"),
    ("pedido 612 345 678", "es"),
    ("tracking 1Z999AA10123456784", "en"),
    ("parcel 9400 1000 0000 0000 0000 00", "en"),
    ("JD014600003828000000", "en"),
    ("bare 2125550123 that nothing names", "en"),
    ("123456789012", "en"),
    ("4111 1111 1111 1112 is no card", "en"),
    ("DE89370400440532013001 is no account", "de"),
    ("on 2024-11-20 14:30, 20.11.2024 or 11/20/2024", "en"),
    ("from 01.02.2024 to 03.04.2024", "de"),
    ("20241120", "en"),
    ("it cost $1,299.00 and 1 234 567,00 €, not 612 345 678 €", "es"),
    ("1.234.567,89 EUR", "de"),
    ("version 10.15.7, build 19H2026", "en"),
    ("192.168.100.200 and 10.0.0.1:8080", "en"),
    ("error 0x80070005, uuid 123e4567-e89b-12d3-a456-426614174000", "en"),
    ("IMEI 356938035643809", "en"),
    ("ISBN 978-3-16-148410-0", "en"),
    ("ask @support or me@work, 5 @ 10", "en"),
    ("9" * 40, "en"),
]


@pytest.mark.parametrize(("text", "language", "kind", "shown"), PERSONAL)
def test_personal_data_is_masked(text, language, kind, shown):
    masked = mask(text, language)
    (piece,) = masked.pieces
    assert piece.kind is kind
    assert masked.text[piece.masked_start : piece.masked_end] == shown


@pytest.mark.parametrize(("text", "language"), STAYS)
def test_what_agents_work_with_stays(text, language):
    assert mask(text, language).text == text


def test_what_is_named_once_is_masked_wherever_it_stands():
    text = "2125550123, as I said: my phone is 2125550123."
    assert mask(text).text == "•••• 0123, as I said: my phone is •••• 0123."


def test_the_nearest_word_says_what_a_number_is():
    assert mask("My phone order: order number 2125550123").text.endswith("2125550123")
    assert mask("My order is late, my phone is 2125550123").text.endswith("•••• 0123")


def test_a_span_of_the_text_is_found_in_the_masked_one():
    text = "I am angry. Call 020 7946 0958 now! I wait."
    masked = mask(text, "en")
    for words in ("I am angry.", "now!", "I wait."):
        start, end = masked.span(text.index(words), text.index(words) + len(words))
        assert masked.text[start:end] == words
    start, end = masked.span(text.index("Call"), text.index("7946"))  # cuts the number
    assert masked.text[start:end] == "Call •••• 0958"


PARTS = st.sampled_from(
    """phone order number Invoice # SSN passport tel: € EUR kr @ x@y.org a.b@c.de 12-34 + ( ) - . •
    •••• a…@b.org 020 7946 0958 2125550123 4111 1111 DE89370400440532013000 078-05-1120 1234 56789
    0 00 0171 1234567 54362315K 12.11.2024 ４１１１ ß _ XX 99999999999999999999 , .""".split()  # noqa: SIM905 - as a list it would be three times as long
)
TEXTS = st.one_of(
    st.lists(PARTS, max_size=14).map("".join),
    st.lists(PARTS, max_size=14).map(" ".join),
    st.text(alphabet="0123456789 +-().@a€•…,/ordertel\n", max_size=60),
    st.text(max_size=40),
)


@given(TEXTS, st.sampled_from([None, "en", "de", "es", "pl", "xx-YY"]))
def test_masking_twice_is_masking_once_and_the_rest_is_untouched(text, language):
    masked = mask(text, language)
    assert mask(masked.text, language).text == masked.text
    at = shown = 0
    for piece in masked.pieces:
        assert text[at : piece.start] == masked.text[shown : piece.masked_start]
        at, shown = piece.end, piece.masked_end
    assert text[at:] == masked.text[shown:]


@given(st.lists(st.sampled_from([it[:2] for it in PERSONAL]), min_size=1, max_size=5))
def test_the_masked_text_holds_no_value_that_was_found(chosen):
    text = "\n".join(sentence for sentence, _ in chosen)
    masked = mask(text, chosen[0][1])
    assert masked.pieces
    for piece in masked.pieces:
        assert text[piece.start : piece.end] not in masked.text


HOSTILE = {
    "words": "a" * 100_000,
    "digits": "1" * 100_000,
    "single digits": "1 " * 50_000,
    "joined": "1-" * 50_000,
    "numbers": "12345678 " * 11_000,
    "telephones": "020 7946 0958, " * 6_600,
    "plus": "+1234567 " * 11_000,
    "accounts": "DE89 3704 0044 0532 0130 01 " * 3_600,
    "signs": "@" * 100_000,
    "names": "a@" * 50_000,
    "domains": "a@" + "b." * 50_000,
    "local": "a." * 50_000 + "@",
    "masked": "x…@y.org •••• 1234 " * 5_000,
    "compounds": "bestell" * 14_000 + " 12345678",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_no_more_than_its_length(name):
    text = HOSTILE[name]
    began = time.process_time()
    mask(text, "en")
    assert time.process_time() - began < 8.0  # 1.5 s at most on an idle core


def test_a_letter_takes_about_a_millisecond():
    letter = "I am so angry that nobody answers me, it has been weeks. " * 31
    text = (
        f"{letter}Call 020 7946 0958 or mail jane@example.org about order 4711-2291 of 12.11.2024."
    )
    mask(text, "en")  # the plans of the countries are read once
    began = time.process_time()
    for _ in range(20):
        mask(text, "en")
    assert (time.process_time() - began) / 20 < 0.010  # 0.4 ms on an idle core
