"""Calls of many threads gathered to one, for networks that are fastest on many texts at once.

While one pass is on its way the next calls pile up, so nobody waits by a clock: who calls alone is
answered at once, sixty-four callers share a pass. Texts go by length, so that little is padding.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray

from models.calibration import Floats

Ids = NDArray[np.int64]  # (n_tokens,)
Pass = Callable[[Sequence[Ids]], Floats]
Call = tuple[Sequence[Ids], "Future[Floats]"]

AT_ONCE = 64  # calls that make full passes; more wait longer and gain nothing
MOST_TEXTS = 1_024  # of the calls that are taken together


class Gathered:
    """Answers calls of any thread by passes over the texts of all that wait."""

    def __init__(self, once: Pass, most_tokens: int) -> None:
        """`once` returns the logits (n_texts, n_labels) of texts; `most_tokens`: padding included,
        of what it is given at once.
        """
        self._once = once
        self._most_tokens = most_tokens
        self._waiting: SimpleQueue[Call] = SimpleQueue()
        threading.Thread(target=self._answer, name="gathered", daemon=True).start()

    def __call__(self, texts: Sequence[Ids]) -> Floats:
        """Return the logits of one call's texts, (n_texts, n_labels). Raises what a pass raises."""
        answer: Future[Floats] = Future()
        self._waiting.put((texts, answer))
        return answer.result()

    def _answer(self) -> None:
        while True:
            calls = self._taken()
            try:
                found = self._passes([text for texts, _ in calls for text in texts])
            except Exception as error:
                self._alone(calls, error)
                continue
            for texts, answer in calls:
                answer.set_result(found[: len(texts)])
                found = found[len(texts) :]

    def _taken(self) -> list[Call]:
        """Wait for a call, and take with it those that wait already."""
        calls = [self._waiting.get()]
        while sum(len(texts) for texts, _ in calls) < MOST_TEXTS:
            try:
                calls.append(self._waiting.get_nowait())
            except Empty:
                break
        return calls

    def _alone(self, calls: Sequence[Call], error: Exception) -> None:
        """Let no call fail for another's text."""
        for texts, answer in calls:
            try:
                answer.set_result(self._passes(texts) if len(calls) > 1 else _raised(error))
            except Exception as own:
                answer.set_exception(own)

    def _passes(self, texts: Sequence[Ids]) -> Floats:
        found: list[tuple[list[int], Floats]] = [
            (places, self._once([texts[it] for it in places])) for places in self._parted(texts)
        ]
        answers = np.empty((len(texts), found[0][1].shape[1]))
        for places, logits in found:
            answers[places] = logits
        return answers

    def _parted(self, texts: Sequence[Ids]) -> Iterator[list[int]]:
        """Yield places of texts, shortest first, as many as fit into one pass."""
        part: list[int] = []
        for place in sorted(range(len(texts)), key=lambda it: len(texts[it])):
            if part and (len(part) + 1) * len(texts[place]) > self._most_tokens:
                yield part
                part = []
            part.append(place)
        yield part


def _raised(error: Exception) -> Floats:
    raise error
