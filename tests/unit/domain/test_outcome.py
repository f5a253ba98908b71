"""An exchange is a reply between two of the customer's messages; few of them make no figure."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

import pytest

from tests.fakes import NOON
from triage.domain.emotion import Emotion
from triage.domain.outcome import (
    LEAST,
    Exchange,
    Mood,
    Outcome,
    Said,
    Turn,
    by_both,
    by_emotion,
    by_strategy,
    turns,
)
from triage.domain.ticket import Author, MessageId

WHO = {"c": Author.CUSTOMER, "a": Author.AGENT, "s": Author.SYSTEM, "m": Author.CUSTOMER}


def thread(who: str) -> list[Said]:
    """Messages one hour apart: c customer, a agent, s system, m the customer's machine."""
    return [
        Said(MessageId(at), WHO[one], NOON + timedelta(hours=at), counts=one != "m")
        for at, one in enumerate(who, 1)
    ]


def turn(answered: Sequence[int], replied: int, after: int | None) -> Turn:
    return Turn(
        tuple(map(MessageId, answered)),
        NOON + timedelta(hours=replied),
        MessageId(after) if after else None,
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("", []),
        ("cc", []),
        ("ac", []),  # nobody had asked
        ("ca", [turn([1], 2, None)]),
        ("cac", [turn([1], 2, 3)]),
        ("ccac", [turn([1, 2], 3, 4)]),
        ("caac", [turn([1], 2, 4)]),  # a second reply is part of the first
        ("cacac", [turn([1], 2, 3), turn([3], 4, 5)]),
        ("cascs", [turn([1], 2, 4)]),
        ("cam", [turn([1], 2, None)]),  # a machine's answer is nobody's mood
        ("camc", [turn([1], 2, 4)]),
    ],
)
def test_turns_are_cut_at_replies(who: str, expected: list[Turn]):
    assert turns(thread(who)) == expected


def exchange(strategy: str = "calm_first", emotion: Emotion | None = None, **values) -> Exchange:
    ordinary = {"before": Mood(0.7, 3), "after": Mood(0.2, 0)}
    return Exchange(strategy=strategy, emotion=emotion, **ordinary | values)


def test_a_kind_shows_its_mean_change_and_who_calmed():
    calmed, angrier = exchange(), exchange(after=Mood(0.9, 4))
    (found,) = by_strategy([*[calmed] * 8, *[angrier] * 2])
    assert (found.strategy, found.exchanges, found.charged) == ("calm_first", 10, 10)
    assert found.change == pytest.approx(0.8 * -0.5 + 0.2 * 0.2)
    assert found.change_between.low < found.change < found.change_between.high
    assert found.calmed == 0.8
    assert (found.calmed_between.low, found.calmed_between.high) == pytest.approx(
        (0.490, 0.943), abs=0.001
    )


def test_too_few_exchanges_make_no_figure():
    (found,) = by_strategy([exchange()] * (LEAST - 1))
    assert found.exchanges == LEAST - 1
    assert (found.change, found.calmed, found.change_between, found.calmed_between) == (None,) * 4
    assert by_strategy([exchange()] * LEAST)[0].change is not None


def test_who_was_calm_before_cannot_calm():
    (found,) = by_strategy([exchange(before=Mood(0.1, 1))] * 20)
    assert (found.charged, found.calmed) == (0, None)
    assert found.change is not None


def test_silence_is_counted_and_is_no_evidence_of_calm():
    silent, unread = exchange(after=None), exchange(after=None, unread=True)
    (found,) = by_strategy([*[exchange()] * 10, *[silent] * 30, *[unread] * 3])
    assert (found.exchanges, found.silent, found.unread) == (10, 30, 3)
    assert found.calmed == 1.0
    assert found.change == pytest.approx(-0.5)


def test_kinds_are_strategies_feelings_or_both_the_most_frequent_first():
    some = [exchange("a", Emotion.ANGER), exchange("b"), exchange("b", Emotion.ANGER)]
    assert [(it.strategy, it.emotion) for it in by_strategy(some)] == [("b", None), ("a", None)]
    assert [(it.strategy, it.emotion) for it in by_emotion(some)] == [
        (None, "anger"),
        (None, "not certain"),
    ]
    assert len(by_both(some)) == 3


def test_nothing_in_an_outcome_could_be_about_an_agent():
    assert {it.name for it in fields(Exchange)} == {
        "strategy",
        "emotion",
        "before",
        "after",
        "unread",
    }
    assert {it.name for it in fields(Outcome)} == {
        "strategy",
        "emotion",
        "exchanges",
        "change",
        "change_between",
        "charged",
        "calmed",
        "calmed_between",
        "silent",
        "unread",
    }
