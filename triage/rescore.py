"""Score the backlog again, see what would change, then apply it: a run, and what people do with it.

A run over tickets of the database is cut into chunks that the workers score beside what is live.
Nothing on the desk changes until somebody applies it; all of it can be taken back as one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.asked_tickets import tickets_asked
from triage.domain.person import Principal
from triage.domain.rescoring import ItemState, RunState, Verb, fault
from triage.errors import BadInput, ChangedMeanwhile, UnknownRun
from triage.rescore_by import playbook_of, policy_of
from triage.store import audit, rescore_chunks, rescores
from triage.store.audit import Action
from triage.store.database import Database
from triage.store.rescores import NewRun, Progress

USUAL_RATE = 20.0  # tickets a second; helpdesks let programs change some 10 to 40 a second
HIGHEST_RATE = 1_000.0
LONGEST_FOLDER = 500  # characters
MOST_RUNS = 50  # in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which tickets to score again, and by what; a text that is None stands for what ships.

    `names` are what the policy's and the playbook's texts are called where they are wrong.
    """

    open: bool = False
    since: str = ""
    query: str = ""
    model_folder: str | None = None
    policy: str | None = None
    playbook: str | None = None
    names: tuple[str, str] = ("the policy", "the playbook")
    applies: bool = False
    rate: float = USUAL_RATE


@dataclass(frozen=True, slots=True)
class Looked:
    """A run as it is now."""

    run: Any
    progress: Progress

    @property
    def state(self) -> RunState:
        return RunState(self.run.state)


def start(database: Database, asked: Asked, who: Principal | str, now: datetime) -> int:
    """Begin a run and return its number; the workers find it. Raises BadInput, BadFile."""
    check_rate(asked.rate)
    folder = _folder(asked.model_folder)
    policy = policy_of(asked.policy, asked.names[0])
    playbook = playbook_of(asked.playbook, asked.names[1])
    with database.reading() as connection:
        words, tickets = tickets_asked(connection, asked.open, asked.since, asked.query, now)
    if not tickets:
        raise BadInput(f"{words}: no ticket that was decided; there is nothing to score again")
    new = NewRun(
        asked=words,
        model_folder=folder,
        policy_version=policy.version,
        policy_text=asked.policy,
        playbook_version=playbook.version,
        playbook_text=asked.playbook,
        applies=asked.applies,
        rate=asked.rate,
        by=audit.name_of(who),
    )
    with database.writing() as connection:
        run_id = rescores.add(connection, new, tickets, now)
        about = f"run {run_id}: {len(tickets)} tickets"
        audit.note(connection, who, Action.SCORED_AGAIN, about=about, now=now)
    return run_id


def act(
    database: Database,
    run_id: int,
    verb: Verb,
    who: Principal | str,
    now: datetime,
    rate: float | None = None,
) -> None:
    """Do this with a run. Raises UnknownRun, ChangedMeanwhile, BadInput."""
    if rate is not None:
        check_rate(rate)
    with database.writing() as connection:
        run = rescores.find(connection, run_id, lock=True)
        if run is None:
            raise UnknownRun(f"there is no run {run_id}")
        applied = rescores.progress(connection, run_id).of(ItemState.APPLIED)
        state = RunState(run.state)
        if wrong := fault(verb, state, paused=run.paused, applied=applied):
            raise ChangedMeanwhile(f"run {run_id} {wrong}")
        _check_alone(connection, run_id, verb)
        changed = _changes(verb, now) | ({"rate": rate} if rate is not None else {})
        rescores.put(connection, run_id, **changed)
        if verb is Verb.RESUME:
            rescore_chunks.revive(connection, run_id)
        about = f"run {run_id}: {verb}"
        audit.note(connection, who, Action.SCORED_AGAIN, about=about, now=now)


def _check_alone(connection: Any, run_id: int, verb: Verb) -> None:
    """One run changes tickets at a time: of two at once each would skip what the other has done."""
    if verb not in {Verb.APPLY, Verb.UNDO}:
        return
    states = (RunState.APPLYING, RunState.UNDOING)
    if (other := rescores.other_in(connection, run_id, states)) is not None:
        raise ChangedMeanwhile(
            f"run {other} is changing tickets now; wait for its end, or cancel it"
        )


def _changes(verb: Verb, now: datetime) -> dict[str, Any]:
    match verb:
        case Verb.PAUSE:
            return {"paused": True}
        case Verb.RESUME:
            return {"paused": False, "trouble": ""}
        case Verb.CANCEL:
            return {"state": RunState.CANCELLED, "paused": False, "ended_at": now}
        case Verb.APPLY:
            return {"state": RunState.APPLYING, "stepped_at": None}
        case Verb.UNDO:
            return {"state": RunState.UNDOING}


def look(database: Database, run_id: int) -> Looked:
    """Return a run as it is now. Raises UnknownRun."""
    with database.reading() as connection:
        run = rescores.find(connection, run_id)
        if run is None:
            raise UnknownRun(f"there is no run {run_id}")
        return Looked(run, rescores.progress(connection, run_id))


def look_at_all(database: Database, limit: int = MOST_RUNS) -> Sequence[Looked]:
    """Return the newest runs, newest first."""
    with database.reading() as connection:
        runs = rescores.newest(connection, limit)
        return [Looked(it, rescores.progress(connection, it.id)) for it in runs]


def check_rate(rate: float) -> None:
    """Raise BadInput where tickets cannot be applied at this rate."""
    if not math.isfinite(rate) or not 0 < rate <= HIGHEST_RATE:
        raise BadInput(f"rate {rate:g}: expected more than 0 and at most {HIGHEST_RATE:g} a second")


def _folder(folder: str | None) -> str | None:
    if folder is None:
        return None
    if not folder.startswith("/") or len(folder) > LONGEST_FOLDER or not folder.isprintable():
        raise BadInput(f"model {folder!r}: expected a folder's whole path, as the workers see it")
    return folder
