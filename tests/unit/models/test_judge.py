"""The judge counts what it says it counts, on answers made for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.training import judge
from models.training.corpus import Labels, Message, labels_of
from models.training.judge import Judged, Pair
from models.training.readers import Read
from triage.domain.emotion import Emotion, Scoring, ScoringState, SentenceScores, Span
from triage.domain.flag import Flag

WORDS = {"awful": 0.9, "bad": 0.5}


def a_read(labels: str = "0 none ours yes civil", brief: str = "s01", text: str = "hi") -> Read:
    seen = labels_of(labels.split(), {})
    return Read(Message(f"{brief}/01", brief, "telecom", "chat", "first", text, seen), seen, seen)


def score(text: str) -> Scoring:
    """Read charge from two words; sentences end with a full stop."""
    spans, start = [], 0
    for part in text.split("."):
        if part.strip():
            spans.append(Span(start, start + len(part) + 1))
        start += len(part) + 1

    def charge(words: str) -> float:
        return max([value for word, value in WORDS.items() if word in words], default=0.0)

    return Scoring(
        model_version="fake-1",
        state=ScoringState.SCORED,
        language="en",
        own_words=Span(0, len(text)),
        sentences=tuple(SentenceScores(it, {}, charge(it.of(text))) for it in spans),
        charge=charge(text),
    )


def judged(charge: float, labels: str = "0 none ours yes civil", **changes: object) -> Judged:
    scoring = replace(score(""), charge=charge, **changes)
    return Judged(a_read(labels), scoring, frozenset())


def test_a_flag_lifts_the_level_to_its_floor():
    calm = judged(0.0)
    assert calm.level == 0
    assert replace(calm, flags=frozenset({Flag.BEREAVEMENT})).level == 3


def test_recall_is_what_the_first_part_holds():
    truth = [4, 0, 3, 0, 0, 0, 0, 0, 0, 0]
    assert judge.recall_at(truth, [9, 1, 8, 0, 0, 0, 0, 0, 0, 0], 0.2) == 1.0
    assert judge.recall_at(truth, [9, 1, 0, 0, 0, 0, 0, 0, 0, 8], 0.2) == 0.5


def test_only_calm_reports_of_problems_count_as_raised():
    raised = Judged(a_read(brief="g01"), score("awful"), frozenset())
    charged = Judged(a_read("3 anger2 ours yes civil", brief="g01"), score("awful"), frozenset())
    assert judge.plain_raised([raised, charged, judged(0.9)]) == (1, 1)


def test_a_negative_message_shown_as_positive_is_counted():
    shown = frozenset({Emotion.GRATITUDE})
    wrong = judged(0.5, "2 anger2 ours yes civil", shown=shown)
    mixed = judged(0.5, "2 anger2 gratitude1 ours yes civil", shown=shown)
    assert judge.turned_round([wrong, mixed, judged(0.5)]) == (1, 1)


def test_deleting_the_sentence_that_matters_is_seen():
    text = "It came. It is awful. It is red."
    read = a_read("3 anger2 ours yes civil", text=text)
    assert judge.faithful([Judged(read, score(text), frozenset())], score, 1) == (1, 1)


def test_what_is_not_reached_is_counted_with_the_price():
    found = [judged(it, "3 anger2 ours yes civil") for it in (0.2, 0.8)] + [judged(0.5)]
    assert judge.reached(found, 0.4) == (1, 2, pytest.approx(2 / 3))


def test_a_pair_that_moves_is_seen():
    (same,) = judge.pair_figures([Pair("name", 2, "bad, Ann", "bad, Ali")], score, 0.5)
    assert (same.mean_shift, same.flips) == (0.0, 0.0)
    (other,) = judge.pair_figures([Pair("name", 2, "bad", "awful")], score, 0.5)
    assert (other.mean_shift, other.flips) == (pytest.approx(0.4), 1.0)


def test_anger_told_of_calm_texts_is_counted_on_either_side():
    def angry(text: str) -> Scoring:
        return replace(score(text), emotions={Emotion.ANGER: 0.6 if "loud" in text else 0.1})

    pairs = [Pair("dialect", 0, "hi", "loud"), Pair("dialect", 3, "loud", "loud")]
    (found,) = judge.pair_figures(pairs, angry, 0.5)
    assert found.angry == (0, 1)


def test_ordinary_inboxes_are_told_from_briefs_written_to_be_hard():
    ordinary = Judged(a_read(brief="o01-telecom-posts"), score(""), frozenset())
    assert judge.ordinary([judged(0.2), ordinary]) == [ordinary]


def test_ranks_agree_where_the_charge_grows_with_the_level():
    found = [
        judged(0.1),
        judged(0.3, "1 none ours yes civil"),
        judged(0.9, "4 none ours yes civil"),
    ]
    assert judge.agreement_of(found).ranks == pytest.approx(1.0)


def test_recall_is_counted_beside_peers_and_among_some_messages():
    calm = [judged(0.1 + at / 100) for at in range(8)]
    seen, missed = (judged(it, "4 none ours yes civil") for it in (0.9, 0.05))
    found = [*calm, seen, missed]
    peers = {"the other way round": [-it.charge for it in found]}
    everywhere = judge.recalls(found, peers, found)
    assert (everywhere["Triage"][-1], everywhere["the other way round"][-1]) == (0.5, 0.5)
    some = judge.recalls(found, peers, [*calm[:4], seen])
    assert (some["Triage"][-1], some["the other way round"][-1]) == (1.0, 0.0)


def test_flags_are_judged_by_what_was_settled():
    labels: Labels = labels_of(["0", "none", "ours", "yes", "civil"], {"legal": "sue"})
    read = a_read()
    right = Judged(replace(read, settled=labels), score(""), frozenset({Flag.LEGAL}))
    missed = replace(right, flags=frozenset())
    vain = Judged(read, score(""), frozenset({Flag.LEGAL}))
    (legal,) = [it for it in judge.flag_figures([right, missed, vain]) if it.flag is Flag.LEGAL]
    assert (legal.positives, legal.recall, legal.precision, legal.ruled) == (2, 0.5, 0.5, 0.0)
