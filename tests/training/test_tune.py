"""The second stage continues where it stopped, and knows what each kind of text can teach."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from models.training import advice, readers, targets
from models.training.base import our_tokenizer
from models.training.checkpoint import network_in
from models.training.corpus import FLAGS
from models.training.readers import Part
from models.training.teacher import Example, Teacher, with_falls
from models.training.tune import Held, Run


@pytest.fixture(scope="module")
def teacher(goemotions: Path) -> Teacher:
    return Teacher(our_tokenizer(), goemotions)


@pytest.fixture(scope="module")
def messages(teacher: Teacher) -> list[Example]:
    some = [it for it in readers.read_corpus() if it.part is Part.TRAIN][:10]
    return teacher.messages(some)


def a_run(teacher: Teacher, first_stage: Path, messages: list[Example], out: Path) -> Run:
    return Run(
        teacher,
        first_stage,
        out,
        taught=messages,
        essays=[],
        epochs=2,
        rate=1e-3,
        replayed=4,
        seed=1,
    )


def test_a_stopped_run_goes_on_to_the_same_end(teacher, first_stage, messages, tmp_path, capsys):
    flags = np.zeros((4, len(FLAGS)))
    flags[0] = 1
    held = Held(messages[:4], [0, 1, 2, 4], messages[:3], [0, 1, 2], flags)
    a_run(teacher, first_stage, messages, tmp_path / "straight").epochs(held)
    stopped = a_run(teacher, first_stage, messages, tmp_path / "stopped")
    stopped.epochs(held, until=1)
    a_run(teacher, first_stage, messages, tmp_path / "stopped").epochs(held)
    straight, resumed = (network_in(tmp_path / it) for it in ("straight", "stopped"))
    for name, values in straight.items():
        assert torch.allclose(values, resumed[name], atol=1e-6), name
    assert capsys.readouterr().out.count("epoch 2/2") == 2


def test_a_message_teaches_the_guideline_and_a_comment_of_reddit_only_its_labels(teacher, messages):
    labels = len(teacher.names)
    assert messages[0].weight[:labels].sum() == 0
    assert (messages[0].weight[labels : labels + len(targets.GUIDELINE_OUTPUTS)] > 0).all()
    (comment,) = teacher.replay(1, random.Random(1))
    assert (comment.weight[:labels] == 1).all()
    assert comment.weight[labels:].sum() == 0


def test_an_essay_teaches_distress_only(teacher, tmp_path):
    path = tmp_path / "messages.csv"
    path.write_text('"distress","essay"\n"7","it is sad"\n"1","fine"\n', encoding="utf-8")
    sad, fine = teacher.distressed(path)
    at = teacher.outputs.index(targets.DISTRESS)
    assert (sad.target[at], fine.target[at]) == (1.0, 0.0)
    assert sad.weight.sum() == 1.0


def test_the_sentence_with_the_marked_words_learns_the_flag(teacher):
    marked = next(
        it
        for it in readers.read_corpus()
        if it.part is Part.TRAIN and it.message.id == "f01-self-harm-a/01"
    )
    (example,) = teacher.messages([marked])
    assert example.raised is not None
    column = targets.FLAG_OUTPUTS.index("flag self_harm")
    shown = [
        it.of(example.text)
        for it, raised in zip(example.sentences, example.raised[:, column], strict=True)
        if raised
    ]
    assert shown == ["i wont be needing it after tonight"]


def test_what_the_first_stage_says_counts_beside_labels_and_alone_where_there_are_none(
    teacher, first_stage, messages
):
    comment = teacher.replay(1, random.Random(1))[0]
    first = advice.first_stage(first_stage, len(teacher.names))
    before = comment.target[: len(teacher.names)]
    learned, message = first.heard([comment, messages[0]])
    said = 2 * learned.target[: len(teacher.names)] - before
    assert ((said > 0) & (said < 1)).all()
    assert torch.allclose(message.weight[: len(teacher.names)], torch.tensor(advice.REMEMBERED))


def test_a_sentences_fall_is_what_the_charge_loses_without_it(teacher):
    def charges(examples: list[Example]) -> list[float]:
        return [3.0 if "awful" in it.text else 1.0 for it in examples]

    (seen,) = readers.read_corpus()[:1]
    text = "This is awful. The number is 5."
    example = teacher._again(text, teacher.messages([seen])[0])
    (known,) = with_falls([example], teacher, charges)
    assert known.falls is not None
    assert known.falls.tolist() == [2.0, 0.0]
