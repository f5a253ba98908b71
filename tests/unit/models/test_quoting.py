"""Of a message only what the customer wrote in it is read; when in doubt, more."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.text import own_words

REPLY = "I am furious about this answer of yours."


def words(text: str) -> str:
    return own_words(text).of(text)


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 3 May 2026 at 10:00, Support <s@x.com> wrote:\n> Dear Ann\n> no\n",
        "On Mon, 3 May 2026 at 10:00, Support <s@x.com>\nwrote:\n\n> Dear Ann\n> no\n",
        "Am 3. Mai 2026 um 10:00 schrieb Support <s@x.de>:\n\nHallo Ann\n",
        "Le 3 mai 2026 à 10:00, Support <s@x.fr> a écrit :\n\nBonjour\n",
        "-----Original Message-----\nFrom: Support\nDear Ann\n",
        "---------- Forwarded message ---------\nFrom: Support <s@x.com>\n\nDear Ann\n",
        "From: Support <s@x.com>\nSent: Monday, 3 May 2026\nTo: Ann\nSubject: RE: no\n\nDear Ann\n",
        "Von: Support <s@x.de>\nGesendet: Montag, 3. Mai 2026\nAn: Ann\nBetreff: AW\n\nHallo\n",
        "> Dear Ann\n> no\n",
    ],
)
def test_a_quoted_mail_below_is_cut(quoted: str):
    assert words(f"{REPLY}\n\n{quoted}") == REPLY


@pytest.mark.parametrize(
    "text",
    [
        "On the phone your agent wrote:\nNo refund. I am so angry and want my money back.",
        "The booking is broken again, in short:\nFrom: London\nTo: Paris\nDate: 3 May\nHelp me!",
        "I click on\n> Settings\nand nothing happens, for three days now.",
        "Data: all lost since Monday, which is a disaster for our practice.",
        "I will, on 3 May, ask again what your agent wrote: nothing helpful.\nAnd so on.",
    ],
)
def test_wording_that_only_resembles_a_quote_is_kept(text: str):
    assert words(text) == text


def test_an_answer_below_the_quoted_mail_is_found():
    text = f"On Mon, 3 May 2026, Support <s@x.com> wrote:\n> Dear Ann\n> no\n\n{REPLY}\n"
    assert words(text) == REPLY


def test_the_longest_part_between_quotes_is_read_when_the_first_is_only_a_greeting():
    text = f"Hi,\n\n> When did you order?\n> And what?\n{REPLY}\n> Anything else?\n> Bye\nno"
    assert words(text) == REPLY


def test_what_stands_below_the_helpdesks_own_line_is_not_read():
    assert words(f"{REPLY}\n\n##- Please type your reply above this line -##\nDear Ann") == REPLY


def test_all_is_read_when_all_is_quoted():
    forwarded = "---------- Forwarded message ---------\nFrom: Ann <a@b.c>\nSubject: x\n\nIt broke"
    assert words(forwarded) == forwarded


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_offsets_hold_for_every_kind_of_line_break(newline: str):
    text = newline.join(["", f"  {REPLY}", "", "> no", "> never"])
    assert words(text) == REPLY


@pytest.mark.parametrize(
    "hostile",
    [
        "On a 1\n" * 150_000,
        ("On " + "a " * 58 + "\n") * 8_000,
        ("Am " + "schrieb " * 14 + "\n") * 8_000,
        "From: \n" * 150_000,
        "> " * 500_000,
        "\n" * 1_000_000,
        "thanks\n" * 150_000,
        "_" * 1_000_000,
        "a" * 1_000_000,
    ],
)
def test_a_megabyte_made_to_hurt_takes_bounded_time(hostile: str):
    start = time.process_time()
    own_words(hostile)
    assert time.process_time() - start < 3


LINES = st.sampled_from(
    [REPLY, "", "> no", "--", "Regards", "On 3 May x wrote:", "From: a@b", "To: c", "\0", "\ud800"]
)


@settings(max_examples=200)
@given(st.lists(LINES | st.text(max_size=40)).map("\n".join))
def test_the_part_lies_within_the_text_without_space_around_it(text: str):
    span = own_words(text)
    assert 0 <= span.start <= span.end <= len(text)
    assert span.of(text) == span.of(text).strip()


@given(st.lists(LINES).map("\n".join))
def test_a_text_with_letters_never_loses_them_all(text: str):
    has_letters = any(map(str.isalpha, text))
    assert any(map(str.isalpha, words(text))) == has_letters
