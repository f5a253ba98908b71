"""A world whose backlog is scored again, by a worker that runs when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.fakes import FakeModel
from tests.integration.test_decide import World
from triage import apply_again, rescore, score_again
from triage.apply_again import Applying
from triage.domain.emotion import Scoring
from triage.domain.rescoring import Verb
from triage.domain.ticket import TicketId
from triage.errors import BadInput
from triage.ports import Model
from triage.rescore import Asked, Looked
from triage.score_again import Bulk, Seen
from triage.store import rescore_tables, tables
from triage.sweep_runs import sweep_runs

#: A policy by which anger counts little, and a charged ticket may wait longer.
CALMER = """version: calmer
charge:
  level_cuts: [0.50, 0.97, 0.98, 0.99]
"""
LONG = timedelta(minutes=5)


@dataclass
class Mortal(FakeModel):
    """Its worker is killed in the n-th text that it reads, if that is said: nothing catches it."""

    dies_at: int = 0

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise KeyboardInterrupt
        return super().score(text, language_hint)


class Rescoring(World):
    """Beside what is live, runs that score again, by the fake model or by another one."""

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        self.models: dict[str, Model] = {}
        self.ways_given = 0
        self.bulk = self.a_worker()

    def a_worker(self) -> Bulk:
        return Bulk(
            database=self.database,
            model_of=self._model,
            give_way=self._give_way,
            clock=self.clock,
            seen=Seen(),
        )

    def _model(self, folder: str | None) -> Model:
        if folder is None:
            return self.model
        if folder not in self.models:
            raise BadInput(f"a worker cannot use the model in {folder}: no such folder")
        return self.models[folder]

    def _give_way(self) -> None:
        self.ways_given += 1

    def start(self, **asked: Any) -> int:
        ordinary: dict[str, Any] = {"open": True, "policy": CALMER}
        return rescore.start(self.database, Asked(**ordinary | asked), "Sue", self.clock())

    def act(self, run: int, verb: Verb | str, **more: Any) -> None:
        rescore.act(self.database, run, Verb(verb), "Sue", self.clock(), **more)

    def scores(self, run: int) -> Looked:
        """Have a worker do all there is to do, at a clock that stands."""
        score_again.work_on(self.bulk, run, self.clock() + LONG)
        return self.look(run)

    def applies(self, run: int) -> Looked:
        """Let time pass until the run has changed all it can."""
        for _ in range(100):
            self.step(run)
            if self.look(run).state not in {"applying", "undoing"}:
                break
            self.clock.forward(seconds=1)
        return self.look(run)

    def step(self, run: int) -> None:
        """Let a worker change what is due now."""
        parts = Applying(
            database=self.database,
            announce=self._announce,
            give_way=self._give_way,
            clock=self.clock,
        )
        apply_again.step(parts, run, self.clock() + LONG)

    def sweeps(self) -> list[tuple[str, int, int]]:
        asked: list[tuple[str, int, int]] = []
        sweep_runs(self.database, lambda *one: asked.append(one), self.clock())
        return asked

    def look(self, run: int) -> Looked:
        return rescore.look(self.database, run)

    def decided(self, key: str, text: str, **values: Any) -> TicketId:
        ticket = self.accept(key, text, **values)
        self.decide(ticket)
        return ticket

    def items(self, run: int) -> dict[int, Any]:
        query = select(rescore_tables.item).where(rescore_tables.item.c.run_id == run)
        with self.database.reading() as connection:
            return {it.ticket_id: it for it in connection.execute(query)}

    def scorings(self, version: str) -> int:
        mine = select(tables.scoring).where(tables.scoring.c.model_version == version)
        with self.database.reading() as connection:
            return len(connection.execute(mine).all())

    def other_model(self, folder: str = "/models/other", version: str = "other-1") -> Mortal:
        made = Mortal(version)
        self.models[folder] = made
        return made

    def with_worker(self, **changed: Any) -> None:
        self.bulk = replace(self.bulk, **changed)
