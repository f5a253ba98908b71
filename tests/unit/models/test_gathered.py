"""Calls of many threads share passes, and each gets its own answer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gathered import Gathered

MOST_TOKENS = 12
POISON = 666


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


class Network:
    """Answers a text by its sum and length; notes every pass."""

    def __init__(self) -> None:
        self.passes: list[list[int]] = []
        self.may_answer = Event()
        self.may_answer.set()
        self.is_asked = Event()

    def __call__(self, texts: Sequence[np.ndarray]) -> np.ndarray:
        self.is_asked.set()
        assert self.may_answer.wait(10)
        self.passes.append([len(it) for it in texts])
        if any(POISON in it for it in texts):
            raise RuntimeError("the device cannot read this")
        return np.array([[it.sum(), len(it)] for it in texts], dtype=np.float64)


def test_one_call_alone_is_answered_at_once():
    network = Network()
    assert Gathered(network, MOST_TOKENS)([ids(1, 2), ids(3)]).tolist() == [[3, 2], [3, 1]]
    assert network.passes == [[1, 2]]


def test_calls_that_wait_meanwhile_share_a_pass():
    network = Network()
    gathered = Gathered(network, MOST_TOKENS)
    network.may_answer.clear()
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(gathered, [ids(9)])
        assert network.is_asked.wait(10)
        others = [threads.submit(gathered, [ids(it)]) for it in range(4)]
        while gathered._waiting.qsize() < len(others):
            pass
        network.may_answer.set()
        assert first.result(10).tolist() == [[9, 1]]
        assert [it.result(10).tolist() for it in others] == [[[it, 1]] for it in range(4)]
    assert network.passes == [[1], [1, 1, 1, 1]]


@cache
def shared() -> tuple[Network, Gathered]:
    """The same for each example: a thread lives as long as the process."""
    network = Network()
    return network, Gathered(network, MOST_TOKENS)


@given(st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=20), min_size=1, max_size=30))
def test_whatever_the_lengths_everybody_gets_their_own_and_no_pass_is_too_large(texts):
    network, gathered = shared()
    network.passes.clear()
    found = gathered([ids(*it) for it in texts])
    assert found.tolist() == [[sum(it), len(it)] for it in texts]
    for lengths in network.passes:
        assert lengths == sorted(lengths)
        assert len(lengths) == 1 or len(lengths) * max(lengths) <= MOST_TOKENS


def test_a_text_that_cannot_be_read_fails_its_own_call_only():
    network = Network()
    gathered = Gathered(network, MOST_TOKENS)
    network.may_answer.clear()
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(gathered, [ids(1)])
        assert network.is_asked.wait(10)
        bad, good = threads.submit(gathered, [ids(POISON)]), threads.submit(gathered, [ids(2)])
        while gathered._waiting.qsize() < 2:
            pass
        network.may_answer.set()
        assert first.result(10).tolist() == [[1, 1]]
        assert good.result(10).tolist() == [[2, 1]]
        with pytest.raises(RuntimeError, match="cannot read this"):
            bad.result(10)
    assert gathered([ids(3)]).tolist() == [[3, 1]]
