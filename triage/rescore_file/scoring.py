"""Every ticket's result, made on all cores: one text a call, each text once.

Threads score, as ONNX Runtime lets go of Python's lock (docs/decisions/0003); this one reads what
is next, makes the results in the file's order and keeps them, some at a time. What a kill takes is
what was not kept yet.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson

from triage.ports import Model
from triage.rescore_file.result import Rules, Thread, result_of, thread_of
from triage.rescore_file.work import Work
from triage.store.threads import as_json, from_json
from triage.ticketfile.row import Reject

AHEAD = 32  # tickets whose texts are handed out, for each thread
KEPT_AFTER = 1.0  # s; as much is done again after a kill
FETCHED = 256  # tickets at once
SCORED_TO = "scored to"

Seen = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that counts, and its scoring as JSON, ready or on its way."""

    number: int
    body: str
    scoring: Future[str]


@dataclass(slots=True)
class _Done:
    """What is finished and not kept yet."""

    results: list[tuple[int, str]] = field(default_factory=list)
    scorings: dict[int, str] = field(default_factory=dict)  # of texts that occur again
    rejects: list[Reject] = field(default_factory=list)
    last: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def due(self) -> bool:
        return time.monotonic() - self.since >= KEPT_AFTER


class Scoring:
    """One run's scoring; `seen` is told each result when it is made."""

    def __init__(self, work: Work, model: Model, rules: Rules, seen: Seen) -> None:
        self._work, self._model, self._rules, self._seen = work, model, rules, seen
        self._under_way: dict[int, Future[str]] = {}
        self._done = _Done()

    def run(self, workers: int) -> None:
        """Score what has no result yet. Stops at once where it is interrupted."""
        waiting: deque[tuple[Thread, list[_Text]]] = deque()
        threads = ThreadPoolExecutor(workers, "score")
        try:
            for thread in self._threads():
                waiting.append((thread, [self._text(it.text, threads) for it in thread.counted]))
                if len(waiting) > AHEAD * workers:
                    self._finish(*waiting.popleft())
            while waiting:
                self._finish(*waiting.popleft())
            self._keep()
        finally:
            threads.shutdown(cancel_futures=True)

    def _threads(self) -> Iterator[Thread]:
        last = self._work.fact(SCORED_TO) or 0
        while rows := self._work.tickets(last, FETCHED):
            for row in rows:
                yield thread_of(row, self._work.thread(row.seq), self._rules)
            last = rows[-1].seq

    def _text(self, number: int | None, threads: ThreadPoolExecutor) -> _Text:
        assert number is not None  # customers' messages have a text
        row = self._work.text(number)
        scoring = self._under_way.get(number)
        if scoring is None and row.scoring is None:
            scoring = threads.submit(self._score, row.body, row.language)
            if row.repeated:
                self._under_way[number] = scoring
        return _Text(number, row.body, scoring or _known(row.scoring))

    def _score(self, body: str, language: str | None) -> str:
        return orjson.dumps(as_json(self._model.score(body, language))).decode()

    def _finish(self, thread: Thread, texts: list[_Text]) -> None:
        done = self._done
        try:
            result = self._result(thread, texts)
        except Exception as error:  # whatever a model does to one text
            why = f"ticket {thread.row.name!r} could not be scored: {type(error).__name__}"
            done.rejects.append(Reject(thread.row.line, why))
        else:
            done.results.append((thread.row.seq, orjson.dumps(result).decode()))
            self._seen(result)
        done.last = thread.row.seq
        if done.due:
            self._keep()

    def _result(self, thread: Thread, texts: list[_Text]) -> dict[str, Any]:
        said = [it.scoring.result() for it in texts]
        for text, scoring in zip(texts, said, strict=True):
            if text.number in self._under_way:
                self._done.scorings[text.number] = scoring
        version = self._model.version
        scorings = [from_json(version, orjson.loads(it)) for it in said]
        return result_of(thread, [it.body for it in texts], scorings, self._rules)

    def _keep(self) -> None:
        done, self._done = self._done, _Done(last=self._done.last)
        if done.last:
            with self._work.moving():
                self._work.save_scorings([(it, number) for number, it in done.scorings.items()])
                self._work.save_results(done.results)
                for one in done.rejects:
                    self._work.reject(one)
                self._work.note(SCORED_TO, done.last)
        for number in done.scorings:  # from here on the work file has it
            self._under_way.pop(number, None)


def _known(scoring: str | None) -> Future[str]:
    ready = Future[str]()
    ready.set_result(scoring or "")
    return ready
