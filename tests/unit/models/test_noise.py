"""Typing a message otherwise keeps what it says."""

import random

import pytest

from models.training.noise import MANNERS, framed, retyped

TEXT = "He said the parcel wasn't here, and you told my husband to wait for two weeks!"


def test_the_same_chance_gives_the_same_text():
    assert retyped(TEXT, random.Random(7)) == retyped(TEXT, random.Random(7))


@pytest.mark.parametrize("manner", MANNERS, ids=lambda it: it.__name__.strip("_"))
def test_every_manner_changes_the_message_and_leaves_most_of_it(manner):
    changed = manner(TEXT, random.Random(1))
    assert changed != TEXT
    assert 0.7 * len(TEXT) < len(changed) <= len(TEXT) + 5


def test_people_are_exchanged_and_names_of_things_are_not():
    changed = {manner.__name__: manner(TEXT, random.Random(1)) for manner in MANNERS}["_of_others"]
    assert "She said the parcel" in changed
    assert "my wife" in changed


@pytest.mark.parametrize("text", ["", "!!!", "a", "😡", "ok"])
def test_nothing_much_stays_a_text(text):
    for seed in range(20):
        assert isinstance(retyped(text, random.Random(seed)), str)


def test_a_framed_message_stands_whole_between_what_everybody_writes():
    found = {framed(TEXT, random.Random(seed)) for seed in range(40)}
    assert len(found) > 30
    assert all(TEXT in it and len(it) > len(TEXT) for it in found)
    assert any(it.startswith(TEXT) for it in found)
    assert any(it.endswith(TEXT) for it in found)
