"""What outside words lose at the border, and what they keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.helpdesks import hygiene, ids

ANY_TEXT = st.text(st.characters(codec=None), max_size=50)


@given(ANY_TEXT)
def test_clean_text_can_be_stored(text):
    clean = hygiene.clean(text)
    assert "\0" not in clean
    clean.encode()


def test_what_means_something_is_kept():
    assert hygiene.clean("a\0b\ud800c\n\tGrüße 😡") == "ab\ufffdc\n\tGrüße 😡"


def test_a_long_text_loses_its_middle_only():
    text = "start " + "x" * 300_000 + " the demand"
    short = hygiene.shorten(text)
    assert len(short) <= hygiene.MAX_TEXT
    assert short.startswith("start ")
    assert short.endswith(" the demand")
    assert "characters left out" in short


def test_a_text_of_the_largest_size_is_left_whole():
    text = "x" * hygiene.MAX_TEXT
    assert hygiene.shorten(text) is text


@given(ANY_TEXT)
def test_a_line_is_one_line(text):
    line = hygiene.one_line(text, 20)
    assert len(line) <= 20
    assert line == line.strip()
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("pt-BR", "pt"), ("DE_at", "de"), (" fr ", "fr"), ("zh-Hans-CN", "zh")],
)
def test_a_language_is_read_from_its_tag(tag, language):
    assert hygiene.language(tag) == language


@pytest.mark.parametrize("word", ["English", "", "e", "en-", "日本"])
def test_what_is_no_tag_hints_at_no_language(word):
    assert hygiene.language(word) is None


def test_tags_are_bounded_lines():
    assert hygiene.tags(["a", " a ", "", "b\nc", "d" * 300]) == {"a", "b c", "d" * 100}
    assert len(hygiene.tags(str(number) for number in range(1_000))) == hygiene.MAX_TAGS


@given(ANY_TEXT, ANY_TEXT)
def test_a_made_up_message_id_is_bounded_and_the_same_each_time(ticket, suffix):
    ticket_id = ids.usable(ticket * 10) or "1"
    name = ids.message_id(ticket_id, ids.usable(suffix) or "first")
    assert 0 < len(name) <= ids.MAX_ID
    assert name == ids.message_id(ticket_id, ids.usable(suffix) or "first")
