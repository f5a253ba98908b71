"""What the API is asked about runs that score again, and what it shows of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field, StrictBool, model_validator

from triage.api.schemas import Text
from triage.asked_tickets import LONGEST, NOT_ASKED
from triage.domain.rescoring import ItemState, RunState
from triage.rescore import HIGHEST_RATE, LONGEST_FOLDER, USUAL_RATE, Asked, Looked
from triage.rescored import Comparison, NotDone

LONGEST_FILE = 400_000  # characters of a policy or a playbook


class NewRescore(BaseModel):
    """Which tickets to score again, and by what; what is left out is as it is in force."""

    open: StrictBool = Field(default=False, description="those whose customer waits")
    since: Text = Field(default="", max_length=8, description="a customer wrote since: 30d, 12h")
    query: Text = Field(
        default="", max_length=LONGEST, description="lane=charged language=en, as the desk says"
    )
    model: Text | None = Field(
        default=None, max_length=LONGEST_FOLDER, description="a folder on the workers' machines"
    )
    policy: Text | None = Field(default=None, max_length=LONGEST_FILE, description="YAML")
    playbook: Text | None = Field(default=None, max_length=LONGEST_FILE, description="YAML")
    apply: StrictBool = Field(default=False, description="once it is compared, by itself")
    rate: float = Field(default=USUAL_RATE, gt=0, le=HIGHEST_RATE, allow_inf_nan=False)

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.open or self.since or self.query.strip()):
            raise ValueError(NOT_ASKED)
        return self

    def asked(self, in_force: dict[str, Any]) -> Asked:
        """Return what is asked for; `in_force` are the files' texts where none was sent."""
        sent = {"policy": self.policy, "playbook": self.playbook, "model_folder": self.model}
        return Asked(
            open=self.open,
            since=self.since,
            query=self.query,
            applies=self.apply,
            rate=self.rate,
            **in_force | {name: it for name, it in sent.items() if it is not None},
        )


class Begun(BaseModel):
    """The run that the workers begin with in a second."""

    run: int


class Pace(BaseModel):
    """At which rate to apply; null: as it was begun."""

    rate: float | None = Field(default=None, gt=0, le=HIGHEST_RATE, allow_inf_nan=False)


class RescoreView(BaseModel):
    """A run and how far it is."""

    run: int
    asked: str
    by: str
    made_at: datetime
    state: RunState
    paused: bool
    trouble: str = Field(description="why it stands or leaves something out; empty: nothing does")
    tickets: int
    read: int = Field(description="of the tickets, how many were scored so far")
    parked: int = Field(description="chunks that failed five times and are left out")
    items: dict[ItemState, int] = Field(description="tickets by what became of them")
    rate: float
    model_version: str | None = Field(description="null: no worker has begun")
    policy_version: str
    playbook_version: str


class MoveView(BaseModel):
    """A ticket that would move: as it is, as it would be, and the words that weigh most."""

    ticket: int
    external_id: str
    subject: str
    lane: tuple[str, str]
    level: tuple[int, int]
    respond_by: tuple[datetime, datetime]
    agent: tuple[str | None, str | None]
    words: str
    state: ItemState


class LoadView(BaseModel):
    """What somebody holds and carries, before and after; by team and name."""

    name: str
    team: str
    capacity: int
    load: tuple[int, int]
    emotional: tuple[float, float]


class ComparisonView(BaseModel):
    """What a run would change. In `lanes` and `levels` rows are as it is, columns as it would be;
    pairs are before and after.
    """

    at: datetime
    tickets: int
    changed: dict[str, int] = Field(description="tickets by what changes of them")
    lane_names: list[str]
    lanes: list[list[int]]
    levels: list[list[int]]
    late: tuple[int, int]
    soon: tuple[int, int] = Field(description="due within an hour")
    team: list[LoadView]
    moves: list[MoveView] = Field(description="the largest, fifty at most")


class NotDoneView(BaseModel):
    """A ticket with which nothing was done, and why."""

    ticket: int
    external_id: str
    state: ItemState
    why: str


class RescoreDetail(RescoreView):
    """A run with its comparison (null until all is scored)."""

    comparison: ComparisonView | None
    not_done: list[NotDoneView] = Field(description="some of them")


def run_view(looked: Looked) -> RescoreView:
    """Return a run as the API shows it."""
    return RescoreView(**_values(looked))


def run_detail(
    looked: Looked, compared: Comparison | None, not_done: list[NotDone]
) -> RescoreDetail:
    """Return a run with all there is to see."""
    return RescoreDetail(
        **_values(looked),
        comparison=ComparisonView(**asdict(compared)) if compared else None,
        not_done=[NotDoneView(**asdict(it)) for it in not_done],
    )


def _values(looked: Looked) -> dict[str, Any]:
    run, found = looked.run, looked.progress
    names = ("asked", "by", "made_at", "state", "paused", "trouble", "tickets", "rate")
    versions = ("model_version", "policy_version", "playbook_version")
    counts = {"run": run.id, "read": found.read, "parked": found.parked, "items": found.items}
    return counts | {name: getattr(run, name) for name in (*names, *versions)}
