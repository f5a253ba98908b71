"""Runs of tokens beside the network: what they are, what they add, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.manifest import NGRAMS, ModelUnavailable
from models.ngrams import Joined, Ngrams, keys_of, with_ngrams

CLS, SEP = 101, 102
tokens = st.lists(st.integers(0, 30_521), max_size=12)


def ids(*inside: int) -> np.ndarray:
    return np.array([CLS, *inside, SEP], dtype=np.int64)


def of_runs(*runs: tuple[int, ...], weights: list[list[int]]) -> Ngrams:
    """Runs of tokens, each with its weights on every output."""
    keys = [int(keys_of(ids(*run))[-1]) for run in runs]
    order = np.argsort(keys)
    return Ngrams(
        np.array(keys, dtype=np.int64)[order],
        np.ones(len(keys), dtype=np.float32),
        np.array(weights, dtype=np.int8)[order],
        np.array([0.5] * len(weights[0]), dtype=np.float32),
        np.array([0.25] * len(weights[0]), dtype=np.float32),
    )


class Silent:
    """A network that says nothing."""

    def logits(self, input_ids: np.ndarray, pooling: np.ndarray) -> np.ndarray:
        return np.zeros((len(pooling), 3))


@given(tokens)
def test_a_text_of_n_tokens_has_all_its_runs_of_one_to_three(inside: list[int]):
    count = len(inside)
    expected = count + max(0, count - 1) + max(0, count - 2)
    assert len(keys_of(ids(*inside))) == expected


@given(tokens, tokens)
def test_only_the_same_run_has_the_same_key(first: list[int], second: list[int]):
    def runs(inside: list[int]) -> list[tuple[int, ...]]:
        return [
            tuple(inside[at : at + length])
            for length in (1, 2, 3)
            for at in range(len(inside) - length + 1)
        ]

    keys = [*keys_of(ids(*first)), *keys_of(ids(*second))]
    named = [*runs(first), *runs(second)]
    assert len(set(keys)) == len(set(named))


def test_what_a_text_says_is_the_mean_of_its_known_runs_by_length():
    ngrams = of_runs((7,), (7, 8), weights=[[10, 0], [0, 20]])
    both = ngrams(ids(7, 8, 9))
    assert both == pytest.approx([10 / 2**0.5 * 0.5 + 0.25, 20 / 2**0.5 * 0.5 + 0.25], rel=1e-6)
    assert ngrams(ids(9, 7)) == pytest.approx([10 * 0.5 + 0.25, 0.25])


def test_a_text_without_known_runs_says_only_how_frequent_each_is():
    ngrams = of_runs((7,), weights=[[10, 0]])
    assert ngrams(ids()) == pytest.approx([0.25, 0.25])
    assert ngrams(ids(30_000)) == pytest.approx([0.25, 0.25])


def test_runs_are_added_to_their_outputs_of_the_text_and_its_sentences():
    joined = Joined(Silent(), of_runs((7,), weights=[[10, 20]]), [2, 0], [1.0, 0.1])
    found = joined.logits(ids(7), np.ones((2, 3), dtype=np.float32))
    assert found == pytest.approx(np.array([[1.025, 0, 5.25]] * 2))


def test_what_was_saved_is_loaded(tmp_path: Path):
    ngrams = of_runs((7,), (1, 2, 3), weights=[[10, 0], [3, -4]])
    ngrams.save(tmp_path / NGRAMS)
    shares = {"b": 1.0, "a": 1.0}
    network = with_ngrams(Silent(), tmp_path, ["a", "b", "c"], shares)
    found = network.logits(ids(1, 2, 3), np.ones((1, 5), dtype=np.float32))
    assert found[0] == pytest.approx([-4 * 0.5 + 0.25, 3 * 0.5 + 0.25, 0])


def test_without_shares_there_are_no_runs(tmp_path: Path):
    network = Silent()
    assert with_ngrams(network, tmp_path, ["a"], {}) is network


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"no archive", "cannot be read"), ("two", "has 2 outputs")],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(tmp_path: Path, content, said):
    if content == "two":
        of_runs((7,), weights=[[1, 2]]).save(tmp_path / NGRAMS)
    elif content:
        (tmp_path / NGRAMS).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=said):
        with_ngrams(Silent(), tmp_path, ["a"], {"a": 1.0})
