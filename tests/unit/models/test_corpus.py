"""The corpus is what its datasheet says, and a message that breaks the format is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.training import readers, targets
from models.training.corpus import (
    EMOTIONS,
    FLAGS,
    BadCorpus,
    Labels,
    labels_of,
    near_duplicates,
    read_file,
)
from models.training.readers import CALIBRATION, TEST, Part, Read, agreed, read_corpus


@pytest.fixture(scope="module")
def corpus() -> list[Read]:
    return read_corpus()


def test_it_is_wide(corpus):
    messages = [it.message for it in corpus]
    assert len(messages) >= 4_000
    assert len({it.industry for it in messages}) >= 14
    assert len({it.channel for it in messages}) == 5
    assert sum(len(it.text.split()) <= 45 for it in messages) >= 1_500


def test_nearly_half_of_it_is_calm_and_every_flag_is_there(corpus):
    assert np.mean([it.settled.charge <= 1 for it in corpus]) >= 0.45
    held = Counter(flag for it in corpus for flag in it.settled.flags)
    assert min(held[flag] for flag in FLAGS) >= 60


def test_parts_are_whole_briefs_and_the_test_is_large_enough(corpus):
    assert not TEST & CALIBRATION
    assert {it.message.brief for it in corpus} >= TEST | CALIBRATION
    test = [it for it in corpus if it.part is Part.TEST]
    assert len(test) >= 800
    assert sum(it.settled.charge >= 3 for it in test) >= 160


def test_fewer_than_one_in_a_hundred_is_much_like_another(corpus):
    assert near_duplicates([it.message for it in corpus]) < 0.01 * len(corpus)


def test_a_near_duplicate_is_found_and_a_like_opening_is_none(corpus):
    first = corpus[0].message
    again = replace(first, text=first.text + " thanks")
    other = replace(
        first, text=" ".join(first.text.split()[:5]) + " and then nothing else is alike here at all"
    )
    assert near_duplicates([first, again, other]) == 1


def test_two_readers_agree_as_far_as_the_guideline_asks(corpus):
    from models.training.measures import agreement  # noqa: PLC0415

    first = np.array([it.message.labels.charge for it in corpus])
    second = np.array([it.second.charge for it in corpus])
    assert agreement(first, second) >= 0.75


def test_comments_are_labelled_without_their_text():
    lines = (readers.CORPUS / "goemotions.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 2_500
    assert all(len(line.split("\t")[0]) == 7 for line in lines)
    assert max(map(len, lines)) < 150


HEADER = "@ telecom social first 2 frustration2 ours cannot_tell civil"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello\n", "text before the first line of labels"),
        (f"{HEADER}\n\n", "no text"),
        ("@ circus social first 2 none ours yes civil\nhi\n", "industry: expected one of"),
        ("@ telecom social first 7 none ours yes civil\nhi\n", "charge: expected one of 0, 1"),
        (f"{HEADER}\n! churn: I leave\nhi there\n", "the words of churn, 'I leave', are not"),
        (f"{HEADER} loud\nhi\n", "unknown words ['loud']"),
        (f"{HEADER}\n! boredom: hi\nhi\n", "unknown flags ['boredom']"),
    ],
)
def test_a_broken_message_is_refused_with_its_line(tmp_path: Path, text: str, says: str):
    path = tmp_path / "brief.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCorpus, match=r"brief\.txt:1: ") as refused:
        list(read_file(path))
    assert says in str(refused.value)


def labels(words: str, **flags: str) -> Labels:
    return labels_of(words.split(), flags)


def test_where_readers_differ_the_lower_charge_holds_unless_a_flag_stands():
    first, second = labels("3 anger2 ours yes rude"), labels("2 anger1 worry1 ours yes civil")
    assert agreed(first, second).charge == 2
    assert agreed(first, labels("2 none ours yes civil", legal="see you in court")).charge == 3


def test_an_emotion_holds_that_both_saw_or_one_saw_plainly():
    first = labels("2 anger2 worry1 ours yes civil")
    second = labels("2 disappointment1 worry1 ours yes civil")
    assert agreed(first, second).emotions == {"anger": 1, "worry": 1}


def test_the_target_lies_between_the_readers():
    names = targets.GUIDELINE_OUTPUTS
    target = targets.of_readers([labels("3 anger2 ours yes rude"), labels("1 none ours yes civil")])
    of = dict(zip(names, target.tolist(), strict=True))
    assert [of[f"charge {level}"] for level in (1, 2, 3, 4)] == [1.0, 0.5, 0.5, 0.0]
    assert of["ticket anger"] == 0.5
    assert of["rude"] == 0.5
    assert len(names) == len(EMOTIONS) + 4 + 2 + len(FLAGS)
