"""Sentences are found where a reader would, and their offsets always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import MAX_CHARACTERS, kept, sentences
from triage.domain.emotion import Span


def cut(text: str) -> list[str]:
    return [it.of(text) for it in sentences(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My order is late. Where is it?", ["My order is late.", "Where is it?"]),
        ("no reply. nothing!!! why", ["no reply.", "nothing!!!", "why"]),
        ("I waited... and waited", ["I waited...", "and waited"]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Dr. Hill told me, e.g. on Monday.", ["Dr. Hill told me, e.g. on Monday."]),
        ("It costs 3.50 at example.com today", ["It costs 3.50 at example.com today"]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("返金してください。今すぐ！", ["返金してください。", "今すぐ！"]),
        ("Stop.\n\n---\n!!!\n", ["Stop."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]):
    assert cut(text) == expected


def test_a_line_that_a_mail_program_wrapped_is_one_sentence():
    text = "This is a sentence that goes on for longer than the\nmargin of the mail program. Next."
    assert cut(text) == [text[:-6], "Next."]


def test_long_sentences_are_cut_between_words():
    pieces = cut("word " * 200)
    assert len(pieces) > 1
    assert all(set(piece.split()) == {"word"} for piece in pieces)


def test_of_a_long_text_head_and_tail_are_read():
    text = "Head. " + "x" * 50_000 + ". Tail."
    assert [sum(it.end - it.start for it in kept(text, Span(0, len(text))))] == [MAX_CHARACTERS]
    assert cut(text)[0].startswith("Head.")
    assert cut(text)[-1].endswith("Tail.")


def test_links_are_not_read():
    text = "Still broken https://t.co/x9Qz?a=1, see www.example.com/a and fix it"
    read = [it.of(text) for it in kept(text, Span(0, len(text)))]
    assert read == ["Still broken ", " see ", " and fix it"]
    assert cut(text) == [text]


def test_a_drawn_out_word_is_no_link():
    text = "awww...thanks"
    assert [it.of(text) for it in kept(text, Span(0, len(text)))] == [text]


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_sentences_are_in_order_inside_the_span_and_at_most_24(text: str, start: int, size: int):
    span = Span(min(start, len(text)), min(start + size, len(text)))
    found = sentences(text, span)
    edges = [edge for it in found for edge in (it.start, it.end)]
    assert edges == sorted(edges)
    assert all(span.start <= edge <= span.end for edge in edges)
    assert all(it.start < it.end for it in found)


@given(st.lists(st.sampled_from(["One. ", "Two\n", "three, ", "!!! "])).map("".join))
def test_no_letter_is_lost(text: str):
    assert sum(map(str.isalpha, "".join(cut(text)))) == sum(map(str.isalpha, text))
    assert len(cut(text * 20)) <= 24
